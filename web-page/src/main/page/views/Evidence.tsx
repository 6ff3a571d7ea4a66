import { useState } from 'react';
import { useFollowed } from '../api/followed';
import { useCampaigns } from '../api/queries';
import { gathered, stepsOf, tellingStep, versionsOf, type Moment, type PathKind } from '../model/evidence';
import { secondsOf } from '../model/time';
import type { Cluster } from '../model/types';
import { count, stepOf } from '../model/words';
import { BandPlot, LinePlot } from '../ui/Plot';
import { Notes, Time } from '../ui/parts';

const NONE: Moment[] = [];
/** Rows of the table; the plot has more. */
const MOST_ROWS = 50;

/** What was seen of the cluster while its steps were judged, as it grows; read when it is opened, as it may be long. */
export function Evidence({ cluster }: { cluster: Cluster }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="events" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Evidence over time</summary>
      {open && <Followed key={`${cluster.campaign} ${cluster.cluster}`} cluster={cluster} />}
    </details>
  );
}

function Followed({ cluster }: { cluster: Cluster }) {
  const query = new URLSearchParams({
    campaign: cluster.campaign,
    cluster: cluster.cluster,
    type: 'checks.observed',
    from: 'beginning',
  });
  const moments = useFollowed(query.toString(), gathered, NONE);
  const [chosen, setChosen] = useState<string | null>(null);
  const steps = stepsOf(moments);
  const step = steps.find((each) => each === chosen) ?? tellingStep(moments);
  if (step === undefined) {
    return <p>Nothing that is drawn is kept of it: pods and packets are looked at while a step is judged.</p>;
  }
  const shown = moments.filter((moment) => moment.step === step);
  return (
    <>
      {steps.length > 1 && (
        <p>
          <label>
            Step{' '}
            <select value={step} onChange={(event) => setChosen(event.target.value)}>
              {steps.map((each) => (
                <option key={each} value={each}>
                  {stepName(each)}
                </option>
              ))}
            </select>
          </label>
        </p>
      )}
      <Nodes moments={shown} />
      <Packets moments={shown} campaign={cluster.campaign} />
      <Rows moments={shown} />
    </>
  );
}

function stepName(step: string): string {
  const { kind, attempt } = stepOf(step);
  return attempt > 1 ? `${kind}, attempt ${attempt}` : kind;
}

function Nodes({ moments }: { moments: Moment[] }) {
  const seen = moments.flatMap(({ at, nodes }) => (nodes === undefined ? [] : [{ at, ...nodes }]));
  const now = seen.at(-1);
  if (now === undefined) {
    return null;
  }
  const versions = versionsOf(moments);
  const made = versions.filter((each) => now.versions[each] !== undefined);
  const says = made.map((each) => `${count(now.versions[each] ?? 0, 'node')} with ${each}`).join(', ');
  return (
    <>
      <LinePlot
        title={
          <>
            Pods of calico-node that are ready: <strong>{now.ready}</strong> of {now.desired}
          </>
        }
        says={`${now.ready} of ${now.desired} pods of calico-node are ready; at the least ${Math.min(
          ...seen.map(({ ready }) => ready),
        )} were.`}
        unit="pods"
        series={[
          { name: 'wanted', kind: 'limit', values: seen.map(({ at, desired }) => ({ at, value: desired })) },
          { name: 'ready', kind: 'seen', values: seen.map(({ at, ready }) => ({ at, value: ready })) },
        ]}
      />
      <BandPlot
        title={<>Versions by node: {says}</>}
        says={says}
        unit="nodes"
        names={versions}
        moments={seen.map(({ at, versions: values }) => ({ at, values }))}
      />
      {now.old.length > 0 && (
        <p>
          Yet to roll: <span dir="auto">{now.old.slice(0, 20).join(', ')}</span>
          {now.old.length > 20 && ` and ${count(now.old.length - 20, 'more node')}`}
        </p>
      )}
    </>
  );
}

function Packets({ moments, campaign }: { moments: Moment[]; campaign: string }) {
  const spec = useCampaigns().data?.get(campaign)?.spec.upgrade?.continuity;
  const seen = moments.flatMap(({ at, flowed }) => (flowed === undefined ? [] : [{ at, ...flowed }]));
  const now = seen.at(-1);
  if (now === undefined) {
    return null;
  }
  if (now.refused !== undefined) {
    return <Notes title="It is not measured whether packets flow" variant="warning" lines={[now.refused]} />;
  }
  const ends = [seen[0]?.at ?? now.at, now.at];
  const most = (value: number | undefined) =>
    value === undefined ? [] : [{ name: 'allowed', kind: 'limit' as const, values: ends.map((at) => ({ at, value })) }];
  const gap = spec?.maxGap === undefined ? undefined : secondsOf(spec.maxGap);
  const loss = spec?.maxLossPercent;
  const saysGap = `${rounded(now.gap)} s${gap === undefined ? '' : ` of ${rounded(gap)} s allowed`}`;
  const saysLoss = `${rounded(now.loss)} %${loss === undefined ? '' : ` of ${loss} % allowed`}`;
  return (
    <>
      <LinePlot
        title={
          <>
            Longest time a path was without an answer: <strong>{saysGap}</strong>
            {now.where !== '' && <span dir="auto">, {now.where}</span>}
          </>
        }
        says={`Longest gap of ${now.paths} paths: ${saysGap}.`}
        unit="s"
        series={[
          ...most(gap),
          { name: 'longest gap', kind: 'seen', values: seen.map(({ at, gap: value }) => ({ at, value })) },
        ]}
      />
      <LinePlot
        title={
          <>
            Most that a node lost beyond its baseline: <strong>{saysLoss}</strong>
          </>
        }
        says={`Most that a node lost beyond its baseline: ${saysLoss}.`}
        unit="%"
        series={[
          ...most(loss),
          { name: 'loss', kind: 'seen', values: seen.map(({ at, loss: value }) => ({ at, value })) },
        ]}
      />
      <p>
        {count(now.paths, 'path')}, dialled {now.attempts.toLocaleString('en')} times since the baseline,{' '}
        {now.lost.toLocaleString('en')} without an answer. Kept connections broke{' '}
        {now.breaks === 0 ? 'never' : count(now.breaks, 'time')}
        {spec?.maxBreaks !== undefined && now.breaks > 0 && ` (allowed on each node, of one kind: ${spec.maxBreaks})`}.
        {now.unmeasured > 0 && ` ${count(now.unmeasured, 'node was', 'nodes were')} not measured all the time.`}
        {now.rollout !== undefined && ` ${now.rollout}.`}
      </p>
      {now.kinds.length > 0 && <Kinds kinds={now.kinds} />}
    </>
  );
}

/** Each kind of path of all nodes, over new connections and over kept ones. */
function Kinds({ kinds }: { kinds: PathKind[] }) {
  return (
    <div className="wide" role="region" aria-label="Kinds of paths" tabIndex={0}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">Path</th>
            <th scope="col">Connections</th>
            <th scope="col">Paths</th>
            <th scope="col">Longest gap</th>
            <th scope="col">Lost</th>
            <th scope="col">Breaks</th>
          </tr>
        </thead>
        <tbody>
          {kinds.map(({ kind, connection, paths, gap, where, lost, attempts, breaks }) => (
            <tr key={`${kind} ${connection}`}>
              <td>{kind}</td>
              <td>{connection}</td>
              <td>{paths}</td>
              <td>
                {rounded(gap)} s <span dir="auto">{where}</span>
              </td>
              <td>
                {lost.toLocaleString('en')} of {attempts.toLocaleString('en')}
              </td>
              <td>{connection === 'kept' ? breaks : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function rounded(value: number): string {
  return Number(value.toPrecision(2)).toString();
}

/** The same to be read. */
function Rows({ moments }: { moments: Moment[] }) {
  const packets = moments.some(({ flowed }) => flowed !== undefined && flowed.refused === undefined);
  return (
    <details>
      <summary>As a table</summary>
      <div className="wide" role="region" aria-label="Evidence" tabIndex={0}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">At</th>
              <th scope="col">Ready</th>
              <th scope="col">Versions</th>
              {packets && <th scope="col">Longest gap</th>}
              {packets && <th scope="col">Loss</th>}
            </tr>
          </thead>
          <tbody>
            {moments
              .slice(-MOST_ROWS)
              .reverse()
              .map(({ id, at, nodes, flowed }) => (
                <tr key={id}>
                  <td>
                    <Time at={new Date(at).toISOString()} />
                  </td>
                  <td>{nodes === undefined ? '' : `${nodes.ready} of ${nodes.desired}`}</td>
                  <td>
                    {Object.entries(nodes?.versions ?? {})
                      .map(([version, pods]) => `${pods} ${version}`)
                      .join(', ')}
                  </td>
                  {packets && <td>{flowed === undefined ? '' : `${rounded(flowed.gap)} s`}</td>}
                  {packets && <td>{flowed === undefined ? '' : `${rounded(flowed.loss)} %`}</td>}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
      {moments.length > MOST_ROWS && <p>The latest {MOST_ROWS}; the plots have all.</p>}
    </details>
  );
}
