import { EmptyState } from '@patternfly/react-core';
import { Link, useSearchParams } from 'react-router';
import { useCampaigns } from '../api/queries';
import { campaignPath } from '../model/commands';
import { goalOf, saidOf } from '../model/goal';
import type { Campaign } from '../model/types';
import { counts } from '../model/words';
import { Search } from '../ui/Search';
import { Loaded, State, Time, useTitle } from '../ui/parts';

/** All campaigns, the newest first. */
export function Campaigns() {
  useTitle('Campaigns');
  const campaigns = useCampaigns();
  const [query] = useSearchParams();
  return (
    <>
      <h1>Campaigns</h1>
      <Search label="Search campaigns" />
      <Loaded of={campaigns} what="campaigns">
        {(all) => <Table campaigns={found([...all.values()], query.get('q') ?? '')} />}
      </Loaded>
    </>
  );
}

function found(campaigns: Campaign[], text: string): Campaign[] {
  const wanted = text.toLowerCase();
  return campaigns
    .filter((campaign) =>
      `${campaign.campaign} ${campaign.phase} ${goalOf(campaign.spec)} ${campaign.summary}`
        .toLowerCase()
        .includes(wanted),
    )
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

function Table({ campaigns }: { campaigns: Campaign[] }) {
  if (campaigns.length === 0) {
    return <EmptyState titleText="There is no such campaign" headingLevel="h2" variant="sm" />;
  }
  return (
    <div className="wide" role="region" aria-label="Campaigns" tabIndex={0}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">Campaign</th>
            <th scope="col">Phase</th>
            <th scope="col">Does</th>
            <th scope="col">Clusters</th>
            <th scope="col">Created</th>
          </tr>
        </thead>
        <tbody>
          {campaigns.map((campaign) => (
            <tr key={campaign.campaign}>
              <th scope="row">
                <Link
                  to={
                    campaign.spec.procedure === 'plan'
                      ? `/plans/${encodeURIComponent(campaign.campaign)}`
                      : campaignPath(campaign.campaign)
                  }
                >
                  {campaign.campaign}
                </Link>
              </th>
              <td>
                <State of={campaign.phase} />
              </td>
              <td>{saidOf(campaign.spec)}</td>
              <td>{counts(campaign.phases)}</td>
              <td>
                <Time at={campaign.createdAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
