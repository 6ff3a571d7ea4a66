import type { FleetEvent } from '../model/types';
import { headers, unknown } from './client';
import { SseReader } from './sse';

export type StreamSettings = {
  /** The query, without the question mark. */
  query: string;
  onEvents: (events: FleetEvent[]) => void;
  /** It is open; again, after a loss, where `again` is true. */
  onOpen?: (again: boolean) => void;
  onLost?: () => void;
  /** Something came, a comment too. */
  onHeard?: () => void;
};

const FIRST_WAIT = 500;
const LONGEST_WAIT = 5_000;
/** The planner says something every 15 s. */
const LONGEST_SILENCE = 40_000;

/**
 * Follows the live stream until it is stopped. What is lost is opened again after the last event seen, with longer and longer waits.
 * It is fetch and no EventSource, which could not say who asks.
 */
export function follow(settings: StreamSettings): () => void {
  const stopped = new AbortController();
  void run(settings, stopped.signal);
  return () => stopped.abort();
}

async function run(settings: StreamSettings, stopped: AbortSignal): Promise<void> {
  let last = '';
  let opened = false;
  let wait = FIRST_WAIT;
  while (!stopped.aborted) {
    const connection = new AbortController();
    const end = () => connection.abort();
    stopped.addEventListener('abort', end);
    let silence = setTimeout(end, LONGEST_SILENCE);
    try {
      const answer = await fetch(`/api/v1/events?${settings.query}`, {
        headers: await headers({ Accept: 'text/event-stream', ...(last === '' ? {} : { 'Last-Event-ID': last }) }),
        credentials: 'omit',
        cache: 'no-store',
        signal: connection.signal,
      });
      if (answer.status === 401) {
        unknown();
        return;
      }
      if (answer.ok && answer.body !== null) {
        settings.onOpen?.(opened);
        opened = true;
        wait = FIRST_WAIT;
        const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
        const sse = new SseReader();
        for (;;) {
          const { done, value } = await reader.read();
          if (done) {
            break;
          }
          clearTimeout(silence);
          silence = setTimeout(end, LONGEST_SILENCE);
          settings.onHeard?.();
          const said = sse.read(value);
          last = said.at(-1)?.id ?? last;
          if (said.length > 0) {
            settings.onEvents(said.map((event) => JSON.parse(event.data) as FleetEvent));
          }
        }
      }
    } catch {
      // Lost, or stopped: what follows is the same.
    } finally {
      clearTimeout(silence);
      stopped.removeEventListener('abort', end);
    }
    if (!stopped.aborted) {
      settings.onLost?.();
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  }
}
