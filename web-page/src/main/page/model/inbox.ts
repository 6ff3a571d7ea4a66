import type { Explanation, Reason } from './types';

/** Something that waits for somebody. */
export type Waiting = { campaign: string; reason: Reason; explanation: Explanation };

/**
 * How dangerous it is to leave things so, the worst first: what is broken or between two releases, what is open wider than it should be,
 * what stands still, and what only waits to go on. What is not named comes last.
 */
const DANGER: readonly (readonly string[])[] = [
  ['gate-failed', 'step-failed', 'executor-ended', 'second-upgrader'],
  ['rolled-back', 'not-seen', 'unreachable', 'silence'],
  ['traffic-review', 'auto-host-endpoint-policies'],
  ['stopped', 'failure-budget', 'label-budget', 'success-rule', 'failures'],
  ['customisation-conflicts', 'base-unknown', 'plan-changed', 'preflight-objections', 'claim-refused', 'claim'],
  ['wave-approval', 'revision', 'paused'],
];

export function danger(rule: string): number {
  const at = DANGER.findIndex((rules) => rules.includes(rule));
  return at === -1 ? DANGER.length : at;
}

/** What waits for a person: whoever may act, whoever owns the cluster, or whoever runs the services. The most dangerous and oldest first. */
export function inbox(explanations: Explanation[]): Waiting[] {
  const waiting = explanations
    .flatMap((explanation) =>
      explanation.reasons.map((reason) => ({ campaign: explanation.campaign, reason, explanation })),
    )
    .filter(({ reason }) => reason.endedBy !== 'itself');
  return oneStop(waiting).sort(
    (a, b) =>
      danger(a.reason.rule) - danger(b.reason.rule) ||
      time(a.reason.since) - time(b.reason.since) ||
      a.campaign.localeCompare(b.campaign) ||
      (a.reason.clusters[0] ?? '').localeCompare(b.reason.clusters[0] ?? ''),
  );
}

/** A stop of everything is said by each campaign; it is one thing that waits. */
function oneStop(waiting: Waiting[]): Waiting[] {
  const first = waiting.find(({ reason }) => reason.rule === 'stopped');
  return waiting.filter((each) => each.reason.rule !== 'stopped' || each === first);
}

function time(since: string | undefined): number {
  return since === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(since);
}

/** A key that stays while the same thing waits. */
export function keyOf({ campaign, reason }: Waiting): string {
  return [campaign, reason.rule, reason.clusters.join(), reason.since ?? ''].join(' ');
}
