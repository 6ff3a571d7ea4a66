import { Alert, Checkbox } from '@patternfly/react-core';
import { useState } from 'react';
import { post, segment, sentenceOf } from '../api/client';
import { problemOf, sign } from '../api/passkeys';
import { useApprovals, usePasskeys } from '../api/queries';
import { chance, CHANGED, look, type Look } from '../model/approval';
import type { Passkeys, WaitingApproval } from '../model/types';
import { said } from '../model/goal';
import { ActionDialog } from './ActionDialog';
import { Time } from './parts';

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
  const [looked, setLooked] = useState<Look | null>(null);
  const approvals = useApprovals(campaign);
  const passkeys = usePasskeys();
  // What an earlier dialog asked for may be old.
  if (looked === null && approvals.isFetchedAfterMount && approvals.isSuccess) {
    setLooked(look(approvals.data, revision));
  }
  const waiting = looked?.of;
  const yours = passkeys.data;
  const problem = yours === undefined ? unread('Your passkeys', passkeys.error) : whyNot(yours);
  const isAsking = passkeys.isPending;
  const now = { looked, waiting: approvals.data, revision, wants, isAsking, problem };
  const { isChanged, takesPasskey, signs, isBlocked } = chance(now);
  const unseen = looked === null ? unread('What waits', approvals.error) : null;
  return (
    <ActionDialog
      title={`Approve ${campaign}`}
      label={signs === undefined ? 'Approve' : 'Sign and approve'}
      done={`The planner has it: approve ${campaign}.`}
      needsReason={takesPasskey}
      reason={reason}
      blocked={isBlocked}
      onSubmit={async (given) =>
        post(`/campaigns/${segment(campaign)}/approve`, {
          reason: given,
          // The planner takes none for a wave.
          digest: revision,
          approval: waiting?.digest,
          passkey: signs !== undefined && yours !== undefined ? await sign(yours, signs.digest) : undefined,
        })
      }
      onClose={onClose}
    >
      <p>{does}</p>
      {waiting !== undefined && <Subject of={waiting} />}
      {unseen !== null && (
        <Alert variant="danger" isInline title="It cannot be approved now" role="alert" component="h2">
          {unseen}
        </Alert>
      )}
      {isChanged && (
        <Alert variant="danger" isInline title="Not what you looked at" role="alert" component="h2">
          {CHANGED}
        </Alert>
      )}
      {problem !== null && (takesPasskey || yours === undefined) && (
        <Alert
          variant="warning"
          isInline
          title={takesPasskey ? 'It is signed with a passkey' : 'It cannot be signed now'}
          component="h2"
        >
          {problem}
        </Alert>
      )}
      {waiting !== undefined && !takesPasskey && !isAsking && problem === null && (
        <Checkbox
          id="with-passkey"
          label="Sign it with my passkey"
          description="Executors may insist on it, whatever the campaign asks for."
          isChecked={wants}
          onChange={(_event, checked) => setWants(checked)}
        />
      )}
      {signs !== undefined && (
        <p>
          Your passkey signs {signs.subject.what} of {campaign}, as <code className="digest">{signs.digest}</code>
        </p>
      )}
    </ActionDialog>
  );
}

/** That something cannot be read, and why; null where it is still on its way. */
function unread(what: string, error: Error | null): string | null {
  return error === null ? null : `${what} cannot be read: ${sentenceOf(error)}`;
}

/** Why no passkey of whoever asks can sign; null: one can. */
function whyNot(yours: Passkeys): string | null {
  return (
    problemOf(yours) ??
    (yours.passkeys.length === 0
      ? `None of ${yours.person} counts here: make one under Passkeys, and have it added to the files.`
      : null)
  );
}

function Subject({ of: { subject } }: { of: WaitingApproval }) {
  return (
    <dl className="facts">
      <div>
        <dt>Approves</dt>
        <dd>{subject.what}</dd>
      </div>
      <div>
        <dt>Does</dt>
        <dd>{said(subject.procedure, subject.target, subject.change)}</dd>
      </div>
      <div>
        <dt>Created</dt>
        <dd>
          <Time at={subject.createdAt} />
        </dd>
      </div>
    </dl>
  );
}
