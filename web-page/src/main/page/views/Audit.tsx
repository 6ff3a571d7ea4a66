import { Alert, Button, EmptyState } from '@patternfly/react-core';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useAudit } from '../api/queries';
import { found, isRefused, leftOut, PERIODS, whoOf } from '../model/audit';
import { campaignPath, clusterPath } from '../model/commands';
import type { Audit, AuditKept } from '../model/types';
import { count } from '../model/words';
import { saveFile } from '../ui/save';
import { Choice, Search } from '../ui/Search';
import { Loaded, Time, useTitle } from '../ui/parts';

/** How many rows are drawn before more is asked for. */
const SHOWN = 100;
/** As many as the planner answers at once. */
const MOST = 20_000;
/** So much of a digest tells it from others. */
const DIGEST = 12;

/** Who asked for what, from where, and what was refused. */
export function AuditView() {
  useTitle('Audit');
  const [query] = useSearchParams();
  const audit = useAudit(query.get('back') ?? 'day');
  return (
    <>
      <div className="title">
        <h1>Audit</h1>
        <span className="actions">
          <Button variant="secondary" onClick={() => void audit.refetch()} isDisabled={audit.isFetching}>
            Read again
          </Button>
          {audit.data !== undefined && (
            <Button
              variant="secondary"
              onClick={() =>
                saveFile('audit.json', new Blob([JSON.stringify(audit.data, null, 2)], { type: 'application/json' }))
              }
            >
              Export
            </Button>
          )}
        </span>
      </div>
      <Loaded of={audit} what="audit">
        {(data) => <Records audit={data} />}
      </Loaded>
    </>
  );
}

function Records({ audit }: { audit: Audit }) {
  const [query, setQuery] = useSearchParams();
  const [shown, setShown] = useState(SHOWN);
  const records = found(audit.records, {
    text: query.get('q') ?? '',
    who: query.get('who') ?? '',
    campaign: query.get('campaign') ?? '',
    answer: query.get('answer') ?? '',
  });
  const names = (of: (kept: AuditKept) => string | undefined) =>
    [...new Set(audit.records.flatMap((kept) => of(kept) ?? []))].sort();
  return (
    <>
      <div className="filters">
        <label className="choice">
          Look back{' '}
          <select
            value={query.get('back') ?? 'day'}
            onChange={(event) => {
              const next = new URLSearchParams(query);
              next.set('back', event.target.value);
              setQuery(next, { replace: true });
            }}
          >
            {Object.keys(PERIODS).map((period) => (
              <option key={period} value={period}>
                a{period === 'hour' ? 'n' : ''} {period}
              </option>
            ))}
            <option value="all">all that is kept</option>
          </select>
        </label>
        <Search label="Search the audit" />
        <Choice label="Who" name="who" options={names(whoOf)} />
        <Choice label="Campaign" name="campaign" options={names((kept) => kept.record?.campaign)} />
        <Choice label="Answer" name="answer" options={['done', 'refused']} />
      </div>
      {!audit.everything && <p>You see what is about your campaigns and clusters.</p>}
      {audit.records.length >= MOST && (
        <Alert variant="warning" isInline component="h2" title={`The newest ${MOST.toLocaleString('en')} records`}>
          There are more. Look back less, or export them with calico-fleet audit.
        </Alert>
      )}
      <p role="status">
        {count(records.length, 'record')}, {records.filter(isRefused).length.toLocaleString('en')} refused
      </p>
      {records.length === 0 ? (
        <EmptyState titleText="Nothing is recorded like that" headingLevel="h2" variant="sm" />
      ) : (
        <div className="wide" role="region" aria-label="Records" tabIndex={0}>
          <table className="plain audit">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col">From</th>
                <th scope="col">What</th>
                <th scope="col">On</th>
                <th scope="col">Digest</th>
                <th scope="col">Answer</th>
              </tr>
            </thead>
            <tbody>
              {records.slice(0, shown).map((kept) => (
                <Row key={`${kept.sent?.partition ?? ''} ${kept.sent?.offset ?? ''}`} kept={kept} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {records.length > shown && (
        <p>
          <Button variant="link" isInline onClick={() => setShown(shown + SHOWN)}>
            Show {Math.min(SHOWN, records.length - shown)} more
          </Button>{' '}
          of {(records.length - shown).toLocaleString('en')}
        </p>
      )}
    </>
  );
}

function Row({ kept }: { kept: AuditKept }) {
  const { record } = kept;
  if (record === undefined) {
    return (
      <tr className="noted">
        <td colSpan={7} dir="auto">
          A record that cannot be read: {kept.problem}
        </td>
      </tr>
    );
  }
  const refused = isRefused(kept);
  return (
    <tr className={refused ? 'noted' : ''}>
      <td>
        <Time at={record.at} />
      </td>
      <td dir="auto">
        {whoOf(kept)}
        {record.who?.roles !== undefined && <small> {record.who.roles.join(', ')}</small>}
        {record.breakGlass === true && <strong> broke the glass</strong>}
      </td>
      <td>{record.from}</td>
      <td dir="auto" className="what">
        {record.summary}
        {(record.unwritten ?? 0) > 0 && <strong> {leftOut(record)}</strong>}
      </td>
      <td>
        {record.campaign !== undefined && (
          <Link
            to={
              record.cluster === undefined
                ? campaignPath(record.campaign)
                : clusterPath(record.campaign, record.cluster)
            }
          >
            {record.cluster ?? record.campaign}
          </Link>
        )}
        {record.campaign === undefined && record.cluster}
      </td>
      <td>
        <Digest name="approved" of={record.approved} />
        <Digest name="command" of={record.commandDigest} />
      </td>
      <td>
        <span aria-hidden="true">{refused ? '✕' : '✓'} </span>
        {record.status}
      </td>
    </tr>
  );
}

/** Its beginning; all of it for whoever points at it or exports it. */
function Digest({ name, of }: { name: string; of: string | undefined }) {
  return of === undefined ? null : (
    <span className="digest" title={of}>
      {name} <code>{of.slice(0, DIGEST)}</code>
    </span>
  );
}
