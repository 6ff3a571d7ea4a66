import { describe, expect, it } from 'vitest';
import { takeFromAddress, token } from '../../main/page/api/token';
import { SseReader } from '../../main/page/api/sse';
import { actOf, offerOf } from '../../main/page/model/commands';
import { found, leftOut, STRANGER, whoOf } from '../../main/page/model/audit';
import { goalOf, saidOf } from '../../main/page/model/goal';
import { inbox } from '../../main/page/model/inbox';
import { changed, snapshot } from '../../main/page/model/newest';
import { labelsOf, matches, rows } from '../../main/page/model/tiles';
import { shortly } from '../../main/page/model/time';
import { store } from './store';
import type { AuditKept, Campaign, Explanation, Reason, Tile } from '../../main/page/model/types';

describe('the token', () => {
  it('is taken from the address, which has it no longer', () => {
    const kept = store();
    expect(takeFromAddress('http://localhost:8080/campaigns/a?phase=held#token=cft_x-Y_1', kept)).toBe(
      '/campaigns/a?phase=held',
    );
    expect(token(kept)).toBe('cft_x-Y_1');
  });

  it('is not touched by an address without one', () => {
    const kept = store();
    expect(takeFromAddress('http://localhost:8080/#main', kept)).toBeNull();
    expect(token(kept)).toBeNull();
  });
});

describe('the audit', () => {
  const record = (at: string, name: string | undefined, status: number, more: object = {}): AuditKept => ({
    record: {
      at,
      from: '10.0.0.7',
      request: 'POST /x',
      status,
      summary: `asked of ${name}`,
      ...more,
      ...(name === undefined ? {} : { who: { name } }),
    },
  });
  const records = [
    record('2026-11-29T10:00:00Z', 'ada', 202, { campaign: 'a' }),
    record('2026-11-29T12:00:00Z', undefined, 401),
    { problem: 'no JSON' },
    record('2026-11-29T11:00:00Z', 'bob', 403, { campaign: 'a' }),
  ];
  const none = { text: '', who: '', campaign: '', answer: '' };
  const whom = (filter: object) => found(records, { ...none, ...filter }).map((kept) => kept.record && whoOf(kept));

  it('is shown the newest first, and what cannot be read before all', () => {
    expect(whom({})).toEqual([undefined, STRANGER, 'bob', 'ada']);
  });

  it('is found by who, what and answer, and never hides what cannot be read', () => {
    expect(whom({ answer: 'refused' })).toEqual([undefined, STRANGER, 'bob']);
    expect(whom({ answer: 'done' })).toEqual([undefined, 'ada']);
    expect(whom({ who: STRANGER })).toEqual([undefined, STRANGER]);
    expect(whom({ campaign: 'a', text: 'OF BOB' })).toEqual([undefined, 'bob']);
  });

  it('says which requests have no record of their own', () => {
    const kinds = [
      { count: 30, request: 'GET /api/v1/summary', status: 401 },
      { count: 1, request: 'others', status: 0, who: 'bob' },
    ];
    expect(leftOut({ unwritten: 31, leftOut: kinds })).toBe(
      '31 more requests before it without a record: 30 × GET /api/v1/summary (401, nobody known), 1 × others (bob).',
    );
    expect(leftOut({ unwritten: 1 })).toBe('1 more request before it without a record.');
  });
});

describe('the stream', () => {
  const text =
    ': calico-fleet\n\nid: a/1\nevent: step.requested\ndata: {"a":\ndata: 1}\n\nid: a/2\r\ndata:{}\r\n\r\n: nothing new\n\n';

  it('is read alike in pieces of any size', () => {
    const expected = [
      { id: 'a/1', data: '{"a":\n1}' },
      { id: 'a/2', data: '{}' },
    ];
    for (let size = 1; size <= text.length; size++) {
      const reader = new SseReader();
      const said = [];
      for (let at = 0; at < text.length; at += size) {
        said.push(...reader.read(text.slice(at, at + size)));
      }
      expect(said, `pieces of ${size}`).toEqual(expected);
    }
  });

  it('has no event before its end has come', () => {
    expect(new SseReader().read('id: a\ndata: {}\n')).toEqual([]);
  });
});

describe('a command of an explanation', () => {
  it('is an action of a campaign, and needs the right for it', () => {
    const offer = offerOf('approve calico-3-22 --digest 9f86d081884c7d65 --reason "..."');
    expect(offer).toEqual({
      kind: 'action',
      verb: 'approve',
      campaign: 'calico-3-22',
      digest: '9f86d081884c7d65',
      needsReason: false,
    });
    expect(actOf(offer)).toBe('approve');
    expect(actOf(offerOf('retry calico-3-22 --cluster eu-1 --reason "..."'))).toBe('steer');
  });

  it('is decided where it can be looked at, if it is about a cluster', () => {
    expect(offerOf('approve a --cluster eu-1 --conflicts keep-mine')).toEqual({
      kind: 'look',
      to: '/campaigns/a/clusters/eu-1',
    });
    expect(offerOf('review a --cluster eu-1')).toEqual({ kind: 'look', to: '/campaigns/a/clusters/eu-1' });
  });

  it('ends the stop of everything, restores and deletes', () => {
    expect(offerOf('resume --all --reason "..."')).toEqual({ kind: 'end-stop' });
    expect(offerOf('restore --cluster eu-1 --reason "..."')).toEqual({ kind: 'restore', cluster: 'eu-1' });
    expect(offerOf('delete a')).toEqual({ kind: 'delete', campaign: 'a' });
  });

  it('is for a terminal, if the page has nothing for it', () => {
    expect(offerOf('plan a --export DIRECTORY')).toEqual({
      kind: 'type',
      command: 'calico-fleet plan a --export DIRECTORY',
    });
  });
});

function reason(rule: string, since: string, endedBy: Reason['endedBy'] = 'people'): Reason {
  return {
    rule,
    says: '',
    clusters: [],
    count: 0,
    sentence: rule,
    since,
    events: [],
    evidence: [],
    ends: '',
    endedBy,
    commands: [],
  };
}

function explanation(campaign: string, reasons: Reason[]): Explanation {
  return { campaign, summary: '', places: { used: 0, allowed: 1 }, failures: { used: 0, allowed: 1 }, reasons };
}

describe('the inbox', () => {
  it('has the most dangerous first, of those the oldest, and nothing that ends by itself', () => {
    const waiting = inbox([
      explanation('a', [
        reason('wave-approval', '2026-11-29T09:00:00Z'),
        reason('gate-failed', '2026-11-29T11:00:00Z', 'owner'),
        reason('soak', '2026-11-29T08:00:00Z', 'itself'),
      ]),
      explanation('b', [
        reason('step-failed', '2026-11-29T10:00:00Z', 'owner'),
        reason('new-rule', '2026-11-29T01:00:00Z'),
      ]),
    ]);
    expect(waiting.map((each) => each.reason.rule)).toEqual([
      'step-failed',
      'gate-failed',
      'wave-approval',
      'new-rule',
    ]);
  });

  it('has a stop of everything once', () => {
    const stopped = reason('stopped', '2026-11-29T09:00:00Z');
    expect(inbox([explanation('a', [stopped]), explanation('b', [stopped])])).toHaveLength(1);
  });
});

function tile(cluster: string, wave: string, phase: Tile['phase'], labels: Record<string, string> = {}): Tile {
  return { cluster, wave, phase, labels, done: 0, total: 0, unit: '', updatedAt: '', summary: `${cluster} says` };
}

describe('tiles', () => {
  const campaign = { waves: [{ name: 'canary' }, { name: 'rest' }] } as unknown as Campaign;
  const all = [
    tile('c2', 'rest', 'running', { env: 'prod' }),
    tile('c1', 'canary', 'held'),
    tile('c3', 'rest', 'pending', { env: 'test' }),
  ];
  // The campaign's own are those its rules are about.
  const announced = new Map([['c1', { env: 'lab', team: 'net' }]]);
  const any = { text: '', phase: '', reason: '', label: '' };

  it('are in rows by wave, in the order of the campaign', () => {
    expect(
      rows(campaign, all, any, 1, announced).map((row) =>
        row.kind === 'group' ? row.name : row.tiles.map((each) => each.cluster),
      ),
    ).toEqual(['canary', ['c1'], 'rest', ['c2'], ['c3']]);
  });

  it('are grouped by a label, with those that have none', () => {
    expect(
      rows(campaign, all, { ...any, label: 'env' }, 9, announced).flatMap((row) =>
        row.kind === 'group' ? [row.name] : [],
      ),
    ).toEqual(['prod', 'lab', 'test']);
  });

  it('are grouped by any label that a cluster is announced with', () => {
    expect(labelsOf(all, announced)).toEqual(['env', 'team']);
    expect(
      rows(campaign, all, { ...any, label: 'team' }, 9, announced).flatMap((row) =>
        row.kind === 'group' ? [row.name] : [],
      ),
    ).toEqual(['no team', 'net']);
  });

  it('are kept by phase and by text, which may be a label', () => {
    expect(
      all.filter((each) => matches(each, { ...any, phase: 'held' }, announced)).map((each) => each.cluster),
    ).toEqual(['c1']);
    expect(
      all.filter((each) => matches(each, { ...any, text: 'ENV=prod' }, announced)).map((each) => each.cluster),
    ).toEqual(['c2']);
  });
});

describe('what is known of many', () => {
  const at = (time: string, what: string) => ({ updatedAt: `2026-11-29T10:00:0${time}Z`, what });

  it('is not put back by an answer that was on its way while an event came', () => {
    const known = new Map([['a', at('2', 'after')]]);
    const came = new Map([
      ['a', at('1', 'before')],
      ['b', at('1', 'new')],
    ]);
    expect([...snapshot(known, came).values()].map((each) => each.what)).toEqual(['after', 'new']);
  });

  it('loses what an answer does not have, and takes a change of what it has', () => {
    const known = snapshot(new Map([['gone', at('1', 'gone')]]), new Map([['a', at('1', 'before')]]));
    expect([...known.keys()]).toEqual(['a']);
    expect(changed(known, new Map([['a', at('2.250', 'after')]]))?.get('a')?.what).toBe('after');
    expect(changed(known, new Map([['a', at('0', 'earlier')]]))?.get('a')?.what).toBe('before');
  });

  it('is nothing where only a part has come', () => {
    expect(changed(undefined, new Map([['a', at('1', 'a part')]]))).toBeUndefined();
  });
});

describe('a length of time', () => {
  it('is told in at most two units', () => {
    expect([0, 12, 200, 3600, 90_061, 3_601].map(shortly)).toEqual([
      '0 s',
      '12 s',
      '3 min 20 s',
      '1 h',
      '1 d 1 h',
      '1 h',
    ]);
  });
});

describe('what a campaign does', () => {
  const change = {
    felixConfiguration: [
      { field: 'bpfLogLevel' },
      { field: 'logPrefix', value: '"true"' },
      { field: 'logSeverityScreen', value: '"Warning"' },
      { field: 'wireguardEnabled', value: 'true' },
    ],
  };

  it('is an upgrade to a release, or what it changes in place of one', () => {
    expect(saidOf({ procedure: 'upgrade', target: 'v3.22.5' })).toBe('upgrade v3.22.5');
    expect(saidOf({ procedure: 'restore' })).toBe('restore');
    const said =
      'felixConfiguration: bpfLogLevel removed, logPrefix="true", logSeverityScreen=Warning, wireguardEnabled=true';
    expect(saidOf({ procedure: 'upgrade', upgrade: { change } })).toBe(`change ${said}`);
    expect(saidOf({ procedure: 'plan', upgrade: { change } })).toBe(`plan to change ${said}`);
    expect(goalOf({ upgrade: { change } })).toBe(said);
    expect(goalOf({})).toBe('');
    const network = {
      bgpConfiguration: [{ field: 'asNumber', value: '65001' }],
      ipPools: [
        { names: ['a', 'b'], fields: [{ field: 'natOutgoing', value: 'true' }] },
        { cidrs: ['::/0'], fields: [{ field: 'vxlanMode', value: '"Always"' }] },
      ],
      typha: { replicas: 3 },
    };
    expect(goalOf({ upgrade: { change: network } })).toBe(
      'bgpConfiguration: asNumber=65001; ipPools a, b: natOutgoing=true; ipPools within ::/0: vxlanMode=Always; typha: replicas=3',
    );
    const registry = { registry: 'reg.example/m', imagePath: 'net', imagePullSecrets: ['a', 'b'] };
    expect(goalOf({ upgrade: { change: { registry } } })).toBe(
      'registry: reg.example/m, imagePath=net, imagePullSecrets=[a, b]',
    );
  });
});
