import type { Coverage, Flow } from './types';

/** What needs a look first: what carries a note, then what was seen least. */
export function byRarity(flows: Flow[]): Flow[] {
  return [...flows].sort((a, b) => Number(b.note !== '') - Number(a.note !== '') || a.packets - b.packets);
}

export function portOf(flow: Flow): string {
  if (flow.port === undefined) {
    return '';
  }
  return flow.lastPort === undefined ? String(flow.port) : `${flow.port} to ${flow.lastPort}`;
}

/** Who talks to which host endpoints, on what, in one direction; what is to be looked at first is on top. */
export type Picture = {
  direction: Flow['direction'];
  peers: string[];
  /** What is talked on, such as tcp 8080. */
  ports: { what: string; packets: number; stands: Stands }[];
  nodes: string[];
  /** Between a peer and a port, and between a port and a node, by their indexes. */
  fromPeers: Link[];
  toNodes: Link[];
  /** How many flows there are beside those. */
  more: number;
};
export type Link = { from: number; to: number; stands: Stands };
/** A flow carries a note, was seen seldom, or often. */
export type Stands = 'noted' | 'rare' | 'often';

/** So many flows of a direction can be told apart. */
const MOST_FLOWS = 15;
/** Seen as seldom as that, it may be a job that runs once a day. */
const RARE_PACKETS = 3;

export function picturesOf(flows: Flow[]): Picture[] {
  const directions = [...new Set(flows.map(({ direction }) => direction))].sort().reverse();
  return directions.map((direction) => {
    const all = byRarity(flows.filter((flow) => flow.direction === direction));
    const drawn = all.slice(0, MOST_FLOWS);
    const peers = [...new Set(drawn.flatMap((flow) => flow.peers))];
    const nodes = [...new Set(drawn.flatMap((flow) => flow.nodes))];
    const linked = drawn.map((flow, at) => ({ flow, at, stands: standsOf(flow) }));
    return {
      direction,
      peers,
      ports: linked.map(({ flow, stands }) => ({
        what: [flow.protocol, portOf(flow)].filter((word) => word !== '').join(' '),
        packets: flow.packets,
        stands,
      })),
      nodes,
      fromPeers: linked.flatMap(({ flow, at, stands }) =>
        flow.peers.map((peer) => ({ from: peers.indexOf(peer), to: at, stands })),
      ),
      toNodes: linked.flatMap(({ flow, at, stands }) =>
        flow.nodes.map((node) => ({ from: at, to: nodes.indexOf(node), stands })),
      ),
      more: all.length - drawn.length,
    };
  });
}

function standsOf(flow: Flow): Stands {
  if (flow.note !== '') {
    return 'noted';
  }
  return flow.packets <= RARE_PACKETS ? 'rare' : 'often';
}

/** From when to when each node was heard, as parts of all the time in which any was; those not heard on top. */
export function heardOf(coverage: Coverage[]): { from: number; to: number; rows: Heard[] } {
  const times = coverage.flatMap(({ first, last }) =>
    [first, last].flatMap((at) => (at === undefined ? [] : [Date.parse(at)])),
  );
  const from = times.length === 0 ? 0 : Math.min(...times);
  const to = times.length === 0 ? 1 : Math.max(...times, from + 1);
  const part = (at: string) => (Date.parse(at) - from) / (to - from);
  const rows = coverage.map((node) => ({
    ...node,
    span:
      node.first === undefined || node.last === undefined ? null : { start: part(node.first), end: part(node.last) },
  }));
  return { from, to, rows: rows.sort((a, b) => a.lines - b.lines || (a.node < b.node ? -1 : 1)) };
}

export type Heard = Coverage & { span: { start: number; end: number } | null };
