import { Alert, Button, Modal, ModalBody, ModalHeader, SkipToContent } from '@patternfly/react-core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, NavLink, useLocation, useNavigate } from 'react-router';
import { post, unknown } from '../api/client';
import { useLive } from '../api/live';
import { useStop, useWhoami } from '../api/queries';
import { shortly } from '../model/time';
import { ActionDialog } from './ActionDialog';
import { OfferButton } from './OfferButton';
import { Since, useNow } from './parts';
import { useSay } from './say';
import { THEMES, useTheme, type Theme } from './theme';

/** The views; one that needs an act is there for whoever may do it. */
const PLACES: readonly { key: string; to: string; name: string; act?: string }[] = [
  { key: 'i', to: '/', name: 'Inbox' },
  { key: 'c', to: '/campaigns', name: 'Campaigns' },
  { key: 'f', to: '/fleet', name: 'Fleet' },
  { key: 'p', to: '/plan', name: 'Plan' },
  { key: 'a', to: '/audit', name: 'Audit', act: 'audit' },
];

const KEYS: readonly (readonly [string, string])[] = [
  ...PLACES.map(({ key, name }) => [`g ${key}`, `go to ${name}`] as const),
  ['s', 'stop everything: asks first'],
  ['/', 'go to the search of the view'],
  ['← → ↑ ↓', 'go from tile to tile'],
  ['?', 'these keys'],
  ['Esc', 'close what is open'],
];

const THEME_NAMES: Record<Theme, string> = {
  system: 'as the system',
  light: 'light',
  dark: 'dark',
  contrast: 'high contrast',
};

export function Shell({ children }: { children: ReactNode }) {
  const [stopping, setStopping] = useState(false);
  const [help, setHelp] = useState(false);
  const [theme, setTheme] = useTheme();
  const stop = useStop().data?.stop;
  const me = useWhoami();
  const may = me.data?.may ?? [];
  const mayStop = may.includes('stop') && stop === undefined;
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const before = useRef(pathname);

  // Whoever goes to another view with the keyboard is at its beginning.
  useEffect(() => {
    if (before.current !== pathname) {
      before.current = pathname;
      main.current?.focus();
      window.scrollTo(0, 0);
    }
  }, [pathname]);

  useKeys({ onStop: mayStop ? () => setStopping(true) : null, onHelp: () => setHelp(true) });

  return (
    <>
      <SkipToContent href="#main">Skip to the content</SkipToContent>
      <header className="top">
        <span className="name">calico-fleet</span>
        <nav aria-label="Views">
          {PLACES.filter(({ act }) => act === undefined || may.includes(act)).map(({ to, name }) => (
            <NavLink key={to} to={to} end={to === '/'}>
              {name}
            </NavLink>
          ))}
        </nav>
        {/* They come when their places are known: what comes later would move them. */}
        {(!me.isPending || me.failureCount > 0) && (
          <>
            <LiveSign />
            <label className="theme">
              Theme{' '}
              <select value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
                {THEMES.map((each) => (
                  <option key={each} value={each}>
                    {THEME_NAMES[each]}
                  </option>
                ))}
              </select>
            </label>
            <Button variant="plain" aria-label="Keys" onClick={() => setHelp(true)}>
              ?
            </Button>
          </>
        )}
        {me.data !== undefined && (
          <span className="me" title={me.data.groups.join(', ')}>
            {me.data.name} <Link to="/passkeys">Passkeys</Link>{' '}
            <Button variant="link" isInline onClick={unknown}>
              Log out
            </Button>
          </span>
        )}
        {mayStop && (
          <Button variant="danger" className="stop" onClick={() => setStopping(true)}>
            Stop everything
          </Button>
        )}
      </header>
      {stop !== undefined && (
        <section aria-label="Everything is stopped">
          <Alert
            variant="danger"
            isInline
            className="stopped"
            component="h2"
            title={`Everything is stopped by ${stop.by}: ${stop.reason}`}
            actionLinks={may.includes('go-on') ? <OfferButton offer={{ kind: 'end-stop' }} /> : undefined}
          >
            No campaign starts another cluster. What is under way finishes. For <Since at={stop.at} />.
          </Alert>
        </section>
      )}
      <main id="main" tabIndex={-1} ref={main}>
        {children}
      </main>
      {stopping && (
        <ActionDialog
          title="Stop everything"
          label="Stop everything now"
          done="The planner has it: everything stops."
          isDangerous
          needsReason
          onSubmit={(reason) => post('/fleet/stop', { reason })}
          onClose={() => setStopping(false)}
        >
          <p>
            No campaign starts another cluster, on any planner, until somebody ends the stop. What is under way
            finishes.
          </p>
        </ActionDialog>
      )}
      {help && (
        <Modal isOpen variant="small" onClose={() => setHelp(false)} aria-labelledby="keys-title">
          <ModalHeader title="Keys" labelId="keys-title" />
          <ModalBody>
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">Key</th>
                  <th scope="col">Does</th>
                </tr>
              </thead>
              <tbody>
                {KEYS.map(([key, does]) => (
                  <tr key={key}>
                    <th scope="row">
                      <kbd>{key}</kbd>
                    </th>
                    <td>{does}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ModalBody>
        </Modal>
      )}
    </>
  );
}

/** Says whether what is shown is as it is now. */
function LiveSign() {
  const { since, first } = useLive();
  const now = useNow();
  const say = useSay();
  const was = useRef<number | null>(null);
  useEffect(() => {
    if (since !== null && was.current === null) {
      say.whisper('Not live: the planner does not answer.');
    } else if (since === null && was.current !== null) {
      say.whisper('Live again.');
    }
    was.current = since;
  }, [since, say]);
  if (since === null) {
    return <span className="live">{first ? 'connecting' : 'live'}</span>;
  }
  return <span className="live lost">not live since {shortly((now - since) / 1000)}</span>;
}

function useKeys({ onStop, onHelp }: { onStop: (() => void) | null; onHelp: () => void }) {
  const navigate = useNavigate();
  const going = useRef(false);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const types = target.closest('input, textarea, select, [contenteditable], [role="dialog"]') !== null;
      if (types || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      if (going.current) {
        going.current = false;
        const place = PLACES.find(({ key }) => key === event.key);
        if (place !== undefined) {
          event.preventDefault();
          void navigate(place.to);
        }
        return;
      }
      if (event.key === 'g') {
        going.current = true;
      } else if (event.key === '?') {
        onHelp();
      } else if (event.key === 's' && onStop !== null) {
        event.preventDefault();
        onStop();
      } else if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('input[type="search"]');
        if (search !== null) {
          event.preventDefault();
          search.focus();
        }
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [navigate, onStop, onHelp]);
}
