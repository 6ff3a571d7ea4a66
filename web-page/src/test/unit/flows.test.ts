import { describe, expect, it } from 'vitest';
import { byRarity, heardOf, picturesOf, portOf } from '../../main/page/model/flows';
import type { Coverage, Flow } from '../../main/page/model/types';

function flow(more: Partial<Flow>): Flow {
  return {
    direction: 'ingress',
    protocol: 'tcp',
    nodes: ['n1'],
    peers: ['10.0.0.0/24'],
    packets: 100,
    note: '',
    ...more,
  };
}

describe('flows', () => {
  const often = flow({ port: 443 });
  const rare = flow({ port: 8080, packets: 2, peers: ['192.0.2.0/24', '10.0.0.0/24'], nodes: ['n2'] });
  const noted = flow({ port: 40960, lastPort: 41983, note: 'many ports, joined into a range' });
  const out = flow({ direction: 'egress', protocol: 'icmp', packets: 1, note: 'seen once' });

  it('have what carries a note first, then what was seen least', () => {
    expect(byRarity([often, rare, noted])).toEqual([noted, rare, often]);
    expect([often, noted, out].map(portOf)).toEqual(['443', '40960 to 41983', '']);
  });

  it('are a picture for each direction: peers, what is talked on, and nodes, with a line only where there is a flow', () => {
    const [ingress, egress] = picturesOf([often, out, rare, noted]);
    expect(ingress).toEqual({
      direction: 'ingress',
      peers: ['10.0.0.0/24', '192.0.2.0/24'],
      ports: [
        { what: 'tcp 40960 to 41983', packets: 100, stands: 'noted' },
        { what: 'tcp 8080', packets: 2, stands: 'rare' },
        { what: 'tcp 443', packets: 100, stands: 'often' },
      ],
      nodes: ['n1', 'n2'],
      fromPeers: [
        { from: 0, to: 0, stands: 'noted' },
        { from: 1, to: 1, stands: 'rare' },
        { from: 0, to: 1, stands: 'rare' },
        { from: 0, to: 2, stands: 'often' },
      ],
      toNodes: [
        { from: 0, to: 0, stands: 'noted' },
        { from: 1, to: 1, stands: 'rare' },
        { from: 2, to: 0, stands: 'often' },
      ],
      more: 0,
    });
    expect(egress?.ports).toEqual([{ what: 'icmp', packets: 1, stands: 'noted' }]);
  });

  it('are drawn as many as can be told apart, and it is told how many more there are', () => {
    const [picture] = picturesOf(Array.from({ length: 50 }, (_none, at) => flow({ port: at + 1, packets: at + 1 })));
    expect(picture?.ports.length).toBe(15);
    expect(picture?.ports[0]?.what).toBe('tcp 1');
    expect(picture?.more).toBe(35);
  });
});

describe('coverage', () => {
  const node = (name: string, lines: number, first?: string, last?: string): Coverage => ({
    node: name,
    lines,
    flowLines: 0,
    unreadable: 0,
    first,
    last,
  });

  it('is when each node was heard, those that were not on top', () => {
    const { rows, from } = heardOf([
      node('n1', 10, '2026-11-30T10:00:00Z', '2026-11-30T11:00:00Z'),
      node('n2', 5, '2026-11-30T10:30:00Z', '2026-11-30T10:45:00Z'),
      node('n3', 0),
    ]);
    expect(from).toBe(Date.parse('2026-11-30T10:00:00Z'));
    expect(rows.map(({ node: name, span }) => [name, span])).toEqual([
      ['n3', null],
      ['n2', { start: 0.5, end: 0.75 }],
      ['n1', { start: 0, end: 1 }],
    ]);
  });

  it('of nobody is no time', () => {
    expect(heardOf([node('n1', 0)]).rows[0]?.span).toBeNull();
    expect(heardOf([]).rows).toEqual([]);
  });
});
