import {
  Alert,
  Button,
  Form,
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextArea,
} from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { sentenceOf } from '../api/client';
import { useSay } from './say';

/** What the planner takes at most. */
const LONGEST_REASON = 1000;

export type ActionDialogProps = {
  title: string;
  /** What happens when it is confirmed. */
  children: ReactNode;
  /** On the button that does it. */
  label: string;
  /** What is said when the planner has taken it. */
  done: string;
  isDangerous?: boolean;
  needsReason: boolean;
  /** What is there before anything is typed. */
  reason?: string;
  /** It cannot be done now; the children say why. */
  blocked?: boolean;
  onSubmit: (reason: string) => Promise<unknown>;
  onClose: () => void;
};

/** Asks for a reason before something is done, and says what the planner answers. */
export function ActionDialog(props: ActionDialogProps) {
  const [reason, setReason] = useState(props.reason ?? '');
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const id = useId();
  const say = useSay();
  const client = useQueryClient();
  const missing = props.needsReason && reason.trim() === '';

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (missing || busy || props.blocked === true) {
      return;
    }
    setBusy(true);
    setRefused(null);
    try {
      await props.onSubmit(reason.trim());
      say.show(props.done);
      void client.invalidateQueries();
      props.onClose();
    } catch (error) {
      setRefused(sentenceOf(error));
      setBusy(false);
    }
  };

  return (
    <Modal
      isOpen
      variant="small"
      onClose={props.onClose}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-body`}
    >
      <ModalHeader title={props.title} labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        <Form id={`${id}-form`} onSubmit={(event) => void submit(event)}>
          <div>{props.children}</div>
          <FormGroup label="Reason" isRequired={props.needsReason} fieldId={`${id}-reason`}>
            <TextArea
              id={`${id}-reason`}
              value={reason}
              maxLength={LONGEST_REASON}
              isRequired={props.needsReason}
              validated={asked && missing ? 'error' : 'default'}
              aria-describedby={`${id}-help`}
              onChange={(_event, text) => setReason(text)}
              resizeOrientation="vertical"
              autoFocus
            />
            <FormHelperText>
              <HelperText id={`${id}-help`}>
                <HelperTextItem variant={asked && missing ? 'error' : 'default'}>
                  {asked && missing ? 'Say why.' : 'It is shown with the campaign and in its report.'}
                </HelperTextItem>
              </HelperText>
            </FormHelperText>
          </FormGroup>
          {refused !== null && (
            <Alert variant="danger" isInline title="The planner refuses" role="alert" component="h2">
              {refused}
            </Alert>
          )}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button
          variant={props.isDangerous === true ? 'danger' : 'primary'}
          type="submit"
          form={`${id}-form`}
          isLoading={busy}
          isDisabled={busy || props.blocked === true}
        >
          {props.label}
        </Button>
        <Button variant="link" onClick={props.onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </Modal>
  );
}
