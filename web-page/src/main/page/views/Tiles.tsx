import { useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  memo,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
} from 'react';
import { useNavigate } from 'react-router';
import { clusterPath } from '../model/commands';
import { rows, type Filter, type Labels } from '../model/tiles';
import type { Campaign, Tile, Wave } from '../model/types';
import { count, counts, spaced, stepOf } from '../model/words';
import { SIGNS } from '../ui/parts';

const TILE_PIXELS = 36;
const GROUP_PIXELS = 72;

/** Waves as rows of tiles. Only what is in sight is drawn; one tile is in the order of the Tab key, arrows go to the others. */
export const Tiles = memo(function Tiles({
  campaign,
  tiles,
  filter,
  labels,
}: {
  campaign: Campaign;
  tiles: ReadonlyMap<string, Tile>;
  filter: Filter;
  labels: Labels;
}) {
  const box = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const [columns, setColumns] = useState(20);
  const [top, setTop] = useState(0);
  const [current, setCurrent] = useState<{ cluster: string; focus: boolean } | null>(null);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) {
      return undefined;
    }
    const measure = () => {
      setColumns(Math.max(1, Math.floor(element.clientWidth / TILE_PIXELS)));
      setTop(element.getBoundingClientRect().top + window.scrollY);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const all = useMemo(
    () => rows(campaign, tiles.values(), filter, columns, labels),
    [campaign, tiles, filter, columns, labels],
  );
  const waves = useMemo(() => new Map(campaign.waves.map((wave) => [wave.name, wave])), [campaign.waves]);
  const first = all.find((row) => row.kind === 'tiles')?.tiles[0]?.cluster ?? null;
  const reachable = current !== null && tiles.has(current.cluster) ? current.cluster : first;
  const virtual = useWindowVirtualizer({
    count: all.length,
    estimateSize: (index) => (all[index]?.kind === 'group' ? GROUP_PIXELS : TILE_PIXELS),
    overscan: 8,
    scrollMargin: top,
  });

  const go = (event: KeyboardEvent<HTMLElement>) => {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const step = steps[event.key];
    const from = (event.target as HTMLElement).dataset['cluster'];
    let row = all.findIndex((each) => each.kind === 'tiles' && each.tiles.some((tile) => tile.cluster === from));
    if (step === undefined || row === -1) {
      return;
    }
    event.preventDefault();
    let at = all[row]?.tiles.findIndex((tile) => tile.cluster === from) ?? 0;
    if (Math.abs(step) === 1 && columns > 1) {
      at += step;
      if (at < 0 || at >= (all[row]?.tiles.length ?? 0)) {
        row = next(row, step);
        at = step > 0 ? 0 : Number.MAX_SAFE_INTEGER;
      }
    } else {
      row = next(row, Math.sign(step));
    }
    const to = all[row];
    const tile = to?.tiles[Math.min(at, to.tiles.length - 1)];
    if (to?.kind === 'tiles' && tile !== undefined) {
      setCurrent({ cluster: tile.cluster, focus: true });
      virtual.scrollToIndex(row);
    }
  };
  const next = (row: number, step: number) => {
    let to = row + step;
    while (all[to]?.kind === 'group') {
      to += step;
    }
    return to;
  };

  const open = (event: MouseEvent<HTMLElement>) => {
    const link = (event.target as HTMLElement).closest('a');
    const asked = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (link !== null && event.button === 0 && !asked) {
      event.preventDefault();
      void navigate(link.pathname);
    }
  };
  const focused = (event: FocusEvent<HTMLElement>) => {
    const cluster = event.target.dataset['cluster'];
    if (cluster !== undefined) {
      setCurrent({ cluster, focus: false });
    }
  };

  return (
    <div
      ref={box}
      className="tiles"
      style={{ height: virtual.getTotalSize() }}
      onKeyDown={go}
      onClick={open}
      onFocus={focused}
    >
      {virtual.getVirtualItems().map((item) => {
        const row = all[item.index];
        if (row === undefined) {
          return null;
        }
        return (
          <div
            key={item.key}
            className="row"
            style={{ transform: `translateY(${item.start - top}px)`, height: item.size }}
          >
            {row.kind === 'group' ? (
              <GroupHead
                name={row.name}
                tiles={row.tiles}
                wave={filter.label === '' ? waves.get(row.name) : undefined}
              />
            ) : (
              <TileRow
                campaign={campaign.campaign}
                tiles={row.tiles}
                reachable={row.tiles.some((tile) => tile.cluster === reachable) ? reachable : null}
                takesFocus={current?.focus === true && row.tiles.some((tile) => tile.cluster === current.cluster)}
              />
            )}
          </div>
        );
      })}
    </div>
  );
});

function GroupHead({ name, tiles, wave }: { name: string; tiles: Tile[]; wave: Wave | undefined }) {
  const phases: Record<string, number> = {};
  tiles.forEach((tile) => (phases[tile.phase] = (phases[tile.phase] ?? 0) + 1));
  return (
    <div className="group">
      <h3>
        {wave === undefined ? name : `Wave ${name}`} <small>{count(tiles.length, 'cluster')}</small>
      </h3>
      <p>
        {counts(phases)}
        {wave?.waitsFor !== undefined && wave.waitsFor !== '' && <span>; waits: {wave.waitsFor}</span>}
        {wave?.approved === false && <span>; not approved</span>}
      </p>
    </div>
  );
}

type RowProps = {
  campaign: string;
  tiles: readonly Tile[];
  /** The one that the Tab key comes to. */
  reachable: string | null;
  takesFocus: boolean;
};

/** Whoever scrolls draws the rows that come into sight and no other; thousands of links have no code of their own. */
const TileRow = memo(
  function TileRow({ campaign, tiles, reachable, takesFocus }: RowProps) {
    return tiles.map((tile) => {
      const says = sayOf(tile);
      const isReachable = tile.cluster === reachable;
      return (
        <a
          key={tile.cluster}
          ref={isReachable && takesFocus ? takeFocus : undefined}
          href={clusterPath(campaign, tile.cluster)}
          className={`tile ${tile.phase}`}
          tabIndex={isReachable ? 0 : -1}
          data-cluster={tile.cluster}
          aria-label={says}
          title={says}
        >
          <span aria-hidden="true">{SIGNS[tile.phase]}</span>
        </a>
      );
    });
  },
  (a, b) =>
    a.campaign === b.campaign &&
    a.reachable === b.reachable &&
    a.takesFocus === b.takesFocus &&
    a.tiles.length === b.tiles.length &&
    a.tiles.every((tile, at) => tile === b.tiles[at]),
);

function takeFocus(link: HTMLElement | null) {
  link?.focus();
}

/** eu-1: running, upgrade, 3 of 5 nodes. */
export function sayOf(tile: Tile): string {
  const parts = [spaced(tile.phase)];
  if (tile.step !== undefined && tile.phase === 'running') {
    parts.push(stepOf(tile.step).kind);
  }
  if (tile.total > 0 && tile.phase === 'running') {
    parts.push(`${tile.done} of ${tile.total} ${tile.unit}`);
  }
  if (tile.holdReason !== undefined) {
    parts.push(spaced(tile.holdReason));
  }
  if (tile.waitsFor !== undefined) {
    parts.push(`waits: ${tile.waitsFor}`);
  }
  return `${tile.cluster}: ${parts.join(', ')}`;
}

const PHASES = ['pending', 'running', 'held', 'succeeded', 'failed', 'skipped', 'aborted'] as const;

/** What the tiles' shapes and colours mean. */
export function Legend() {
  return (
    <ul className="legend" aria-label="What the tiles mean">
      {PHASES.map((phase) => (
        <li key={phase}>
          <span className={`tile ${phase}`} aria-hidden="true">
            <span>{SIGNS[phase]}</span>
          </span>
          {phase}
        </li>
      ))}
    </ul>
  );
}
