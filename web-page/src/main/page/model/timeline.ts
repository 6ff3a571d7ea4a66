import type { Campaign, Outlook } from './types';
import { secondsOf } from './time';

/** A stretch of a row, in milliseconds since 1970. */
export type Span = { kind: 'done' | 'under-way' | 'soak' | 'window' | 'freeze' | 'expected'; from: number; to: number };

export type TimeRow =
  | {
      kind: 'wave';
      name: string;
      spans: Span[];
      startedAt?: string;
      finishedAt?: string;
      soaksUntil?: string;
      waitsFor?: string;
    }
  | { kind: 'windows'; name: string; spans: Span[]; next?: { from: string; to: string; open: boolean } }
  | { kind: 'freeze'; name: string; spans: Span[]; from: string; to: string }
  | { kind: 'expected'; name: string; spans: Span[]; end: Outlook['expectedEnd'] };

export type Line = { from: number; to: number; rows: TimeRow[] };

const HOUR = 3_600_000;
/** What is over was there; what is ahead of it is not drawn. */
const OVER: readonly string[] = ['succeeded', 'failed', 'aborted'];

/** The campaign from its beginning to what is known ahead of it. */
export function timeLine(campaign: Campaign, outlook: Outlook | undefined, now: number): Line {
  const over = OVER.includes(campaign.phase);
  const waves = campaign.waves.map((wave, at): TimeRow => {
    const began = millis(wave.startedAt);
    const ended = millis(wave.finishedAt);
    const soak = secondsOf(campaign.spec.waves[at]?.soak ?? 'PT0S') * 1000;
    // The last wave has nothing to soak for.
    const soaks = soak > 0 && ended !== undefined && at + 1 < campaign.waves.length ? ended + soak : undefined;
    const spans: Span[] = [];
    if (began !== undefined) {
      spans.push({
        kind: ended === undefined ? 'under-way' : 'done',
        from: began,
        to: ended ?? (over ? (millis(campaign.updatedAt) ?? now) : now),
      });
    }
    if (ended !== undefined && soaks !== undefined) {
      spans.push({ kind: 'soak', from: ended, to: soaks });
    }
    return {
      kind: 'wave',
      name: wave.name,
      spans,
      startedAt: wave.startedAt,
      finishedAt: wave.finishedAt,
      ...(soaks === undefined ? {} : { soaksUntil: new Date(soaks).toISOString() }),
      waitsFor: wave.waitsFor,
    };
  });
  const ahead = over ? [] : [...windows(outlook, now), ...freezes(campaign, now), ...expected(outlook)];
  const from = Date.parse(campaign.createdAt);
  const known = [...waves, ...ahead.filter((row) => row.kind === 'expected')].flatMap((row) =>
    row.spans.map((span) => span.to),
  );
  // The next window and freeze are in sight; those after them need not be.
  const next = ahead.flatMap((row) => (row.kind === 'expected' ? [] : row.spans.slice(0, 1).map((span) => span.to)));
  const last = Math.max(from, ...known, ...(over ? [] : [now]), ...next);
  const to = last + Math.max((last - from) * 0.03, HOUR / 60);
  return { from, to, rows: [...waves, ...ahead].map((row) => ({ ...row, spans: cut(row.spans, from, to) })) };
}

function windows(outlook: Outlook | undefined, now: number): TimeRow[] {
  const rows = new Map<string, Outlook['windows']>();
  for (const open of outlook?.windows ?? []) {
    const labels = Object.entries(open.labels).map(([key, value]) => `${key}=${value}`);
    const name = ['Windows', ...labels.sort()].join(' ');
    rows.set(name, [...(rows.get(name) ?? []), open]);
  }
  return [...rows].map(([name, all]) => {
    const next = all.find((open) => Date.parse(open.to) > now);
    return {
      kind: 'windows',
      name,
      spans: all.map((open) => ({ kind: 'window', from: Date.parse(open.from), to: Date.parse(open.to) })),
      ...(next === undefined ? {} : { next: { from: next.from, to: next.to, open: Date.parse(next.from) <= now } }),
    };
  });
}

function freezes(campaign: Campaign, now: number): TimeRow[] {
  return (campaign.spec.schedule?.freezes ?? [])
    .flatMap(({ from, to, reason }) =>
      from === undefined || to === undefined || Date.parse(to) <= now ? [] : [{ from, to, reason }],
    )
    .sort((a, b) => Date.parse(a.from) - Date.parse(b.from))
    .map(({ from, to, reason }) => ({
      kind: 'freeze',
      name: `Freeze${reason === undefined || reason === '' ? '' : `: ${reason}`}`,
      from,
      to,
      spans: [{ kind: 'freeze', from: Date.parse(from), to: Date.parse(to) }],
    }));
}

/** It has its place while it is not known, so that nothing moves when it is. */
function expected(outlook: Outlook | undefined): TimeRow[] {
  const end = outlook?.expectedEnd;
  const spans: Span[] =
    end === undefined ? [] : [{ kind: 'expected', from: Date.parse(end.p50), to: Date.parse(end.p95) }];
  return [{ kind: 'expected', name: 'Expected end', end, spans }];
}

function cut(spans: Span[], from: number, to: number): Span[] {
  return spans
    .filter((span) => span.to >= from && span.from <= to)
    .map((span) => ({ ...span, from: Math.max(span.from, from), to: Math.min(span.to, to) }));
}

function millis(instant: string | undefined): number | undefined {
  return instant === undefined ? undefined : Date.parse(instant);
}
