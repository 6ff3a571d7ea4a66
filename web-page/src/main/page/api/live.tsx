import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import type { FleetEvent } from '../model/types';
import { apply, explainAgain } from './queries';
import { follow } from './stream';

/** At most four repaints a second, however many events come. */
const REPAINT_MILLIS = 250;
/** How often the planner is asked why, while things change. */
const EXPLAIN_MILLIS = 1_000;

/** When everything is read anew after a loss, beside at once. */
const REREAD_MILLIS = [2_000, 10_000];

const TYPES = ['campaign.status', 'cluster.status', 'fleet.stop', 'campaign.deleted'].join(',');

/** Since when nothing is heard; null: it is live. */
export type LiveState = { since: number | null; first: boolean };

const Live = createContext<LiveState>({ since: null, first: true });

export function useLive(): LiveState {
  return useContext(Live);
}

/** Keeps what is shown as it is now: a snapshot of each query, and the stream's changes to it. */
export function LiveUpdates({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>({ since: null, first: true });

  useEffect(() => {
    let waiting: FleetEvent[] = [];
    let heard = Date.now();
    let timer: ReturnType<typeof setTimeout> | null = null;
    const unexplained = new Set<string>();
    const rereading: ReturnType<typeof setTimeout>[] = [];
    let explaining: ReturnType<typeof setTimeout> | null = null;
    let stop: (() => void) | null = null;
    const flush = () => {
      timer = null;
      const events = waiting;
      waiting = [];
      apply(client, events).forEach((campaign) => unexplained.add(campaign));
      explaining ??= setTimeout(explain, EXPLAIN_MILLIS);
    };
    const explain = () => {
      explaining = null;
      explainAgain(client, unexplained);
      unexplained.clear();
    };
    const open = () => {
      stop ??= follow({
        query: `type=${TYPES}`,
        onEvents: (events) => {
          waiting.push(...events);
          timer ??= setTimeout(flush, REPAINT_MILLIS);
        },
        onHeard: () => (heard = Date.now()),
        onOpen: (again) => {
          heard = Date.now();
          setState({ since: null, first: false });
          if (again) {
            // A planner that has just started reads its topics first, and may not know everything yet.
            void client.invalidateQueries();
            REREAD_MILLIS.forEach((millis) =>
              rereading.push(setTimeout(() => void client.invalidateQueries(), millis)),
            );
          }
        },
        onLost: () => setState((old) => ({ since: old.since ?? heard, first: old.first })),
      });
    };
    // A tab that nobody sees keeps no connection: browsers have six for one planner, whatever number of tabs.
    const seen = () => {
      if (!document.hidden) {
        if (stop === null) {
          open();
          void client.invalidateQueries();
        }
      } else {
        stop?.();
        stop = null;
      }
    };
    open();
    document.addEventListener('visibilitychange', seen);
    return () => {
      document.removeEventListener('visibilitychange', seen);
      stop?.();
      clearTimeout(timer ?? undefined);
      clearTimeout(explaining ?? undefined);
      rereading.forEach(clearTimeout);
    };
  }, [client]);

  return <Live value={state}>{children}</Live>;
}
