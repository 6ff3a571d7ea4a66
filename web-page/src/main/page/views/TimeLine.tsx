import { shortly } from '../model/time';
import { timeLine, type TimeRow } from '../model/timeline';
import type { Campaign, Outlook } from '../model/types';
import { count } from '../model/words';
import { Time, useNow } from '../ui/parts';

/** When what was, is and will be: waves and their soak, windows, freezes, and the expected end. */
export function TimeLine({ campaign, outlook }: { campaign: Campaign; outlook: Outlook | undefined }) {
  const now = useNow(10_000);
  const line = timeLine(campaign, outlook, now);
  const percent = (at: number) => `${(((at - line.from) / (line.to - line.from)) * 100).toFixed(2)}%`;
  return (
    <section aria-labelledby="times">
      <h2 id="times">Time line</h2>
      <ol className="timespan">
        {line.rows.map((row) => (
          <li key={`${row.kind} ${row.name} ${row.kind === 'freeze' ? row.from : ''}`}>
            <span className="what" dir="auto">
              {row.kind === 'wave' ? `Wave ${row.name}` : row.name}
            </span>
            <span className="track" aria-hidden="true">
              {row.spans.map((span) => (
                <span
                  key={`${span.kind} ${span.from}`}
                  className={`span ${span.kind}`}
                  style={{
                    insetInlineStart: percent(span.from),
                    width: `calc(${percent(line.from + span.to - span.from)})`,
                  }}
                />
              ))}
              {now > line.from && now < line.to && <span className="now" style={{ insetInlineStart: percent(now) }} />}
            </span>
            <span className="when">
              <Says row={row} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Says({ row }: { row: TimeRow }) {
  switch (row.kind) {
    case 'wave':
      if (row.startedAt === undefined) {
        return row.waitsFor === undefined || row.waitsFor === '' ? 'not begun' : `waits: ${row.waitsFor}`;
      }
      if (row.finishedAt === undefined) {
        return (
          <>
            since <Time at={row.startedAt} />
          </>
        );
      }
      return (
        <>
          took {shortly((Date.parse(row.finishedAt) - Date.parse(row.startedAt)) / 1000)}, done{' '}
          <Time at={row.finishedAt} />
          {row.soaksUntil !== undefined && (
            <>
              , soak until <Time at={row.soaksUntil} />
            </>
          )}
        </>
      );
    case 'windows':
      return row.next === undefined ? (
        'none in the next days'
      ) : row.next.open ? (
        <>
          open until <Time at={row.next.to} />
        </>
      ) : (
        <>
          next opens <Time at={row.next.from} />
        </>
      );
    case 'freeze':
      return (
        <>
          <Time at={row.from} /> to <Time at={row.to} />
        </>
      );
    case 'expected':
      return row.end === undefined ? (
        'not known: nothing was measured yet, or it does not go on by itself'
      ) : (
        <>
          <Time at={row.end.p50} />; in 95 of 100 cases by <Time at={row.end.p95} />, as{' '}
          {count(row.end.measured, 'cluster')} took
        </>
      );
  }
}
