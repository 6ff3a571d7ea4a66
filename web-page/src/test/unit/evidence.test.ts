import { describe, expect, it } from 'vitest';
import { gathered, momentOf, stepsOf, tellingStep, versionOf, versionsOf } from '../../main/page/model/evidence';
import { bands, frameOf, line } from '../../main/page/model/plot';
import type { FleetEvent } from '../../main/page/model/types';

const START = Date.parse('2026-11-30T10:00:00Z');

/** Seconds after the start, with so many of three nodes that run the new version. */
function seen(seconds: number, made: number, more: object = {}, id = `e${seconds}`): FleetEvent {
  const image = (version: string, pods: number) => ({
    container: 'calico-node',
    init: false,
    image: `registry.example:5000/calico/node:${version}`,
    pods,
  });
  return {
    id,
    type: 'io.calicofleet.checks.observed.v1',
    time: new Date(START + seconds * 1000).toISOString(),
    data: {
      step: 'a/c01/upgrade/1',
      observation: {
        workloads: [
          {
            desired: 1,
            ready: 1,
            podImages: [{ container: 'calico-kube-controllers', init: false, image: 'x:1', pods: 1 }],
          },
          {
            desired: 3,
            ready: 2,
            podImages: [image('v3.22.5', made), image('v3.13.4', 3 - made)],
            nodesOfOtherRevision: ['n3'],
          },
        ],
        ...more,
      },
    },
  };
}

const MEASURED = {
  continuity: {
    paths: 12,
    attempts: 400,
    lost: 9,
    unmeasuredNodes: 0,
    worst: [
      {
        node: 'n1',
        kind: 'pod-to-pod',
        kept: true,
        paths: 1,
        breaks: 1,
        attempts: 100,
        lost: 2,
        longestGap: 'PT0.6S',
        to: 'n2',
        baselineAttempts: 50,
        baselineLost: 0,
      },
      {
        node: 'n2',
        kind: 'pod-to-dns',
        paths: 1,
        breaks: 0,
        attempts: 100,
        lost: 7,
        longestGap: 'PT0S',
        to: '',
        baselineAttempts: 50,
        baselineLost: 2,
      },
    ],
    kinds: [
      {
        node: 'n1',
        kind: 'pod-to-pod',
        kept: true,
        paths: 3,
        attempts: 300,
        lost: 2,
        longestGap: 'PT0.6S',
        to: 'n2',
        baselineAttempts: 150,
        baselineLost: 0,
        breaks: 1,
      },
      {
        node: '',
        kind: 'host-to-host',
        paths: 6,
        attempts: 600,
        lost: 0,
        longestGap: 'PT0S',
        to: '',
        baselineAttempts: 300,
        baselineLost: 0,
        breaks: 0,
      },
    ],
  },
};

describe('evidence as it grows', () => {
  it('says how many pods of calico-node are ready, and which versions they run', () => {
    expect(momentOf(seen(10, 1))?.nodes).toEqual({
      desired: 3,
      ready: 2,
      versions: { 'v3.22.5': 1, 'v3.13.4': 2 },
      old: ['n3'],
    });
  });

  it('finds a version after a registry with a port, and a digest where there is no tag', () => {
    expect(versionOf('registry:5000/calico/node:v3.22.5@sha256:0123')).toBe('v3.22.5');
    expect(versionOf('registry:5000/calico/node@sha256:0123456789abcdef')).toBe('sha256:01234567');
    expect(versionOf('registry:5000/calico/node')).toBe('registry:5000/calico/node');
  });

  it('takes the longest gap with its path, and the loss beyond the baseline as the gate counts it', () => {
    const flowed = momentOf(seen(10, 1, MEASURED))?.flowed;
    expect(flowed).toMatchObject({ gap: 0.6, where: 'pod-to-pod over kept connections from n1 to n2', paths: 12 });
    expect(flowed?.loss).toBeCloseTo(3);
    expect(flowed?.breaks).toBe(1);
    expect(flowed?.kinds).toMatchObject([
      { kind: 'pod-to-pod', connection: 'kept', paths: 3, gap: 0.6, where: 'from n1 to n2', breaks: 1 },
      { kind: 'host-to-host', connection: 'new', paths: 6, gap: 0, where: '', breaks: 0 },
    ]);
  });

  it('leaves out what tells nothing that is drawn', () => {
    expect(momentOf(seen(1, 1, { workloads: [] }))).toBeUndefined();
  });

  it('is in order of time, knows what comes twice, and keeps of what says the same the first and the last', () => {
    const moments = gathered(gathered([], [seen(20, 1), seen(0, 0), seen(10, 1)]), [
      seen(30, 1),
      seen(10, 1),
      seen(40, 2),
      seen(50, 2),
    ]);
    expect(moments.map(({ at }) => (at - START) / 1000)).toEqual([0, 10, 30, 40, 50]);
    expect(versionsOf(moments)).toEqual(['v3.13.4', 'v3.22.5']);
    expect(stepsOf(moments)).toEqual(['a/c01/upgrade/1']);
  });

  it('begins with the newest step in which something changed', () => {
    const later = (seconds: number) => {
      const event = seen(seconds, 3);
      return { ...event, data: { ...event.data, step: 'a/c01/review-host-endpoint-traffic/1' } };
    };
    const moments = gathered([], [seen(0, 0), seen(10, 3), later(20), later(30)]);
    expect(tellingStep(moments)).toBe('a/c01/upgrade/1');
    expect(tellingStep(moments.slice(2))).toBe('a/c01/review-host-endpoint-traffic/1');
    expect(tellingStep([])).toBeUndefined();
  });

  it('has no more moments than a plot has room for, and the newest of them', () => {
    let moments = gathered([], []);
    for (let second = 0; second < 2_000; second++) {
      moments = gathered(moments, [seen(second, second % 3)]);
    }
    expect(moments.length).toBeLessThanOrEqual(400);
    expect(moments.at(-1)?.at).toBe(START + 1_999_000);
  });
});

describe('a plot', () => {
  const frame = { from: 0, to: 100, top: 10 };

  it('holds each value until the next one, and the last to the end', () => {
    expect(
      line(
        [
          { at: 0, value: 10 },
          { at: 50, value: 0 },
        ],
        frame,
      ),
    ).toBe('M0.0 0.0H300.0V100.0H600.0');
    expect(line([], frame)).toBe('');
  });

  it('puts areas on each other: the second begins where the first ends', () => {
    const [first, second] = bands(
      ['a', 'b'],
      [
        { at: 0, values: { a: 5 } },
        { at: 50, values: { a: 2, b: 3 } },
      ],
      frame,
    );
    expect(first?.path).toBe('M0.0 50.0H300.0V80.0H600.0V100.0H300.0V100.0H0.0Z');
    expect(second?.path).toBe('M0.0 50.0H300.0V50.0H600.0V80.0H300.0V50.0H0.0Z');
  });

  it('has room for one moment alone, and for zeros', () => {
    expect(frameOf([5], [0])).toEqual({ from: 5, to: 6, top: 1 });
    expect(frameOf([], [])).toEqual({ from: 0, to: 1, top: 1 });
  });
});
