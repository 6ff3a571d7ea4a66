import { useEffect, useState } from 'react';
import type { FleetEvent } from '../model/types';
import { follow } from './stream';

const REPAINT_MILLIS = 250;

/**
 * What a stream's events come to, drawn at most four times a second.
 *
 * @param query of the stream, without the question mark; whoever changes it gives the component another key
 * @param take what is known and what came, together; the same function each time
 */
export function useFollowed<T>(query: string, take: (old: T, came: FleetEvent[]) => T, nothing: T): T {
  const [known, setKnown] = useState(nothing);
  useEffect(() => {
    let waiting: FleetEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = follow({
      query,
      onEvents: (more) => {
        waiting.push(...more);
        timer ??= setTimeout(() => {
          timer = undefined;
          const came = waiting;
          waiting = [];
          setKnown((old) => take(old, came));
        }, REPAINT_MILLIS);
      },
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [query, take]);
  return known;
}
