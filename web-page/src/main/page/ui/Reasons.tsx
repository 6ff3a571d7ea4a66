import { memo } from 'react';
import { Link } from 'react-router';
import { campaignPath, clusterPath, offerOf } from '../model/commands';
import type { Reason } from '../model/types';
import { count, spaced } from '../model/words';
import { OfferButton, allowed } from './OfferButton';
import { Since } from './parts';

const WHO: Record<string, string> = {
  people: 'whoever may act on the campaign',
  owner: 'whoever owns the cluster',
  operator: 'whoever runs planner, executors and verifier',
  itself: 'nobody: it ends by itself',
};

/** Why something waits, what ends that, and what this person may press. */
export const ReasonCard = memo(function ReasonCard({
  campaign,
  reason,
  may,
  showCampaign = true,
}: {
  campaign: string;
  reason: Reason;
  may: readonly string[];
  showCampaign?: boolean;
}) {
  const offers = reason.commands
    .map(({ label, command }) => ({ label, command, offer: offerOf(command) }))
    .filter(({ offer }) => allowed(offer, may));
  // Two commands may lead to the same place, or be the same action.
  const distinct = offers.filter(
    (each, at) => offers.findIndex((other) => JSON.stringify(other.offer) === JSON.stringify(each.offer)) === at,
  );
  return (
    <article className={`reason ended-by-${reason.endedBy}`} data-rule={reason.rule}>
      <h3 dir="auto">{reason.sentence}</h3>
      <p className="about">
        {showCampaign && <Link to={campaignPath(campaign)}>{campaign}</Link>}
        {reason.clusters.slice(0, 5).map((cluster) => (
          <Link key={cluster} to={clusterPath(campaign, cluster)}>
            {cluster}
          </Link>
        ))}
        {reason.clusters.length === 0 && reason.count > 0 && <span>{count(reason.count, 'cluster', 'clusters')}</span>}
        {reason.clusters.length > 0 && reason.count > 5 && (
          <span>and {count(reason.count - Math.min(5, reason.clusters.length), 'more cluster', 'more clusters')}</span>
        )}
        {reason.since !== undefined && (
          <span>
            for <Since at={reason.since} />
          </span>
        )}
        <span className="rule">{spaced(reason.rule)}</span>
      </p>
      <dl>
        <dt>What ends it</dt>
        <dd dir="auto">{reason.ends}</dd>
        <dt>Who</dt>
        <dd>{WHO[reason.endedBy] ?? reason.endedBy}</dd>
      </dl>
      {(reason.evidence.length > 0 || reason.says !== '') && (
        <details>
          <summary>Rule and evidence</summary>
          <p>{reason.says}</p>
          <ul className="lines">
            {reason.evidence.map((line) => (
              <li key={line} dir="auto">
                {line}
              </li>
            ))}
          </ul>
        </details>
      )}
      {distinct.length > 0 && (
        <p className="actions">
          {distinct.map(({ label, command, offer }) => (
            <span key={command} className="offer">
              {label !== offer.kind && <span className="hint">{label}</span>}{' '}
              <OfferButton offer={offer} hint={label} when={reason.ends} />
            </span>
          ))}
        </p>
      )}
    </article>
  );
});
