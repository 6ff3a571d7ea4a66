import '@patternfly/react-core/dist/styles/base.css';
import './page.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { Refused } from './api/client';
import { takeFromAddress } from './api/token';
import { App } from './App';
import { startTheme } from './ui/theme';

const address = takeFromAddress(window.location.href, sessionStorage);
if (address !== null) {
  window.history.replaceState(null, '', address);
}
startTheme();

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The stream keeps what is shown as it is now.
      staleTime: 15_000,
      // What an event should have said and did not is seen by then.
      refetchInterval: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => !(error instanceof Refused) && failures < 3,
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
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </QueryClientProvider>
    </StrictMode>,
  );
}
