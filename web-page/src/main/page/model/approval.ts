import type { WaitingApproval } from './types';

export const CHANGED = 'What waits has changed since you looked: close this and look again.';

/** What a person saw waiting first; of undefined: nothing that has a digest of its own, such as held clusters. */
export type Look = { of: WaitingApproval | undefined };

/**
 * What a person looks at when they are about to approve.
 *
 * @param revision the digest of the revision they want to approve; undefined: the wave that waits
 */
export function look(waiting: readonly WaitingApproval[], revision: string | undefined): Look {
  return { of: waiting.find((each) => each.revision === revision) };
}

/** Whether an approval would be of something else than what was looked at. */
export function hasChanged({ of }: Look, waiting: readonly WaitingApproval[], revision: string | undefined): boolean {
  return of === undefined
    ? look(waiting, revision).of !== undefined
    : waiting.every(({ digest }) => digest !== of.digest);
}

export type Chance = {
  looked: Look | null;
  /** What waits now; undefined: it is not known. */
  waiting: readonly WaitingApproval[] | undefined;
  revision: string | undefined;
  /** The person wants to sign, whatever is asked for. */
  wants: boolean;
  /** Whether their passkeys are still asked for. */
  isAsking: boolean;
  /** Why they can sign nothing. */
  problem: string | null;
};

/** What a person can do about what they looked at: what they sign, undefined where they sign nothing, and whether they can approve at all. */
export function chance({ looked, waiting, revision, wants, isAsking, problem }: Chance) {
  const isChanged = looked !== null && waiting !== undefined && hasChanged(looked, waiting, revision);
  const takesPasskey = looked?.of?.passkey === true;
  const signs = !isAsking && problem === null && (takesPasskey || wants) ? looked?.of : undefined;
  return {
    isChanged,
    takesPasskey,
    signs,
    isBlocked: looked === null || isAsking || isChanged || (takesPasskey && signs === undefined),
  };
}
