import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Link, Route, Routes, useLocation } from 'react-router';
import { onUnknown } from './api/client';
import { LiveUpdates } from './api/live';
import { token } from './api/token';
import { Saying } from './ui/say';
import { Broken } from './ui/Broken';
import { Shell } from './ui/Shell';
import { Inbox } from './views/Inbox';
import { Login } from './views/Login';

const Campaigns = lazy(async () => ({ default: (await import('./views/Campaigns')).Campaigns }));
const CampaignView = lazy(async () => ({ default: (await import('./views/Campaign')).CampaignView }));
const ClusterView = lazy(async () => ({ default: (await import('./views/Cluster')).ClusterView }));
const AuditView = lazy(async () => ({ default: (await import('./views/Audit')).AuditView }));
const Fleet = lazy(async () => ({ default: (await import('./views/Fleet')).Fleet }));
const PasskeysView = lazy(async () => ({ default: (await import('./views/PasskeysView')).PasskeysView }));
const PlanFile = lazy(async () => ({ default: (await import('./views/PlanFile')).PlanFile }));
const PlanView = lazy(async () => ({ default: (await import('./views/Plan')).PlanView }));

export function App({ problem }: { problem: string | null }) {
  const [known, setKnown] = useState(() => token(sessionStorage) !== null);
  const [ended, setEnded] = useState(false);
  const client = useQueryClient();
  const { pathname } = useLocation();
  useEffect(
    () =>
      onUnknown(() => {
        // Nothing of one person is shown to the next; how to log in is for anybody.
        client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'login' });
        setKnown(false);
        setEnded(true);
      }),
    [client],
  );
  if (!known) {
    return <Login ended={ended} problem={problem} onKnown={() => setKnown(true)} />;
  }
  return (
    <Saying>
      <LiveUpdates>
        <Shell>
          <Broken view={pathname}>
            <Suspense fallback={<p role="status">Loading the view …</p>}>
              <Routes>
                <Route path="/" element={<Inbox />} />
                <Route path="/campaigns" element={<Campaigns />} />
                <Route path="/campaigns/:campaign" element={<CampaignView />} />
                <Route path="/campaigns/:campaign/clusters/:cluster" element={<ClusterView />} />
                <Route path="/fleet" element={<Fleet />} />
                <Route path="/audit" element={<AuditView />} />
                <Route path="/passkeys" element={<PasskeysView />} />
                <Route path="/plan" element={<PlanFile />} />
                <Route path="/plans/:plan" element={<PlanView />} />
                <Route path="*" element={<Nothing />} />
              </Routes>
            </Suspense>
          </Broken>
        </Shell>
      </LiveUpdates>
    </Saying>
  );
}

function Nothing() {
  return (
    <>
      <h1>There is no such view</h1>
      <p>
        Go to the <Link to="/">inbox</Link>.
      </p>
    </>
  );
}
