import { Alert, Checkbox } from '@patternfly/react-core';
import { useState } from 'react';
import { post, segment } from '../api/client';
import { problemOf, sign } from '../api/passkeys';
import { useApprovals, usePasskeys } from '../api/queries';
import { ActionDialog } from './ActionDialog';

export type ApproveDialogProps = {
  campaign: string;
  /** The digest of the revision that is approved; absent: what else waits. */
  revision?: string;
  /** What happens then. */
  does: string;
  reason?: string;
  onClose: () => void;
};

/** Approves what waits in a campaign, signed with a passkey where that is asked for, or where the person wants it. */
export function ApproveDialog({ campaign, revision, does, reason, onClose }: ApproveDialogProps) {
  const [wants, setWants] = useState(false);
  const approvals = useApprovals(campaign);
  const passkeys = usePasskeys();
  const waiting = approvals.data?.find((each) => each.revision === revision);
  const yours = passkeys.data;
  const isAsked = waiting?.passkey === true;
  const why = yours === undefined ? null : problemOf(yours);
  const problem =
    why ??
    (yours?.passkeys.length === 0
      ? `None of ${yours.person} counts here: make one under Passkeys, and have it added to the files.`
      : null);
  const signs = waiting !== undefined && yours !== undefined && problem === null && (isAsked || wants);
  return (
    <ActionDialog
      title={`Approve ${campaign}`}
      label={signs ? 'Sign and approve' : 'Approve'}
      done={`The planner has it: approve ${campaign}.`}
      needsReason={isAsked}
      reason={reason}
      blocked={approvals.isPending || passkeys.isPending || (isAsked && !signs)}
      onSubmit={async (given) =>
        post(`/campaigns/${segment(campaign)}/approve`, {
          reason: given,
          digest: revision,
          passkey: signs ? await sign(yours, waiting.digest) : undefined,
        })
      }
      onClose={onClose}
    >
      <p>{does}</p>
      {isAsked && problem !== null && (
        <Alert variant="warning" isInline title="It is signed with a passkey" component="h2">
          {problem}
        </Alert>
      )}
      {waiting !== undefined && !isAsked && problem === null && (
        <Checkbox
          id="with-passkey"
          label="Sign it with my passkey"
          description="Executors may insist on it, whatever the campaign asks for."
          isChecked={wants}
          onChange={(_event, checked) => setWants(checked)}
        />
      )}
      {signs && (
        <p>
          Your passkey signs {waiting.subject.what} of {campaign}, as <code className="digest">{waiting.digest}</code>
        </p>
      )}
    </ActionDialog>
  );
}
