import { Alert, Button, ClipboardCopy, CodeBlock, CodeBlockCode } from '@patternfly/react-core';
import { useState } from 'react';
import { post, sentenceOf } from '../api/client';
import { make, problemOf } from '../api/passkeys';
import { usePasskeys } from '../api/queries';
import type { Passkeys } from '../model/types';
import { Loaded, useTitle } from '../ui/parts';

/** The passkeys of whoever looks, and another one. */
export function PasskeysView() {
  useTitle('Passkeys');
  const passkeys = usePasskeys();
  return (
    <>
      <h1>Passkeys</h1>
      <p>With a passkey you sign an approval yourself: on your phone, your laptop or a security key.</p>
      <Loaded of={passkeys} what="passkeys">
        {(yours) => <Yours passkeys={yours} />}
      </Loaded>
    </>
  );
}

function Yours({ passkeys }: { passkeys: Passkeys }) {
  const [busy, setBusy] = useState(false);
  const [entry, setEntry] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const problem = problemOf(passkeys);
  const enrol = async () => {
    setBusy(true);
    setFailed(null);
    try {
      setEntry((await post<{ entry: string }>('/passkeys', await make(passkeys))).entry);
    } catch (error) {
      setFailed(sentenceOf(error));
    }
    setBusy(false);
  };
  return (
    <>
      <h2>Those that count here</h2>
      {passkeys.passkeys.length === 0 ? (
        <p>None of {passkeys.person} counts here.</p>
      ) : (
        <ul className="lines">
          {passkeys.passkeys.map((id) => (
            <li key={id}>
              <code>{id}</code>
            </li>
          ))}
        </ul>
      )}
      <h2>Another one</h2>
      {problem !== null ? (
        <Alert variant="warning" isInline title="No passkey can be made here" component="h3">
          {problem}
        </Alert>
      ) : (
        <p>
          <Button onClick={() => void enrol()} isLoading={busy} isDisabled={busy}>
            Make a passkey
          </Button>
        </p>
      )}
      {failed !== null && (
        <Alert variant="danger" isInline title="There is no new passkey" role="alert" component="h3">
          {failed}
        </Alert>
      )}
      {entry !== null && (
        <section aria-labelledby="entry">
          <h3 id="entry">It is made, and does not count yet</h3>
          <p>
            Give this entry to whoever keeps the files of passkeys. It counts when it is under <code>people</code> in
            the planner&apos;s file and in that of each executor. It holds no secret.
          </p>
          <CodeBlock>
            <CodeBlockCode>{entry}</CodeBlockCode>
          </CodeBlock>
          <ClipboardCopy isReadOnly hoverTip="Copy" clickTip="Copied" textAriaLabel="Entry" variant="inline-compact">
            {entry}
          </ClipboardCopy>
        </section>
      )}
    </>
  );
}
