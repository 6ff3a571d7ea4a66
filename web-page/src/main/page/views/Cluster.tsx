import { Breadcrumb, BreadcrumbItem } from '@patternfly/react-core';
import { Link, useParams } from 'react-router';
import { useCluster, useClusterExplanation, useExecutors, useFleet, useHistory, useWhoami } from '../api/queries';
import { campaignPath, clusterPath } from '../model/commands';
import { shortly } from '../model/time';
import type { Cluster, Gate, Past, StepRecord } from '../model/types';
import { count, spaced, stepOf } from '../model/words';
import { EventList } from '../ui/EventList';
import { ReasonCard } from '../ui/Reasons';
import { Loaded, Notes, Since, State, Time, useNow, useTitle } from '../ui/parts';
import { Conflicts } from './Conflicts';
import { Evidence } from './Evidence';
import { TrafficReview } from './TrafficReview';

export function ClusterView() {
  const { campaign = '', cluster = '' } = useParams();
  useTitle(`${cluster} in ${campaign}`);
  const status = useCluster(campaign, cluster);
  return (
    <>
      <Breadcrumb>
        <BreadcrumbItem
          render={({ className }) => (
            <Link className={className} to="/campaigns">
              Campaigns
            </Link>
          )}
        />
        <BreadcrumbItem
          render={({ className }) => (
            <Link className={className} to={campaignPath(campaign)}>
              {campaign}
            </Link>
          )}
        />
        <BreadcrumbItem isActive>{cluster}</BreadcrumbItem>
      </Breadcrumb>
      <Loaded of={status} what="cluster">
        {(one) => <One cluster={one} />}
      </Loaded>
    </>
  );
}

function One({ cluster }: { cluster: Cluster }) {
  const may = useWhoami(cluster.campaign).data?.may ?? [];
  const explanation = useClusterExplanation(cluster.campaign, cluster.cluster);
  const decides = cluster.phase === 'held' && may.includes('approve');
  return (
    <>
      <div className="title">
        <h1>{cluster.cluster}</h1> <State of={cluster.phase} />
      </div>
      <p dir="auto">{cluster.summary}</p>
      <dl className="facts">
        <div>
          <dt>Release</dt>
          <dd>
            {cluster.source ?? 'unknown'} → {cluster.target ?? 'as before'}
          </dd>
        </div>
        <div>
          <dt>Wave</dt>
          <dd>{cluster.wave}</dd>
        </div>
        <Served cluster={cluster} />
        <Backup steps={cluster.steps} />
      </dl>
      <Loaded of={explanation} what="reasons">
        {({ reasons }) =>
          reasons.length > 0 && (
            <section aria-labelledby="why">
              <h2 id="why">Why it is where it is</h2>
              {reasons.map((reason) => (
                <ReasonCard
                  key={reason.rule}
                  campaign={cluster.campaign}
                  reason={withoutLook(reason)}
                  may={may}
                  showCampaign={false}
                />
              ))}
            </section>
          )
        }
      </Loaded>
      <Notes title="The preflight objects" variant="warning" lines={cluster.objections} />
      {cluster.conflicts.length > 0 && <Conflicts cluster={cluster} mayDecide={decides} />}
      {cluster.review !== undefined && (
        <TrafficReview
          cluster={cluster}
          review={cluster.review}
          mayDecide={decides && cluster.holdReason === 'traffic-review'}
        />
      )}
      <section aria-labelledby="steps">
        <h2 id="steps">Steps</h2>
        <Timeline cluster={cluster} />
      </section>
      {cluster.gates.length > 0 && (
        <section aria-labelledby="gates">
          <h2 id="gates">Gates last judged</h2>
          {cluster.gates.map((gate) => (
            <GateCard key={gate.gate} gate={gate} />
          ))}
        </section>
      )}
      <Evidence cluster={cluster} />
      {cluster.notes.length > 0 && (
        <details className="events">
          <summary>{count(cluster.notes.length, 'note')}</summary>
          <ul className="lines">
            {cluster.notes.map((note) => (
              <li key={note} dir="auto">
                {note}
              </li>
            ))}
          </ul>
        </details>
      )}
      <EventList campaign={cluster.campaign} cluster={cluster.cluster} />
      <section aria-labelledby="history">
        <h2 id="history">Over campaigns</h2>
        <History cluster={cluster.cluster} here={cluster.campaign} />
      </section>
    </>
  );
}

/** What leads to where one is already is left out. */
function withoutLook(reason: Parameters<typeof ReasonCard>[0]['reason']) {
  return {
    ...reason,
    commands: reason.commands.filter(({ command }) => !/^(review|status|approve) \S+ --cluster/.test(command)),
  };
}

function Served({ cluster }: { cluster: Cluster }) {
  const fleet = useFleet();
  const executors = useExecutors();
  const announced = fleet.data?.find((each) => each.cluster === cluster.cluster);
  const executor = executors.data?.find((each) => each.executor === announced?.executor);
  return (
    <>
      <div>
        <dt>Served by</dt>
        <dd>
          {announced === undefined ? 'no executor' : announced.executor}
          {executor !== undefined && `, heard ${shortly(executor.age)} ago`}
          {executor?.silent === true && ', silent'}
        </dd>
      </div>
      {announced !== undefined && (
        <div>
          <dt>Now</dt>
          <dd dir="auto">
            Calico {announced.calicoVersion} ({spaced(announced.installMethod)}) on Kubernetes{' '}
            {announced.kubernetesVersion}
            {!announced.reachable && `; cannot be reached: ${announced.problem}`}
          </dd>
        </div>
      )}
      {cluster.silentSince !== undefined && (
        <div>
          <dt>Nobody answers for the step for</dt>
          <dd>
            <Since at={cluster.silentSince} />
          </dd>
        </div>
      )}
      {cluster.stepWaits.length > 1 && (
        <div>
          <dt>Its step waits for</dt>
          <dd dir="auto">
            <ul>
              {cluster.stepWaits.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </dd>
        </div>
      )}
    </>
  );
}

/** What this campaign has stored of the cluster before it changed anything. */
function Backup({ steps }: { steps: StepRecord[] }) {
  const step = steps.findLast((each) => stepOf(each.step).kind === 'backup');
  return step === undefined ? null : (
    <div>
      <dt>Backup</dt>
      <dd dir="auto">
        {step.finishedAt === undefined || !['succeeded', 'passed'].includes(step.state) ? (
          spaced(step.state)
        ) : (
          <>
            taken <Time at={step.finishedAt} />
          </>
        )}
        {step.message !== '' && `: ${step.message}`}
      </dd>
    </div>
  );
}

function Timeline({ cluster }: { cluster: Cluster }) {
  if (cluster.steps.length === 0 && cluster.remaining.length === 0) {
    return <p>No step has begun.</p>;
  }
  return (
    <ol className="timeline">
      {cluster.steps.map((step) => (
        <Step key={`${step.step} ${step.startedAt}`} step={step} cluster={cluster} />
      ))}
      {cluster.remaining.map((kind) => (
        <li key={kind} className="step remaining">
          <h3>{kind}</h3> <State of="pending" />
        </li>
      ))}
    </ol>
  );
}

function Step({ step, cluster }: { step: StepRecord; cluster: Cluster }) {
  const { kind, attempt } = stepOf(step.step);
  const now = useNow(1_000);
  const end = step.finishedAt === undefined ? now : Date.parse(step.finishedAt);
  const isCurrent = cluster.step === step.step && cluster.phase === 'running';
  return (
    <li className={`step ${step.state}`}>
      <h3>
        {kind}
        {attempt > 1 && `, attempt ${attempt}`}
      </h3>{' '}
      <State of={step.state} />
      <p className="about">
        <Time at={step.startedAt} /> <span>for {shortly((end - Date.parse(step.startedAt)) / 1000)}</span>
      </p>
      {step.message !== '' && <p dir="auto">{step.message}</p>}
      {isCurrent && cluster.total > 0 && (
        <p>
          <progress max={cluster.total} value={cluster.done} aria-label={`${kind}: ${cluster.unit}`} /> {cluster.done}{' '}
          of {cluster.total} {cluster.unit}
        </p>
      )}
    </li>
  );
}

function GateCard({ gate }: { gate: Gate }) {
  return (
    <article className="gate">
      <h3>{spaced(gate.gate)}</h3> <State of={gate.outcome} />
      <p dir="auto">{gate.reason}</p>
      {gate.evidence.length > 0 && (
        <details open={gate.outcome === 'failed'}>
          <summary>Evidence</summary>
          <ul className="lines">
            {gate.evidence.map((line, at) => (
              <li key={`${at} ${line}`} dir="auto">
                {line}
              </li>
            ))}
          </ul>
        </details>
      )}
    </article>
  );
}

/** What each campaign did to the cluster, the latest first. */
function History({ cluster, here }: { cluster: string; here: string }) {
  const history = useHistory(cluster);
  return (
    <Loaded of={history} what="history">
      {(all) => (
        <div className="wide" role="region" aria-label="What each campaign did" tabIndex={0}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">Campaign</th>
                <th scope="col">Began</th>
                <th scope="col">Took</th>
                <th scope="col">What</th>
                <th scope="col">Came to</th>
                <th scope="col">In words</th>
              </tr>
            </thead>
            <tbody>
              {[...all].sort(byBegin).map((past) => (
                <tr key={past.campaign} aria-current={past.campaign === here ? 'true' : undefined}>
                  <th scope="row">
                    <Link to={clusterPath(past.campaign, cluster)}>{past.campaign}</Link>
                    {past.campaign === here && ' (this one)'}
                  </th>
                  <td>{past.startedAt === undefined ? 'not begun' : <Time at={past.startedAt} />}</td>
                  <td>
                    {past.startedAt !== undefined &&
                      past.finishedAt !== undefined &&
                      shortly((Date.parse(past.finishedAt) - Date.parse(past.startedAt)) / 1000)}
                  </td>
                  <td>
                    {past.change === undefined
                      ? `${spaced(past.procedure)} ${past.source ?? ''} → ${past.target ?? 'as before'}`
                      : `change ${past.change}`}
                  </td>
                  <td>
                    <State of={past.phase} />
                  </td>
                  <td dir="auto">{past.summary}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Loaded>
  );
}

function byBegin(one: Past, other: Past): number {
  return Date.parse(other.startedAt ?? other.createdAt) - Date.parse(one.startedAt ?? one.createdAt);
}
