import { Button, ClipboardCopy } from '@patternfly/react-core';
import { useState } from 'react';
import { Link } from 'react-router';
import { ask, post, segment } from '../api/client';
import { actOf, type Offer, type Verb } from '../model/commands';
import { ActionDialog } from './ActionDialog';
import { ApproveDialog } from './ApproveDialog';

const LABELS: Record<Verb, string> = {
  pause: 'Pause',
  resume: 'Resume',
  abort: 'Abort',
  approve: 'Approve',
  retry: 'Retry',
  skip: 'Skip',
  'take-over': 'Take over',
};

/** What each does; the sentences of the REST reference. */
const DOES: Record<Verb, string> = {
  pause: 'What is under way finishes, nothing new starts until somebody resumes it.',
  resume: 'It goes on where it was paused.',
  abort: 'Steps under way finish. Clusters that are not done stay so. This cannot be undone.',
  approve: 'What waits for the approval goes on.',
  retry: 'Failed or held clusters are tried again.',
  skip: 'The cluster is left out. The campaign goes on without it.',
  'take-over':
    'The cluster is taken from the campaign that has it, which leaves it out. A step under way there stops before its next write.',
};

/** A person may do it: their acts, of whoami, have it. */
export function allowed(offer: Offer, may: readonly string[]): boolean {
  return may.includes(actOf(offer));
}

/** Something to press, by what the planner offers; with `when`, what happens then in the planner's own words. */
export function OfferButton({ offer, hint, when }: { offer: Offer; hint?: string; when?: string }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  if (offer.kind === 'look') {
    return (
      <Link className="pf-v6-c-button pf-m-secondary" to={offer.to}>
        Look
      </Link>
    );
  }
  if (offer.kind === 'type') {
    return (
      <ClipboardCopy
        isReadOnly
        hoverTip="Copy"
        clickTip="Copied"
        textAriaLabel={hint ?? 'Command'}
        variant="inline-compact"
        isCode
      >
        {offer.command}
      </ClipboardCopy>
    );
  }
  const dialog = dialogOf(offer, when);
  return (
    <>
      <Button
        variant={dialog.isDangerous ? 'danger' : dialog.isMain ? 'primary' : 'secondary'}
        onClick={() => setOpen(true)}
        aria-label={dialog.title}
      >
        {dialog.label}
      </Button>
      {open && offer.kind === 'action' && offer.verb === 'approve' && offer.cluster === undefined ? (
        <ApproveDialog campaign={offer.campaign} revision={offer.digest} does={dialog.does} onClose={close} />
      ) : open ? (
        <ActionDialog
          title={dialog.title}
          label={dialog.label}
          done={dialog.done}
          isDangerous={dialog.isDangerous}
          needsReason={dialog.needsReason}
          onSubmit={dialog.submit}
          onClose={close}
        >
          <p>{dialog.does}</p>
        </ActionDialog>
      ) : null}
    </>
  );
}

type Dialog = {
  title: string;
  label: string;
  done: string;
  does: string;
  isDangerous: boolean;
  isMain: boolean;
  needsReason: boolean;
  submit: (reason: string) => Promise<unknown>;
};

function dialogOf(offer: Exclude<Offer, { kind: 'look' | 'type' }>, when: string | undefined): Dialog {
  switch (offer.kind) {
    case 'action': {
      const { verb, campaign, cluster, digest } = offer;
      const of = cluster === undefined ? campaign : `${cluster} in ${campaign}`;
      return {
        title: `${LABELS[verb]} ${of}`,
        label: LABELS[verb],
        done: `The planner has it: ${LABELS[verb].toLowerCase()} ${of}.`,
        does: verb === 'approve' && when !== undefined ? when : DOES[verb],
        isDangerous: verb === 'abort',
        isMain: verb === 'approve' || verb === 'resume',
        needsReason: offer.needsReason,
        submit: (reason) => post(`/campaigns/${segment(campaign)}/${verb}`, { reason, cluster, digest }),
      };
    }
    case 'restore':
      return {
        title: `Restore ${offer.cluster}`,
        label: 'Restore',
        done: `The planner has it: a campaign restores ${offer.cluster}.`,
        does: 'A campaign of its own puts back what the newest backup in the cluster holds, once no other campaign has it.',
        isDangerous: true,
        isMain: false,
        needsReason: true,
        submit: (reason) => post(`/clusters/${segment(offer.cluster)}/restore`, { reason }),
      };
    case 'end-stop':
      return {
        title: 'End the stop of everything',
        label: 'End the stop',
        done: 'The planner has it: the stop of everything ends.',
        does: 'All campaigns go on where they were. One that is paused stays so.',
        isDangerous: false,
        isMain: true,
        needsReason: true,
        submit: (reason) => post('/fleet/resume', { reason }),
      };
    case 'delete':
      return {
        title: `Delete ${offer.campaign}`,
        label: 'Delete',
        done: `The planner has it: ${offer.campaign} is deleted.`,
        does: 'The campaign and what is kept of it go. Its clusters stay as they are.',
        isDangerous: true,
        isMain: false,
        needsReason: true,
        submit: (reason) =>
          ask(`/campaigns/${segment(offer.campaign)}?reason=${encodeURIComponent(reason)}`, { method: 'DELETE' }),
      };
  }
}
