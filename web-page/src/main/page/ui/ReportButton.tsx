import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useId, useState } from 'react';
import { answerOf, segment, sentenceOf } from '../api/client';
import { saveFile } from './save';
import { useSay } from './say';

/** The forms of `calico-fleet report -o`, and what each is for. */
const FORMS = {
  html: { label: 'Page', is: 'one HTML page, to be read and printed; it has no signatures' },
  zip: { label: 'ZIP', is: 'the page, the data, and each signed statement as a file of its own' },
  json: { label: 'Data', is: 'the data as JSON, with the signed statements' },
} as const;
type Form = keyof typeof FORMS;

/** Saves the report: what the campaign did, and who wanted it. */
export function ReportButton({ campaign }: { campaign: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="secondary" onClick={() => setOpen(true)}>
        Report
      </Button>
      {open && <ReportDialog campaign={campaign} onClose={() => setOpen(false)} />}
    </>
  );
}

function ReportDialog({ campaign, onClose }: { campaign: string; onClose: () => void }) {
  const id = useId();
  const say = useSay();
  const [busy, setBusy] = useState<Form | null>(null);
  const [saved, setSaved] = useState<{ file: string; digest: string } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (form: Form) => {
    setBusy(form);
    setSaved(null);
    setProblem(null);
    try {
      const answer = await answerOf(`/campaigns/${segment(campaign)}/report?form=${form}`);
      const file = `${campaign}-report.${form}`;
      saveFile(file, await answer.blob());
      setSaved({ file, digest: answer.headers.get('Report-Digest') ?? '' });
      say.whisper(`The report is in ${file}.`);
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    setBusy(null);
  };
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={`Report of ${campaign}`} labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        <p>
          What the campaign did and who wanted it, for an auditor. <code>calico-fleet report --verify FILE</code> tells
          later whether anything in it was changed.
        </p>
        <ul className="choices">
          {(Object.keys(FORMS) as Form[]).map((form) => (
            <li key={form}>
              <Button
                variant="secondary"
                isLoading={busy === form}
                isDisabled={busy !== null}
                aria-describedby={`${id}-${form}`}
                onClick={() => void save(form)}
              >
                {FORMS[form].label}
              </Button>
              <span id={`${id}-${form}`}>{FORMS[form].is}</span>
            </li>
          ))}
        </ul>
        {saved !== null && (
          <Alert variant="success" isInline title={`The report is in ${saved.file}`} component="h2">
            <p>
              Its digest is <code className="digest">{saved.digest}</code>. Note it elsewhere: with it anybody can tell
              whether the report is this one.
            </p>
          </Alert>
        )}
        {problem !== null && (
          <Alert variant="danger" isInline title="The report cannot be had" role="alert" component="h2">
            {problem}
          </Alert>
        )}
      </ModalBody>
      <ModalFooter>
        <Button variant="link" onClick={onClose}>
          Close
        </Button>
      </ModalFooter>
    </Modal>
  );
}
