import '@patternfly/react-core/dist/styles/base.css';
import './page.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, Suspense, use } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { Refused } from './api/client';
import { arrive, comesBack } from './api/session';
import { takeFromAddress } from './api/token';
import { App } from './App';
import { startTheme } from './ui/theme';

const address = takeFromAddress(window.location.href, sessionStorage);
if (address !== null) {
  window.history.replaceState(null, '', address);
}
startTheme();

/** Ends a login at a provider, where this is its end: why it failed, or nothing. */
async function arrival(): Promise<string | null> {
  const here = new URL(window.location.href);
  if (!comesBack(here)) {
    return null;
  }
  try {
    window.history.replaceState(null, '', await arrive(here, sessionStorage));
    return null;
  } catch (error) {
    window.history.replaceState(null, '', '/');
    return error instanceof Error ? error.message : String(error);
  }
}

function Arrived({ of }: { of: Promise<string | null> }) {
  const problem = use(of);
  return (
    <BrowserRouter>
      <App problem={problem} />
    </BrowserRouter>
  );
}

const arriving = arrival();

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The stream keeps what is shown as it is now.
      staleTime: 15_000,
      // What an event should have said and did not is seen by then.
      refetchInterval: 30_000,
      refetchOnWindowFocus: false,
      // A planner that has just started refuses lists until it has read everything.
      retry: (failures, error) => failures < (error instanceof Refused ? (error.problem.status === 503 ? 6 : 0) : 3),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Suspense fallback={<p role="status">Logging in …</p>}>
          <Arrived of={arriving} />
        </Suspense>
      </QueryClientProvider>
    </StrictMode>,
  );
}
