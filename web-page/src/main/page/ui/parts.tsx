import { Alert, Button, EmptyState, EmptyStateBody, EmptyStateFooter, Label, Spinner } from '@patternfly/react-core';
import { useEffect, useState, type ReactNode } from 'react';
import { Refused, sentenceOf } from '../api/client';
import { local, shortly, utc } from '../model/time';
import { spaced } from '../model/words';

type Asked<T> = { data: T | undefined; error: Error | null; refetch: () => unknown };

/** What was asked for, or that it is on its way, or why it is not there. What is there stays while it is asked for again. */
export function Loaded<T>({ of, what, children }: { of: Asked<T>; what: string; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) {
    return <>{children(of.data)}</>;
  }
  if (of.error !== null) {
    const problem = of.error instanceof Refused ? of.error.problem : null;
    return (
      <EmptyState
        titleText={
          problem?.status === 404
            ? `There is no such ${what}`
            : problem?.status === 403
              ? 'Not allowed'
              : `The ${what} cannot be shown`
        }
        headingLevel="h2"
        status={problem?.status === 404 ? 'info' : 'danger'}
        variant="sm"
      >
        <EmptyStateBody>{sentenceOf(of.error)}</EmptyStateBody>
        <EmptyStateFooter>
          <Button variant="secondary" onClick={() => void of.refetch()}>
            Try again
          </Button>
        </EmptyStateFooter>
      </EmptyState>
    );
  }
  return (
    <p className="loading" role="status">
      <Spinner size="md" aria-hidden="true" /> Loading the {what} …
    </p>
  );
}

/** The time now, anew every so many milliseconds. */
export function useNow(every = 1_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

/** A time in the reader's zone; in UTC for whoever points at it. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={utc(at)}>
      {local(at)}
    </time>
  );
}

/** How long ago, in the reader's terms. */
export function Since({ at }: { at: string }) {
  const now = useNow(10_000);
  return (
    <time dateTime={at} title={`${local(at)}, ${utc(at)}`}>
      {shortly((now - Date.parse(at)) / 1000)}
    </time>
  );
}

type Tone = 'green' | 'blue' | 'orange' | 'red' | 'grey' | 'yellow' | 'purple';

const TONES: Record<string, Tone> = {
  running: 'blue',
  soaking: 'blue',
  scheduled: 'grey',
  pending: 'grey',
  'awaiting-approval': 'orange',
  paused: 'yellow',
  stopped: 'red',
  held: 'orange',
  aborting: 'red',
  succeeded: 'green',
  passed: 'green',
  failed: 'red',
  aborted: 'grey',
  skipped: 'grey',
  requested: 'blue',
  accepted: 'blue',
};

/** Beside the colour a sign, for whoever does not see colours. */
export const SIGNS: Record<string, string> = {
  running: '▶',
  requested: '▶',
  accepted: '▶',
  soaking: '◔',
  scheduled: '◷',
  pending: '·',
  'awaiting-approval': '?',
  paused: '‖',
  stopped: '■',
  held: '?',
  aborting: '×',
  succeeded: '✓',
  passed: '✓',
  failed: '✕',
  aborted: '×',
  skipped: '–',
};

export function State({ of }: { of: string }) {
  return (
    <Label color={TONES[of] ?? 'grey'} isCompact>
      <span aria-hidden="true">{SIGNS[of] ?? '·'} </span>
      {spaced(of)}
    </Label>
  );
}

/** So many of so many, as a bar and in words. */
export function Meter({
  label,
  used,
  allowed,
  tooMany,
}: {
  label: string;
  used: number;
  allowed: number;
  tooMany?: boolean;
}) {
  return (
    <div className="meter">
      <span>
        {label}: <strong>{used.toLocaleString('en')}</strong> of {allowed.toLocaleString('en')}
      </span>
      <progress
        className={tooMany === true ? 'over' : ''}
        max={Math.max(allowed, 1)}
        value={Math.min(used, Math.max(allowed, 1))}
        aria-label={label}
      />
    </div>
  );
}

export function Notes({
  title,
  lines,
  variant = 'info',
}: {
  title: string;
  lines: string[];
  variant?: 'info' | 'warning' | 'danger';
}) {
  return lines.length === 0 ? null : (
    <Alert variant={variant} isInline title={title} component="h3">
      <ul className="lines">
        {lines.map((line) => (
          <li key={line} dir="auto">
            {line}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** Sets the title of the window, which a screen reader says first. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · calico-fleet`;
  }, [title]);
}
