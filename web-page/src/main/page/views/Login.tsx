import { Alert, Button, Form, FormGroup, TextInput } from '@patternfly/react-core';
import { useState, type FormEvent } from 'react';
import { ask, Refused, sentenceOf } from '../api/client';
import { keep } from '../api/token';
import { useTitle } from '../ui/parts';

/** Asks for the token by which the planner knows this person. */
export function Login({ onKnown, ended }: { onKnown: () => void; ended: boolean }) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useTitle('Log in');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    keep(text, sessionStorage);
    try {
      await ask('/whoami');
      onKnown();
    } catch (error) {
      setProblem(
        error instanceof Refused && error.problem.status === 401
          ? 'The planner does not know this token.'
          : sentenceOf(error),
      );
      setBusy(false);
    }
  };
  return (
    <main className="login" id="main">
      <h1>calico-fleet</h1>
      {ended && problem === null && (
        <Alert variant="warning" isInline title="Your login has ended. Log in again." component="h2" />
      )}
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
            validated={problem === null ? 'default' : 'error'}
            aria-describedby="token-help"
          />
          <p id="token-help" className="help">
            On this machine, <code>calico-fleet up</code> prints an address that brings it. Elsewhere, whoever runs the
            planner gives you one. It is kept until this tab is closed.
          </p>
        </FormGroup>
        {problem !== null && <Alert variant="danger" isInline title={problem} role="alert" component="h2" />}
        <div>
          <Button type="submit" isDisabled={busy || text.trim() === ''} isLoading={busy}>
            Log in
          </Button>
        </div>
      </Form>
    </main>
  );
}
