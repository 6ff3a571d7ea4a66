import { EmptyState, EmptyStateBody } from '@patternfly/react-core';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { useCampaigns, useExplanations, useWhoami } from '../api/queries';
import { campaignPath } from '../model/commands';
import { goalOf } from '../model/goal';
import { inbox, keyOf, type Waiting } from '../model/inbox';
import type { Campaign, Explanation } from '../model/types';
import { count, counts } from '../model/words';
import { Loaded, State, useTitle } from '../ui/parts';
import { ReasonCard } from '../ui/Reasons';
import { useSay } from '../ui/say';

const OVER: readonly string[] = ['succeeded', 'aborted'];
/** How many are shown before the rest is asked for. */
const SHOWN = 50;

/** All that waits for a person, the most dangerous and oldest first; then what runs. */
export function Inbox() {
  const campaigns = useCampaigns();
  return (
    <Loaded of={campaigns} what="inbox">
      {(all) => (
        <Open
          campaigns={[...all.values()].filter(
            // A plan writes nothing and holds up nobody; it is looked at where it was made.
            (campaign) => !OVER.includes(campaign.phase) && campaign.spec.procedure !== 'plan',
          )}
          any={all.size > 0}
        />
      )}
    </Loaded>
  );
}

function Open({ campaigns, any }: { campaigns: Campaign[]; any: boolean }) {
  const asked = useExplanations(campaigns.map((campaign) => campaign.campaign));
  const explanations = asked.map((query) => query.data).filter((data): data is Explanation => data !== undefined);
  const missing = asked.length - explanations.length;
  const waiting = inbox(explanations);
  const running = campaigns.filter(
    (campaign) => !waiting.some((each) => each.campaign === campaign.campaign && each.reason.clusters.length === 0),
  );
  useTitle(waiting.length > 0 ? `(${waiting.length}) Inbox` : 'Inbox');
  const say = useSay();
  const sentence = `${count(waiting.length, 'thing waits', 'things wait')} for a person.`;
  useEffect(() => {
    say.whisper(sentence);
  }, [say, sentence]);
  return (
    <>
      <h1>Inbox</h1>
      {missing > 0 && <p role="status">{count(missing, 'campaign is', 'campaigns are')} still being asked.</p>}
      <section aria-labelledby="waits">
        <h2 id="waits">{sentence}</h2>
        {waiting.slice(0, SHOWN).map((each) => (
          <Card key={keyOf(each)} waiting={each} />
        ))}
        {waiting.length > SHOWN && (
          <p>{count(waiting.length - SHOWN, 'more waits', 'more wait')}; each campaign shows its own.</p>
        )}
        {waiting.length === 0 && missing === 0 && (
          <EmptyState titleText="Nothing waits for you" headingLevel="h3" variant="sm">
            <EmptyStateBody>
              {any ? (
                'What runs goes on by itself.'
              ) : (
                <>
                  There is no campaign. <Link to="/plan">Plan one</Link>.
                </>
              )}
            </EmptyStateBody>
          </EmptyState>
        )}
      </section>
      {running.length > 0 && (
        <section aria-labelledby="runs">
          <h2 id="runs">What runs</h2>
          <ul className="running">
            {running.map((campaign) => (
              <li key={campaign.campaign}>
                <Link to={campaignPath(campaign.campaign)}>{campaign.campaign}</Link> <State of={campaign.phase} />
                <span dir="auto">
                  {goalOf(campaign.spec) === '' ? '' : `to ${goalOf(campaign.spec)}: `}
                  {counts(campaign.phases)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Card({ waiting }: { waiting: Waiting }) {
  const me = useWhoami(waiting.campaign);
  return <ReasonCard campaign={waiting.campaign} reason={waiting.reason} may={me.data?.may ?? []} />;
}
