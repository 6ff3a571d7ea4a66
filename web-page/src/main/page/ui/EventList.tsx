import { memo, useEffect, useState } from 'react';
import { useFollowed } from '../api/followed';
import type { FleetEvent } from '../model/types';
import { useSay } from './say';
import { Time } from './parts';

const TYPES = [
  'campaign.created',
  'campaign.revised',
  'campaign.approved',
  'campaign.paused',
  'campaign.resumed',
  'campaign.aborted',
  'cluster.retried',
  'cluster.skipped',
  'cluster.taken-over',
  'step.requested',
  'step.succeeded',
  'step.held',
  'step.failed',
  'step.judged',
  'gates.missing',
].join(',');

/** How many of the latest are kept. */
const KEPT = 200;
const NONE: FleetEvent[] = [];

/** What happened, as sentences, the latest first; asked for when it is opened. */
export const EventList = memo(function EventList({ campaign, cluster }: { campaign: string; cluster?: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="events" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>What happened</summary>
      {open && <Followed key={`${campaign} ${cluster}`} campaign={campaign} cluster={cluster} />}
    </details>
  );
});

function Followed({ campaign, cluster }: { campaign: string; cluster: string | undefined }) {
  const say = useSay();
  const query = new URLSearchParams({ campaign, type: TYPES, from: 'beginning' });
  if (cluster !== undefined) {
    query.set('cluster', cluster);
  }
  const events = useFollowed(query.toString(), latest, NONE);
  const last = events[0]?.data.summary;
  useEffect(() => {
    if (last !== undefined) {
      say.whisper(last);
    }
  }, [last, say]);
  if (events.length === 0) {
    return <p>No event is kept of it.</p>;
  }
  return (
    <ol className="lines">
      {events.map((event) => (
        <li key={event.id}>
          <Time at={event.time} /> <span dir="auto">{event.data.summary}</span>
        </li>
      ))}
    </ol>
  );
}

/** After a loss some come again; they are the same. */
function latest(old: FleetEvent[], came: FleetEvent[]): FleetEvent[] {
  const all = new Map([...old, ...came].map((event) => [event.id, event]));
  return [...all.values()].sort((a, b) => Date.parse(b.time) - Date.parse(a.time)).slice(0, KEPT);
}
