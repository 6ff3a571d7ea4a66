import type { Campaign, Tile } from './types';

/** A row to draw: what a group is, or some of its tiles. */
export type Row = { kind: 'group'; name: string; tiles: Tile[] } | { kind: 'tiles'; group: string; tiles: Tile[] };

/** The labels of clusters as they are announced; a campaign itself knows those it asks for. */
export type Labels = ReadonlyMap<string, Readonly<Record<string, string>>>;

export type Filter = { text: string; phase: string; reason: string; label: string };

function labelsFor(tile: Tile, labels: Labels): Readonly<Record<string, string>> {
  return labels.get(tile.cluster) ?? tile.labels;
}

export function matches(tile: Tile, filter: Filter, labels: Labels): boolean {
  const text = filter.text.toLowerCase();
  return (
    (filter.phase === '' || tile.phase === filter.phase) &&
    (filter.reason === '' || tile.holdReason === filter.reason) &&
    (text === '' ||
      `${tile.cluster} ${tile.summary} ${Object.entries(labelsFor(tile, labels))
        .map(([key, value]) => `${key}=${value}`)
        .join(' ')}`
        .toLowerCase()
        .includes(text))
  );
}

/** The tiles by wave, in the campaign's order, or by the value of a label; in rows of `columns`. */
export function rows(
  campaign: Campaign,
  tiles: Iterable<Tile>,
  filter: Filter,
  columns: number,
  labels: Labels,
): Row[] {
  const groups = new Map<string, Tile[]>();
  if (filter.label === '') {
    campaign.waves.forEach((wave) => groups.set(wave.name, []));
  }
  for (const tile of tiles) {
    if (matches(tile, filter, labels)) {
      const name = filter.label === '' ? tile.wave : (labelsFor(tile, labels)[filter.label] ?? `no ${filter.label}`);
      const group = groups.get(name);
      if (group === undefined) {
        groups.set(name, [tile]);
      } else {
        group.push(tile);
      }
    }
  }
  const all: Row[] = [];
  groups.forEach((of, name) => {
    of.sort((a, b) => (a.cluster < b.cluster ? -1 : 1));
    all.push({ kind: 'group', name, tiles: of });
    for (let at = 0; at < of.length; at += columns) {
      all.push({ kind: 'tiles', group: name, tiles: of.slice(at, at + columns) });
    }
  });
  return all;
}

export function labelsOf(tiles: Iterable<Tile>, labels: Labels): string[] {
  const names = new Set<string>();
  for (const tile of tiles) {
    Object.keys(labelsFor(tile, labels)).forEach((name) => names.add(name));
  }
  return [...names].sort();
}
