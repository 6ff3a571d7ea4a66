import { EmptyState } from '@patternfly/react-core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useFleet, useSummary } from '../api/queries';
import { clusterPath } from '../model/commands';
import type { Announced, Summary } from '../model/types';
import { count, spaced } from '../model/words';
import { Choice, Search, withOption } from '../ui/Search';
import { Loaded, useTitle } from '../ui/parts';

/** All clusters that somebody serves: which versions there are, and each of them. */
export function Fleet() {
  useTitle('Fleet');
  const fleet = useFleet();
  const summary = useSummary();
  return (
    <>
      <h1>Fleet</h1>
      <Loaded of={summary} what="counts">
        {(counted) => <Versions counted={counted} />}
      </Loaded>
      <Loaded of={fleet} what="fleet">
        {(all) => <Clusters all={all} />}
      </Loaded>
    </>
  );
}

function Versions({ counted: { clusters } }: { counted: Summary }) {
  const [query] = useSearchParams();
  const versions = Object.entries(clusters.calicoVersions).sort(([a], [b]) =>
    b.localeCompare(a, 'en', { numeric: true }),
  );
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">
        {count(clusters.total, 'cluster')}
        {clusters.unreachable > 0 && `, ${clusters.unreachable.toLocaleString('en')} cannot be reached`}
      </h2>
      <ul className="bars" aria-label="Clusters by version of Calico">
        {versions.map(([version, many]) => (
          <li key={version}>
            <Link to={{ search: `?${withOption(query, 'version', version).toString()}` }}>{version}</Link>
            <progress max={clusters.total} value={many} aria-label={`Calico ${version}`} />
            <span>{many.toLocaleString('en')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function found(all: Announced[], query: URLSearchParams): Announced[] {
  const text = (query.get('q') ?? '').toLowerCase();
  const version = query.get('version') ?? '';
  const method = query.get('method') ?? '';
  return all.filter(
    (cluster) =>
      (version === '' || cluster.calicoVersion === version) &&
      (method === '' || cluster.installMethod === method) &&
      (query.get('reachable') !== 'no' || !cluster.reachable) &&
      (query.get('reachable') !== 'yes' || cluster.reachable) &&
      (text === '' ||
        `${cluster.cluster} ${cluster.summary} ${Object.entries(cluster.labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(' ')}`
          .toLowerCase()
          .includes(text)),
  );
}

const ROW_PIXELS = 76;

function Clusters({ all }: { all: Announced[] }) {
  const [query] = useSearchParams();
  const shown = found(all, query);
  const box = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop((box.current?.getBoundingClientRect().top ?? 0) + window.scrollY), [shown.length]);
  const virtual = useWindowVirtualizer({
    count: shown.length,
    estimateSize: () => ROW_PIXELS,
    overscan: 8,
    scrollMargin: top,
  });
  return (
    <section aria-labelledby="all">
      <h2 id="all">Clusters</h2>
      <div className="filters">
        <Search label="Search clusters" />
        <Choice
          label="Version"
          name="version"
          options={[...new Set(all.map((cluster) => cluster.calicoVersion))].sort()}
        />
        <Choice
          label="Installed by"
          name="method"
          options={[...new Set(all.map((cluster) => cluster.installMethod))].sort()}
        />
        <Choice label="Reachable" name="reachable" options={['yes', 'no']} />
      </div>
      <p role="status">{count(shown.length, 'cluster')}</p>
      {shown.length === 0 && (
        <EmptyState
          titleText={all.length === 0 ? 'No executor has announced a cluster' : 'No cluster is like that'}
          headingLevel="h3"
          variant="sm"
        />
      )}
      <ul ref={box} className="fleet" style={{ height: virtual.getTotalSize() }} aria-label="Clusters">
        {virtual.getVirtualItems().map((item) => {
          const cluster = shown[item.index];
          return (
            cluster !== undefined && (
              <li
                key={cluster.cluster}
                aria-setsize={shown.length}
                aria-posinset={item.index + 1}
                style={{ transform: `translateY(${item.start - top}px)`, height: item.size }}
              >
                <strong>{cluster.cluster}</strong>{' '}
                {!cluster.reachable && <span className="lost">cannot be reached</span>}
                <span className="rest">
                  Calico {cluster.calicoVersion}, {spaced(cluster.installMethod)}, Kubernetes{' '}
                  {cluster.kubernetesVersion}
                  {cluster.campaign != null && (
                    <>
                      {' · '}
                      <Link to={clusterPath(cluster.campaign, cluster.cluster)}>in {cluster.campaign}</Link>
                    </>
                  )}
                </span>
                <span className="labels" dir="auto">
                  {Object.entries(cluster.labels)
                    .map(([key, value]) => `${key}=${value}`)
                    .join(' ')}
                </span>
              </li>
            )
          );
        })}
      </ul>
    </section>
  );
}
