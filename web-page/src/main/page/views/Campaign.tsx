import { Breadcrumb, BreadcrumbItem } from '@patternfly/react-core';
import { useDeferredValue, useMemo } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { useApprovals, useCampaigns, useExplanation, useLabels, useOutlook, useTiles, useWhoami } from '../api/queries';
import { actOf, type Offer, type Verb } from '../model/commands';
import { saidOf } from '../model/goal';
import { labelsOf, type Filter, type Labels } from '../model/tiles';
import type { Campaign, Tile } from '../model/types';
import { count, counts, spaced } from '../model/words';
import { secondsOf, shortly } from '../model/time';
import { ApproveDialog } from '../ui/ApproveDialog';
import { EventList } from '../ui/EventList';
import { OfferButton } from '../ui/OfferButton';
import { ReasonCard } from '../ui/Reasons';
import { ReportButton } from '../ui/ReportButton';
import { Choice, Search } from '../ui/Search';
import { Loaded, Meter, Notes, Since, State, Time, useTitle } from '../ui/parts';
import { TimeLine } from './TimeLine';
import { Legend, Tiles } from './Tiles';

/** What can be asked for in a phase; what else can be done, the reasons offer. */
function actions(campaign: Campaign): Offer[] {
  const of = (verb: Verb): Offer => ({
    kind: 'action',
    verb,
    campaign: campaign.campaign,
    needsReason: verb === 'abort' || verb === 'retry',
  });
  switch (campaign.phase) {
    case 'running':
    case 'scheduled':
    case 'soaking':
    case 'awaiting-approval':
    case 'held':
    case 'stopped':
      return [of('pause'), of('abort')];
    case 'paused':
      return [of('resume'), of('abort')];
    case 'aborting':
      return [];
    case 'failed':
      return [of('abort'), { kind: 'delete', campaign: campaign.campaign }];
    case 'succeeded':
    case 'aborted':
      return [{ kind: 'delete', campaign: campaign.campaign }];
  }
}

export function CampaignView() {
  const { campaign: name = '' } = useParams();
  useTitle(name);
  const campaigns = useCampaigns();
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
        <BreadcrumbItem isActive>{name}</BreadcrumbItem>
      </Breadcrumb>
      <Loaded of={campaigns} what="campaign">
        {(all) => {
          const campaign = all.get(name);
          return campaign === undefined ? <h1>There is no campaign {name}</h1> : <One campaign={campaign} />;
        }}
      </Loaded>
    </>
  );
}

function One({ campaign }: { campaign: Campaign }) {
  const name = campaign.campaign;
  const me = useWhoami(name);
  const may = me.data?.may ?? [];
  const explanation = useExplanation(name);
  const outlook = useOutlook(name);
  const tiles = useTiles(name);
  const [query, setQuery] = useSearchParams();
  const offers = actions(campaign).filter((offer) => may.includes(actOf(offer)));
  return (
    <>
      <div className="title">
        <h1>{name}</h1> <State of={campaign.phase} />
        <span className="actions">
          {offers.map((offer) => (
            <OfferButton key={offer.kind === 'action' ? offer.verb : offer.kind} offer={offer} />
          ))}
          <ReportButton campaign={name} />
        </span>
      </div>
      <p dir="auto">{campaign.summary}</p>
      {query.has('approve') && (
        <Asked
          campaign={name}
          digest={query.get('approve') ?? ''}
          reason={query.get('reason') ?? ''}
          onClose={() => setQuery({})}
        />
      )}
      <dl className="facts">
        <div>
          <dt>Does</dt>
          <dd>{saidOf(campaign.spec)}</dd>
        </div>
        <div>
          <dt>Clusters</dt>
          <dd>{counts(campaign.phases)}</dd>
        </div>
        <div>
          <dt>Created</dt>
          <dd>
            <Time at={campaign.createdAt} />
            {campaign.author !== undefined && ` by ${campaign.author}`}
          </dd>
        </div>
        {campaign.since !== undefined && (
          <div>
            <dt>{spaced(campaign.phase)} for</dt>
            <dd>
              <Since at={campaign.since} />
            </dd>
          </div>
        )}
        <Schedule campaign={campaign} />
      </dl>
      <div className="beside">
        <Loaded of={explanation} what="reasons">
          {({ places, failures, reasons }) => (
            <section aria-labelledby="why">
              <h2 id="why">Why it is where it is</h2>
              <div className="meters">
                <Meter label="In flight" used={places.used} allowed={places.allowed} />
                <Meter
                  label="Failures"
                  used={failures.used}
                  allowed={failures.allowed}
                  tooMany={failures.used > failures.allowed}
                />
              </div>
              <ByLabel campaign={campaign} />
              {reasons.slice(0, 20).map((reason) => (
                <ReasonCard
                  key={`${reason.rule} ${reason.clusters.join()} ${reason.sentence}`}
                  campaign={name}
                  reason={reason}
                  may={may}
                  showCampaign={false}
                />
              ))}
              {reasons.length > 20 && <p>{reasons.length - 20} more; the tiles show each cluster.</p>}
              {reasons.length === 0 && <p>Nothing waits.</p>}
            </section>
          )}
        </Loaded>
        {/* Below what is still on its way nothing is drawn: it would move. */}
        {!explanation.isPending && !outlook.isPending && (
          <div>
            <TimeLine campaign={campaign} outlook={outlook.data} />
            <Clusters campaign={campaign} />
            {!tiles.isPending && <EventList campaign={name} />}
          </div>
        )}
      </div>
    </>
  );
}

/** An approval that an address asks for: the command line gives it where a passkey is needed. */
function Asked(props: { campaign: string; digest: string; reason: string; onClose: () => void }) {
  const approvals = useApprovals(props.campaign);
  if (approvals.data === undefined) {
    return null;
  }
  const waiting = approvals.data.find((each) => each.digest === props.digest);
  return waiting === undefined ? (
    <Notes title="No approval is asked for" lines={['What this address is of waits for no approval any more.']} />
  ) : (
    <ApproveDialog
      campaign={props.campaign}
      revision={waiting.revision}
      does={`What waits for the approval goes on: ${waiting.subject.what} of ${props.campaign}.`}
      reason={props.reason}
      onClose={props.onClose}
    />
  );
}

/** How much of each label's limits is used; what may be is in the campaign's file, as a number or a part. */
function ByLabel({ campaign }: { campaign: Campaign }) {
  const used = (campaign.labels ?? []).filter(
    ({ running = 0, held = 0, failures = 0 }) => running + held + failures > 0,
  );
  return used.length === 0 ? null : (
    <ul className="limits" aria-label="By label">
      {used.map(({ label, value, running = 0, held = 0, failures = 0 }) => {
        const limit = (campaign.spec.perLabel ?? []).find((each) => each.label === label);
        return (
          <li key={`${label} ${value}`}>
            <strong dir="auto">
              {label}={value}
            </strong>
            : {running + held} in flight
            {limit?.maxConcurrent !== undefined && ` of ${limit.maxConcurrent}`}, {count(failures, 'failure')}
            {limit?.maxFailures !== undefined && ` of ${limit.maxFailures}`}
          </li>
        );
      })}
    </ul>
  );
}

function Schedule({ campaign }: { campaign: Campaign }) {
  const { schedule } = campaign;
  return (
    <>
      {schedule?.opensAt !== undefined && (
        <div>
          <dt>Next may start</dt>
          <dd>
            <Time at={schedule.opensAt} /> {schedule.zone}
          </dd>
        </div>
      )}
      {schedule?.expected !== undefined && (
        <div>
          <dt>One cluster takes about</dt>
          <dd>{shortly(secondsOf(schedule.expected))}</dd>
        </div>
      )}
    </>
  );
}

const NO_LABELS: Labels = new Map();

function Clusters({ campaign }: { campaign: Campaign }) {
  const tiles = useTiles(campaign.campaign);
  const labels = useLabels().data ?? NO_LABELS;
  const [query] = useSearchParams();
  const filter: Filter = useMemo(
    () => ({
      text: query.get('q') ?? '',
      phase: query.get('phase') ?? '',
      reason: query.get('reason') ?? '',
      label: query.get('by') ?? '',
    }),
    [query],
  );
  return (
    <section aria-labelledby="clusters">
      <h2 id="clusters">Clusters</h2>
      <Loaded of={tiles} what="clusters">
        {(all) => <Shown campaign={campaign} tiles={all} labels={labels} filter={filter} />}
      </Loaded>
    </section>
  );
}

/** What changes is drawn when there is time for it: whoever scrolls or types does not wait for thousands of tiles. */
function Shown(now: { campaign: Campaign; tiles: ReadonlyMap<string, Tile>; labels: Labels; filter: Filter }) {
  const { tiles, labels, filter } = now;
  const shown = useDeferredValue(tiles);
  const campaign = useDeferredValue(now.campaign);
  const options = useMemo(
    () => ({
      phases: [...new Set([...shown.values()].map((tile) => tile.phase))].sort(),
      reasons: [...new Set([...shown.values()].flatMap((tile) => tile.holdReason ?? []))].sort(),
      labels: labelsOf(shown.values(), labels),
    }),
    [shown, labels],
  );
  return (
    <>
      <div className="filters">
        <Search label="Search clusters" />
        <Choice label="Phase" name="phase" options={options.phases} />
        <Choice label="Reason" name="reason" options={options.reasons} />
        <Choice label="Group by label" name="by" options={options.labels} />
      </div>
      <Legend />
      <Tiles campaign={campaign} tiles={shown} labels={labels} filter={filter} />
    </>
  );
}
