import { describe, expect, it } from 'vitest';
import { timeLine } from '../../main/page/model/timeline';
import type { Campaign, Outlook } from '../../main/page/model/types';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const at = (time: string) => Date.parse(`2026-11-29T${time}:00Z`);

function campaign(more: object = {}): Campaign {
  return {
    campaign: 'a',
    phase: 'running',
    createdAt: '2026-11-29T10:00:00Z',
    updatedAt: '2026-11-29T11:59:00Z',
    waves: [
      { name: 'canary', startedAt: '2026-11-29T10:10:00Z', finishedAt: '2026-11-29T10:40:00Z' },
      { name: 'rest', startedAt: '2026-11-29T11:45:00Z' },
      { name: 'last' },
    ],
    spec: {
      waves: [
        { name: 'canary', soak: 'PT1H' },
        { name: 'rest', soak: 'PT1H' },
        { name: 'last', soak: 'PT1H' },
      ],
      schedule: {},
    },
    ...more,
  } as unknown as Campaign;
}

const AHEAD: Outlook = {
  until: '2026-12-13T12:00:00Z',
  windows: [
    { labels: {}, from: '2026-11-29T11:00:00Z', to: '2026-11-29T14:00:00Z' },
    { labels: { region: 'eu' }, from: '2026-11-29T15:00:00Z', to: '2026-11-29T16:00:00Z' },
    { labels: {}, from: '2026-12-06T11:00:00Z', to: '2026-12-06T14:00:00Z' },
  ],
  expectedEnd: { p50: '2026-11-29T13:00:00Z', p95: '2026-11-29T18:00:00Z', measured: 7 },
};

describe('the time line', () => {
  it('has what each wave took, its soak, and what is under way until now', () => {
    const { from, rows } = timeLine(campaign(), undefined, NOW);
    expect(from).toBe(at('10:00'));
    expect(rows.map((row) => row.spans)).toEqual([
      [
        { kind: 'done', from: at('10:10'), to: at('10:40') },
        { kind: 'soak', from: at('10:40'), to: at('11:40') },
      ],
      [{ kind: 'under-way', from: at('11:45'), to: NOW }],
      [],
      // The end that is expected is not known yet, and has its place.
      [],
    ]);
    expect(rows[0]).toMatchObject({ soaksUntil: '2026-11-29T11:40:00.000Z' });
  });

  it('reaches to the end that is expected and to the next window and freeze, and no further', () => {
    const freezes = [
      { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z', reason: 'over' },
      { from: '2026-11-29T14:00:00Z', to: '2026-11-29T15:00:00Z', reason: 'release day' },
    ];
    const spec = { ...campaign().spec, schedule: { freezes } };
    const { to, rows } = timeLine(campaign({ spec }), AHEAD, NOW);
    expect(rows.slice(3).map((row) => row.name)).toEqual([
      'Windows',
      'Windows region=eu',
      'Freeze: release day',
      'Expected end',
    ]);
    expect(to).toBeGreaterThan(at('18:00'));
    expect(to).toBeLessThan(at('19:00'));
    expect(rows[3]).toMatchObject({ next: { open: true, to: '2026-11-29T14:00:00Z' } });
    expect(rows[3]?.spans).toHaveLength(1);
    expect(rows[4]).toMatchObject({ next: { open: false, from: '2026-11-29T15:00:00Z' } });
  });

  it('ends with a campaign that is over, whatever windows there are', () => {
    const over = timeLine(campaign({ phase: 'aborted' }), AHEAD, NOW);
    expect(over.rows).toHaveLength(3);
    expect(over.rows[1]?.spans).toEqual([{ kind: 'under-way', from: at('11:45'), to: at('11:59') }]);
    expect(over.to).toBeLessThan(at('12:05'));
  });
});
