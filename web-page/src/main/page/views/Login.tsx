import { Alert, Button, Form, FormGroup, TextInput } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useLocation } from 'react-router';
import { ask, Refused, sentenceOf } from '../api/client';
import { leave } from '../api/session';
import { keep } from '../api/token';
import type { Login as How } from '../model/types';
import { Loaded, useTitle } from '../ui/parts';

/** Asks who this is: at the provider, where the planner believes one, or by a token that the planner knows. */
export function Login({
  onKnown,
  ended,
  problem,
}: {
  onKnown: () => void;
  ended: boolean;
  /** Why a login at the provider failed. */
  problem: string | null;
}) {
  const [failed, setFailed] = useState(problem);
  const how = useQuery({
    queryKey: ['login'],
    queryFn: ({ signal }) => ask<How>('/login', { signal }),
    staleTime: Infinity,
    refetchInterval: false,
  });
  useTitle('Log in');
  return (
    <main className="login" id="main">
      <h1>calico-fleet</h1>
      {ended && failed === null && (
        <Alert variant="warning" isInline title="Your login has ended. Log in again." component="h2" />
      )}
      {failed !== null && <Alert variant="danger" isInline title={failed} role="alert" component="h2" />}
      <Loaded of={how} what="way to log in">
        {(login) =>
          login.issuer === undefined ? (
            <ByToken onKnown={onKnown} onFailed={setFailed} />
          ) : (
            <>
              <AtProvider login={login} issuer={login.issuer} onFailed={setFailed} />
              <details>
                <summary>Log in with a token</summary>
                <ByToken onKnown={onKnown} onFailed={setFailed} />
              </details>
            </>
          )
        }
      </Loaded>
    </main>
  );
}

type OnFailed = (problem: string | null) => void;

function AtProvider({ login, issuer, onFailed }: { login: How; issuer: string; onFailed: OnFailed }) {
  const [busy, setBusy] = useState(false);
  const { pathname, search } = useLocation();
  const go = async () => {
    setBusy(true);
    onFailed(null);
    try {
      await leave(login, pathname + search, sessionStorage);
    } catch (error) {
      onFailed(error instanceof TypeError ? `${issuer} does not answer.` : sentenceOf(error));
      setBusy(false);
    }
  };
  return (
    <p className="provider">
      <Button isBlock onClick={() => void go()} isDisabled={busy} isLoading={busy}>
        Log in at {new URL(issuer).host}
      </Button>
    </p>
  );
}

function ByToken({ onKnown, onFailed }: { onKnown: () => void; onFailed: OnFailed }) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setWrong(false);
    onFailed(null);
    keep(text, sessionStorage);
    try {
      await ask('/whoami');
      onKnown();
    } catch (error) {
      const unknown = error instanceof Refused && error.problem.status === 401;
      onFailed(unknown ? 'The planner does not know this token.' : sentenceOf(error));
      setWrong(true);
      setBusy(false);
    }
  };
  return (
    <Form onSubmit={(event) => void submit(event)}>
      <FormGroup label="Token" isRequired fieldId="token">
        <TextInput
          id="token"
          type="password"
          autoComplete="off"
          spellCheck="false"
          isRequired
          value={text}
          onChange={(_event, value) => setText(value)}
          validated={wrong ? 'error' : 'default'}
          aria-describedby="token-help"
        />
        <p id="token-help" className="help">
          On this machine, <code>calico-fleet up</code> prints an address that brings it. Elsewhere, whoever runs the
          planner gives you one. It is kept until this tab is closed.
        </p>
      </FormGroup>
      <div>
        <Button type="submit" isDisabled={busy || text.trim() === ''} isLoading={busy}>
          Log in
        </Button>
      </div>
    </Form>
  );
}
