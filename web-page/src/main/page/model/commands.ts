/** What the planner offers as a command to type, as something to press. The planner says what can be done; the page adds nothing. */
export type Offer =
  /** Can be pressed: an action on a campaign or one of its clusters. */
  | { kind: 'action'; verb: Verb; campaign: string; cluster?: string; digest?: string; needsReason: boolean }
  | { kind: 'restore'; cluster: string }
  | { kind: 'end-stop' }
  | { kind: 'delete'; campaign: string }
  /** Is decided where it can be looked at. */
  | { kind: 'look'; to: string }
  /** Is for a terminal. */
  | { kind: 'type'; command: string };

export type Verb = 'pause' | 'resume' | 'abort' | 'approve' | 'retry' | 'skip' | 'take-over';

const VERBS: readonly string[] = ['pause', 'resume', 'abort', 'approve', 'retry', 'skip', 'take-over'];
const NEED_REASON: readonly string[] = ['abort', 'retry', 'skip'];

/** What whoever presses it has to be allowed to do: an act of whoami. */
export function actOf(offer: Offer): string {
  switch (offer.kind) {
    case 'action':
      return offer.verb === 'approve' ? 'approve' : 'steer';
    case 'restore':
      return 'restore';
    case 'end-stop':
      return 'go-on';
    case 'delete':
      return 'delete';
    case 'look':
    case 'type':
      return 'see';
  }
}

export function clusterPath(campaign: string, cluster: string): string {
  return `/campaigns/${encodeURIComponent(campaign)}/clusters/${encodeURIComponent(cluster)}`;
}

export function campaignPath(campaign: string): string {
  return `/campaigns/${encodeURIComponent(campaign)}`;
}

/** Reads a command of an explanation. */
export function offerOf(command: string): Offer {
  const words = words_(command);
  const [verb = '', name = ''] = words;
  const cluster = option(words, '--cluster');
  if (verb === 'resume' && words.includes('--all')) {
    return { kind: 'end-stop' };
  }
  if (verb === 'restore' && cluster !== undefined) {
    return { kind: 'restore', cluster };
  }
  if (verb === 'delete') {
    return { kind: 'delete', campaign: name };
  }
  if (verb === 'review' || verb === 'status') {
    return { kind: 'look', to: cluster === undefined ? campaignPath(name) : clusterPath(name, cluster) };
  }
  if (verb === 'clusters') {
    return { kind: 'look', to: '/fleet' };
  }
  // An approval of a cluster decides about what has to be looked at first.
  if (verb === 'approve' && cluster !== undefined) {
    return { kind: 'look', to: clusterPath(name, cluster) };
  }
  if (VERBS.includes(verb) && name !== '') {
    return {
      kind: 'action',
      verb: verb as Verb,
      campaign: name,
      ...(cluster === undefined ? {} : { cluster }),
      ...(option(words, '--digest') === undefined ? {} : { digest: option(words, '--digest') }),
      needsReason: NEED_REASON.includes(verb),
    } as Offer;
  }
  return { kind: 'type', command: `calico-fleet ${command}` };
}

function words_(command: string): string[] {
  return [...command.matchAll(/"[^"]*"|\S+/g)].map((match) => match[0].replaceAll('"', ''));
}

function option(words: string[], name: string): string | undefined {
  const at = words.indexOf(name);
  return at === -1 ? undefined : words[at + 1];
}
