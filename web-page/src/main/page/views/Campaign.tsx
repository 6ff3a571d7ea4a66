import { Breadcrumb, BreadcrumbItem, Button } from '@patternfly/react-core';
import { useMemo, useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { ask, segment, sentenceOf } from '../api/client';
import { useCampaigns, useExplanation, useTiles, useWhoami } from '../api/queries';
import { actOf, type Offer, type Verb } from '../model/commands';
import { labelsOf, type Filter } from '../model/tiles';
import type { Campaign } from '../model/types';
import { counts, spaced } from '../model/words';
import { shortly } from '../model/time';
import { EventList } from '../ui/EventList';
import { OfferButton } from '../ui/OfferButton';
import { ReasonCard } from '../ui/Reasons';
import { Choice, Search } from '../ui/Search';
import { Loaded, Meter, Notes, Since, State, Time, useTitle } from '../ui/parts';
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
      <dl className="facts">
        <div>
          <dt>Does</dt>
          <dd>
            {spaced(campaign.spec.procedure)} {campaign.spec.target}
          </dd>
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
      <Loaded of={explanation} what="reasons">
        {({ places, failures, reasons }) => (
          <>
            <div className="meters">
              <Meter label="In flight" used={places.used} allowed={places.allowed} />
              <Meter
                label="Failures"
                used={failures.used}
                allowed={failures.allowed}
                tooMany={failures.used > failures.allowed}
              />
            </div>
            {reasons.length > 0 && (
              <section aria-labelledby="why">
                <h2 id="why">Why it is where it is</h2>
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
              </section>
            )}
          </>
        )}
      </Loaded>
      {/* Below what is still on its way nothing is drawn: it would move. */}
      {!explanation.isPending && (
        <>
          <Clusters campaign={campaign} />
          <EventList campaign={name} />
        </>
      )}
    </>
  );
}

function Schedule({ campaign }: { campaign: Campaign }) {
  const { schedule, spec } = campaign;
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
      {(spec.schedule?.freezes ?? []).map((freeze) => (
        <div key={freeze.from}>
          <dt>Freeze</dt>
          <dd dir="auto">
            {freeze.from !== undefined && <Time at={freeze.from} />} to{' '}
            {freeze.to !== undefined && <Time at={freeze.to} />}: {freeze.reason}
          </dd>
        </div>
      ))}
    </>
  );
}

/** PT1H30M in seconds. */
export function secondsOf(duration: string): number {
  const match = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(duration);
  return match === null ? 0 : Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
}

function Clusters({ campaign }: { campaign: Campaign }) {
  const tiles = useTiles(campaign.campaign);
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
        {(all) => (
          <>
            <div className="filters">
              <Search label="Search clusters" />
              <Choice
                label="Phase"
                name="phase"
                options={[...new Set([...all.values()].map((tile) => tile.phase))].sort()}
              />
              <Choice
                label="Reason"
                name="reason"
                options={[...new Set([...all.values()].flatMap((tile) => tile.holdReason ?? []))].sort()}
              />
              <Choice label="Group by label" name="by" options={labelsOf(all.values())} />
            </div>
            <Legend />
            <Tiles campaign={campaign} tiles={all} filter={filter} />
          </>
        )}
      </Loaded>
    </section>
  );
}

/** Downloads the report: what the campaign did, and who wanted it. */
function ReportButton({ campaign }: { campaign: string }) {
  const [problem, setProblem] = useState<string | null>(null);
  const download = async () => {
    setProblem(null);
    try {
      const report = await ask<unknown>(`/campaigns/${segment(campaign)}/report`);
      const address = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
      const link = document.createElement('a');
      link.href = address;
      link.download = `${campaign}-report.json`;
      link.click();
      URL.revokeObjectURL(address);
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  return (
    <>
      <Button variant="secondary" onClick={() => void download()}>
        Report
      </Button>
      <Notes title="The report cannot be had" variant="danger" lines={problem === null ? [] : [problem]} />
    </>
  );
}
