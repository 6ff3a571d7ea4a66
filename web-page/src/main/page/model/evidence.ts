import type { FleetEvent } from './types';
import { secondsOf } from './time';

/** Of `checks.observed`, what is drawn; docs/reference/events.md has all of it. An event leaves out lists that are empty. */
type Checks = {
  step: string;
  observation: {
    workloads?: {
      desired: number;
      ready: number;
      podImages?: { container: string; init: boolean; image: string; pods: number }[];
      nodesOfOtherRevision?: string[];
    }[];
    continuity?: {
      refused?: string;
      paths: number;
      attempts: number;
      lost: number;
      worst?: Fact[];
      kinds?: Fact[];
      unmeasuredNodes: number;
      rollout?: string;
    };
  };
};

/** What was measured on paths of one kind, of one node or of all. */
type Fact = {
  node: string;
  kind: string;
  kept?: boolean;
  paths: number;
  attempts: number;
  lost: number;
  longestGap: string;
  to: string;
  baselineAttempts: number;
  baselineLost: number;
  breaks?: number;
};

/** A kind of path, over new connections or over kept ones, of all nodes together. */
export type PathKind = {
  kind: string;
  connection: 'new' | 'kept';
  paths: number;
  attempts: number;
  lost: number;
  /** The longest time one of them was without an answer, in seconds, and from where to where. */
  gap: number;
  where: string;
  breaks: number;
};

/** Whether packets flowed. */
export type Flowed = {
  /** Why it is not measured. */
  refused?: string;
  paths: number;
  attempts: number;
  lost: number;
  /** The longest time that a path was without an answer, in seconds, and which path. */
  gap: number;
  where: string;
  /** The most that a node lost beyond its baseline on paths of one kind, in percent, as the gate counts it. */
  loss: number;
  /** How many times kept connections broke, on all nodes. */
  breaks: number;
  kinds: PathKind[];
  unmeasured: number;
  rollout?: string;
};

/** What was seen of a cluster at one moment of a step. */
export type Moment = {
  id: string;
  at: number;
  step: string;
  /** Pods of calico-node. */
  nodes?: { desired: number; ready: number; versions: Record<string, number>; old: string[] };
  flowed?: Flowed;
};

/** More are thinned out: a plot has no more pixels. */
const MOST = 400;

/** The version in an image's name; its digest, or the name, where there is none. */
export function versionOf(image: string): string {
  const [name = '', digest] = image.split('@');
  const tag = name.lastIndexOf(':');
  if (tag > name.lastIndexOf('/')) {
    return name.slice(tag + 1);
  }
  return digest === undefined ? name : digest.slice(0, 15);
}

/** What an event tells; undefined where it tells nothing that is drawn. */
export function momentOf(event: FleetEvent): Moment | undefined {
  const { step, observation } = event.data as unknown as Checks;
  const daemons = (observation.workloads ?? []).find((each) => nodeImages(each).length > 0);
  const { continuity } = observation;
  if (daemons === undefined && continuity === undefined) {
    return undefined;
  }
  const moment: Moment = { id: event.id, at: Date.parse(event.time), step };
  if (daemons !== undefined) {
    const versions: Record<string, number> = {};
    for (const { image, pods } of nodeImages(daemons)) {
      versions[versionOf(image)] = (versions[versionOf(image)] ?? 0) + pods;
    }
    const { desired, ready } = daemons;
    moment.nodes = { desired, ready, versions, old: daemons.nodesOfOtherRevision ?? [] };
  }
  if (continuity !== undefined) {
    moment.flowed = flowedOf(continuity);
  }
  return moment;
}

function nodeImages(workload: NonNullable<Checks['observation']['workloads']>[number]) {
  return (workload.podImages ?? []).filter(
    ({ container, init, pods }) => container === 'calico-node' && !init && pods > 0,
  );
}

function flowedOf(continuity: NonNullable<Checks['observation']['continuity']>): Flowed {
  const { refused, paths, attempts, lost, worst = [], kinds = [], unmeasuredNodes, rollout } = continuity;
  const gaps = worst.map((fact) => ({ seconds: secondsOf(fact.longestGap), fact }));
  const longest = gaps.sort((a, b) => b.seconds - a.seconds)[0];
  return {
    refused,
    paths,
    attempts,
    lost,
    gap: longest?.seconds ?? 0,
    where:
      longest === undefined || longest.seconds === 0
        ? ''
        : `${longest.fact.kind} over ${connection(longest.fact)} connections ${ends(longest.fact)}`,
    loss: Math.max(
      0,
      ...worst.map((fact) => percent(fact.lost, fact.attempts) - percent(fact.baselineLost, fact.baselineAttempts)),
    ),
    breaks: kinds.reduce((sum, { breaks = 0 }) => sum + breaks, 0),
    kinds: kinds.map((fact) => {
      const { kind, paths: of, attempts: dialled, lost: without, breaks = 0 } = fact;
      const gap = secondsOf(fact.longestGap);
      return {
        kind,
        connection: connection(fact),
        paths: of,
        attempts: dialled,
        lost: without,
        gap,
        where: gap === 0 ? '' : ends(fact),
        breaks,
      };
    }),
    unmeasured: unmeasuredNodes,
    rollout,
  };
}

function connection({ kept }: Fact): 'new' | 'kept' {
  return kept === true ? 'kept' : 'new';
}

function ends({ node, to }: Fact): string {
  return `from ${node}${to === '' ? '' : ` to ${to}`}`;
}

function percent(part: number, all: number): number {
  return all === 0 ? 0 : (part / all) * 100;
}

/** What was known with what came, by time. After a loss some come again; they are the same. What says nothing new is left out, but the newest. */
export function gathered(old: Moment[], came: FleetEvent[]): Moment[] {
  const all = new Map(old.map((moment) => [moment.id, moment]));
  for (const event of came) {
    const moment = momentOf(event);
    if (moment !== undefined) {
      all.set(moment.id, moment);
    }
  }
  const sorted = [...all.values()].sort((a, b) => a.at - b.at);
  const news = sorted.filter((moment, at) => {
    const before = sorted[at - 1];
    const after = sorted[at + 1];
    return before === undefined || after === undefined || !same(moment, before) || !same(moment, after);
  });
  return news.length <= MOST ? news : news.filter((_moment, at) => at % 2 === 0 || at === news.length - 1);
}

function same(one: Moment, other: Moment): boolean {
  const said = ({ step, nodes, flowed }: Moment) =>
    JSON.stringify([
      step,
      nodes,
      flowed?.gap,
      flowed?.loss.toFixed(2),
      flowed?.breaks,
      flowed?.refused,
      flowed?.rollout,
    ]);
  return said(one) === said(other);
}

/** The steps that moments are of, the newest last. */
export function stepsOf(moments: Moment[]): string[] {
  return [...new Set(moments.map(({ step }) => step))];
}

/** The newest step in which something changed, else the newest of all: of most of them there is little to see. */
export function tellingStep(moments: Moment[]): string | undefined {
  const said = (moment: Moment) => JSON.stringify([moment.nodes, moment.flowed?.gap]);
  const changed = moments.findLast((moment, at) => {
    const before = moments[at - 1];
    return before !== undefined && before.step === moment.step && said(before) !== said(moment);
  });
  return (changed ?? moments.at(-1))?.step;
}

/** The versions in these moments, those that were there first first. */
export function versionsOf(moments: Moment[]): string[] {
  return [...new Set(moments.flatMap(({ nodes }) => Object.keys(nodes?.versions ?? {}).sort()))];
}
