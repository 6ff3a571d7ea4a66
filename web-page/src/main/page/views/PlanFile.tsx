import { Alert, Button } from '@patternfly/react-core';
import { lazy, Suspense, useCallback, useState, type ChangeEvent } from 'react';
import { useNavigate } from 'react-router';
import { postYaml, Refused, sentenceOf } from '../api/client';
import { useWhoami } from '../api/queries';
import { campaignPath } from '../model/commands';
import type { FieldProblem } from '../model/types';
import { ActionDialog } from '../ui/ActionDialog';
import { Broken } from '../ui/Broken';
import { useTitle } from '../ui/parts';
import { useSay } from '../ui/say';

// The editor and the schema are large, and nothing else needs them.
const CampaignEditor = lazy(() => import('../ui/CampaignEditor'));

const EXAMPLE = `apiVersion: calico-fleet/v1
kind: Campaign
name: my-campaign
target: v3.22.5
clusters: {all: true}
waves:
  - {name: canary, clusters: {count: 1}}
  - {name: rest}
maxConcurrent: 25%
`;

/** What the planner answers of one that is accepted. */
type Accepted = { campaign: string; unchanged?: boolean; notes?: string[] };

/** A campaign file, to have it planned or started. */
export function PlanFile() {
  useTitle('Plan');
  const [text, setText] = useState(EXAMPLE);
  const [busy, setBusy] = useState(false);
  const [sentence, setSentence] = useState<string | null>(null);
  const [problems, setProblems] = useState<FieldProblem[]>([]);
  const [starting, setStarting] = useState(false);
  const navigate = useNavigate();
  const say = useSay();
  const me = useWhoami();
  const roles = (me.data?.grants ?? []).map((grant) => grant.role);
  const mayPlan = roles.includes('operator') || roles.includes('admin');

  const send = async (path: string): Promise<Accepted> => {
    setSentence(null);
    setProblems([]);
    try {
      return await postYaml<Accepted>(path, text);
    } catch (error) {
      setSentence(sentenceOf(error));
      setProblems(error instanceof Refused ? error.problem.problems : []);
      throw error;
    }
  };
  const plan = async () => {
    setBusy(true);
    try {
      const { campaign } = await send('/plans');
      say.show(`The planner makes the plan ${campaign}.`);
      await navigate(`/plans/${encodeURIComponent(campaign)}`);
    } catch {
      setBusy(false);
    }
  };
  // What the planner said is of the text as it was.
  const write = useCallback((written: string) => {
    setText(written);
    setProblems([]);
    setSentence(null);
  }, []);
  const upload = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    if (file !== undefined) {
      write(await file.text());
    }
  };

  return (
    <>
      <h1>Plan a campaign</h1>
      {me.data !== undefined && !mayPlan && (
        <Alert variant="info" isInline title="Not allowed" component="h2">
          You may look. To plan or start a campaign takes the role operator.
        </Alert>
      )}
      <p>
        <label>
          Take a file <input type="file" accept=".yaml,.yml,.json" onChange={(event) => void upload(event)} />
        </label>
      </p>
      <h2>Campaign file</h2>
      <p>Ctrl and Space says what can be written at a place. F8 goes to the next thing that is wrong.</p>
      <Broken view="editor">
        <Suspense fallback={<p role="status">Opening the editor …</p>}>
          <CampaignEditor text={text} problems={problems} onChange={write} />
        </Suspense>
      </Broken>
      {sentence !== null && (
        <div role="alert">
          <Alert variant="danger" isInline title={sentence} component="h3">
            <ul className="lines">
              {problems.map((problem) => (
                <li key={`${problem.field} ${problem.message}`} dir="auto">
                  {problem.line !== undefined && (
                    <>
                      line {problem.line}: <code>{text.split('\n')[problem.line - 1]?.trim()}</code>{' '}
                    </>
                  )}
                  {problem.field !== '' && <code>{problem.field}</code>} {problem.message}
                  {problem.suggestion !== '' && ` Did you mean ${problem.suggestion}?`}
                  {problem.allowed !== '' && ` Allowed: ${problem.allowed}.`}
                </li>
              ))}
            </ul>
          </Alert>
        </div>
      )}
      {mayPlan && (
        <p className="actions">
          <Button onClick={() => void plan()} isDisabled={busy} isLoading={busy}>
            Plan it, writes nothing
          </Button>
          <Button variant="secondary" onClick={() => setStarting(true)}>
            Start it
          </Button>
        </p>
      )}
      {starting && (
        <ActionDialog
          title="Start the campaign"
          label="Start"
          done="The planner has the campaign."
          needsReason={false}
          onSubmit={async () => {
            const { campaign } = await send('/campaigns');
            await navigate(campaignPath(campaign));
          }}
          onClose={() => setStarting(false)}
        >
          <p>The first wave starts as the file says. Each cluster is backed up before anything is written.</p>
        </ActionDialog>
      )}
    </>
  );
}
