import { Breadcrumb, BreadcrumbItem } from '@patternfly/react-core';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { usePlan, usePlanned } from '../api/queries';
import { fieldsText } from '../model/texts';
import type { Cluster, PlanWrite } from '../model/types';
import { count, counts, spaced } from '../model/words';
import { Compare } from '../ui/Compare';
import { Loaded, State, useTitle } from '../ui/parts';

/** What an upgrade would write, cluster by cluster. */
export function PlanView() {
  const { plan: name = '' } = useParams();
  useTitle(`Plan ${name}`);
  const plan = usePlan(name);
  return (
    <>
      <Breadcrumb>
        <BreadcrumbItem
          render={({ className }) => (
            <Link className={className} to="/plan">
              Plan
            </Link>
          )}
        />
        <BreadcrumbItem isActive>{name}</BreadcrumbItem>
      </Breadcrumb>
      <Loaded of={plan} what="plan">
        {({ digest, status, clusters }) => (
          <>
            <div className="title">
              <h1>Plan {name}</h1> <State of={status.phase} />
            </div>
            <p dir="auto">{status.summary}</p>
            <dl className="facts">
              <div>
                <dt>Clusters</dt>
                <dd>{counts(status.phases)}</dd>
              </div>
              <div>
                <dt>Digest</dt>
                <dd>{digest === undefined ? 'it is not made yet' : <code>{digest}</code>}</dd>
              </div>
            </dl>
            {digest !== undefined && (
              <p>
                To keep to it: <code>calico-fleet apply -f FILE --plan {name}</code>
              </p>
            )}
            <h2>Clusters</h2>
            {clusters.map((cluster) => (
              <OfCluster key={cluster.cluster} plan={name} cluster={cluster} />
            ))}
          </>
        )}
      </Loaded>
    </>
  );
}

function OfCluster({ plan, cluster }: { plan: string; cluster: Cluster }) {
  const [open, setOpen] = useState(false);
  const made = usePlanned(plan, cluster.cluster, open && cluster.plan !== undefined);
  return (
    <details className="planned" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <strong>{cluster.cluster}</strong> <State of={cluster.phase} />{' '}
        {cluster.plan === undefined
          ? cluster.summary
          : `${cluster.source ?? 'unknown'} → ${cluster.target ?? 'as before'}: ${count(cluster.plan.writes ?? 0, 'object')}`}
      </summary>
      {cluster.plan === undefined ? (
        <p dir="auto">{cluster.summary}</p>
      ) : (
        open && (
          <>
            <ul className="lines">
              {(cluster.plan.restarts ?? []).map((line) => (
                <li key={line}>restarts {line}</li>
              ))}
            </ul>
            <Loaded of={made} what="plan of the cluster">
              {({ writes }) => (
                <>
                  {writes.map((write) => (
                    <Write key={`${write.step} ${write.action} ${write.object}`} write={write} />
                  ))}
                </>
              )}
            </Loaded>
          </>
        )
      )}
    </details>
  );
}

function Write({ write }: { write: PlanWrite }) {
  return (
    <article className="write">
      <h3 dir="auto">
        {spaced(write.action)} {write.object} <small>{write.step}</small>
      </h3>
      {write.fields.length > 0 && (
        <div className="wide" role="region" aria-label={`Fields of ${write.object}`} tabIndex={0}>
          <table className="plain diff">
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Now</th>
                <th scope="col">Then</th>
              </tr>
            </thead>
            <tbody>
              {write.fields.map((field) => (
                <tr key={field.path}>
                  <th scope="row">
                    <code dir="auto">{field.path}</code>
                  </th>
                  <td>{field.before === '' ? <em>nothing</em> : <del dir="auto">{field.before}</del>}</td>
                  <td>{field.after === '' ? <em>nothing</em> : <ins dir="auto">{field.after}</ins>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {write.fields.length > 0 && (
        <Compare
          before={fieldsText(write.fields, 'before')}
          after={fieldsText(write.fields, 'after')}
          label={`What changes in ${write.object}`}
        />
      )}
      {write.more > 0 && <p>{count(write.more, 'more field')}.</p>}
    </article>
  );
}
