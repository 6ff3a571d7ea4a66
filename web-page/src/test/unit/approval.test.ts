import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { explainAgain, keys } from '../../main/page/api/queries';
import { chance, hasChanged, look, type Chance } from '../../main/page/model/approval';
import type { WaitingApproval } from '../../main/page/model/types';

function waits(digest: string, more: Partial<WaitingApproval> = {}): WaitingApproval {
  const subject = {
    what: 'before rest',
    campaign: 'calico-3-22',
    createdAt: '2026-11-29T08:00:00Z',
    procedure: 'upgrade' as const,
    target: 'v3.22.5',
  };
  return { subject, digest, passkey: true, ...more };
}

const WAVE = waits('d1');
const NEXT_WAVE = waits('d2');
const REVISION = waits('d3', { revision: 'r1' });

function of(more: Partial<Chance> = {}) {
  return chance({
    looked: look([WAVE], undefined),
    waiting: [WAVE],
    revision: undefined,
    wants: false,
    isAsking: false,
    problem: null,
    ...more,
  });
}

describe('an approval', () => {
  it('is of the wave that waits, or of the revision that is named', () => {
    expect(look([REVISION, WAVE], undefined).of).toBe(WAVE);
    expect(look([WAVE, REVISION], 'r1').of).toBe(REVISION);
    expect(look([WAVE, REVISION], 'r2').of).toBeUndefined();
  });

  it('is signed with what was looked at', () => {
    expect(of()).toEqual({ isChanged: false, takesPasskey: true, signs: WAVE, isBlocked: false });
    expect(of({ waiting: [waits('d1'), REVISION] })).toMatchObject({ signs: { digest: 'd1' }, isBlocked: false });
  });

  it('is not given when another wave waits than the one that was looked at', () => {
    const after = of({ waiting: [NEXT_WAVE] });
    expect(after).toMatchObject({ isChanged: true, isBlocked: true });
    expect(after.signs?.digest).not.toBe('d2');
  });

  it('is not given when the revision that was looked at is not the one that waits, under the same name or another', () => {
    const looked = look([REVISION], 'r1');
    expect(hasChanged(looked, [REVISION, WAVE], 'r1')).toBe(false);
    expect(of({ looked, revision: 'r1', waiting: [waits('d4', { revision: 'r1' })] }).isBlocked).toBe(true);
    expect(of({ looked, revision: 'r1', waiting: [waits('d5', { revision: 'r2' })] }).isBlocked).toBe(true);
  });

  it('is not given when what was looked at waits no longer, signed or not', () => {
    const unsigned = waits('d1', { passkey: false });
    const looked = look([unsigned], undefined);
    expect(of({ looked, waiting: [unsigned] })).toMatchObject({ signs: undefined, isBlocked: false });
    expect(of({ looked, waiting: [] })).toMatchObject({ isChanged: true, isBlocked: true });
    expect(of({ looked, waiting: [], wants: true })).toMatchObject({ isChanged: true, isBlocked: true });
  });

  it('of held clusters is not given for a wave that comes up meanwhile', () => {
    const looked = look([], undefined);
    expect(of({ looked, waiting: [] })).toMatchObject({ isChanged: false, isBlocked: false });
    expect(of({ looked, waiting: [WAVE] })).toMatchObject({ isChanged: true, isBlocked: true, signs: undefined });
  });

  it('is given by nobody who has not seen what waits, or whose passkeys are not known', () => {
    expect(of({ looked: null, waiting: undefined }).isBlocked).toBe(true);
    expect(of({ isAsking: true })).toMatchObject({ signs: undefined, isBlocked: true });
    expect(of({ problem: 'Nobody answers.' })).toMatchObject({ signs: undefined, isBlocked: true });
  });

  it('that takes no passkey is signed by whoever wants to, and given without by whoever cannot', () => {
    const unsigned = waits('d1', { passkey: false });
    const looked = look([unsigned], undefined);
    expect(of({ looked, wants: true }).signs).toBe(unsigned);
    expect(of({ looked, wants: true, problem: 'Nobody answers.' })).toMatchObject({
      signs: undefined,
      isBlocked: false,
    });
  });

  it('is looked at again when something happens to its campaign', () => {
    const client = new QueryClient();
    client.setQueryData(keys.approvals('calico-3-22'), [WAVE]);
    client.setQueryData(keys.approvals('another'), [WAVE]);
    explainAgain(client, new Set(['calico-3-22']));
    expect(client.getQueryState(keys.approvals('calico-3-22'))?.isInvalidated).toBe(true);
    expect(client.getQueryState(keys.approvals('another'))?.isInvalidated).toBe(false);
  });
});
