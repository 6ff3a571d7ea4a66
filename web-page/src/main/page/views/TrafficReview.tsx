import { Button, Checkbox, TextArea } from '@patternfly/react-core';
import { useState } from 'react';
import { post, segment } from '../api/client';
import { useEditedPolicy } from '../api/queries';
import { byRarity, portOf } from '../model/flows';
import type { Cluster, Review } from '../model/types';
import { count } from '../model/words';
import { ActionDialog } from '../ui/ActionDialog';
import { Notes, Time } from '../ui/parts';
import { useSettled } from '../ui/settled';
import { EditedPolicy } from './EditedPolicy';
import { FlowPictures, Heard } from './Flows';

/** Whoever types has not finished. */
const SETTLED_MILLIS = 500;

/** The traffic that the temporary policy let through, and what would be in its place. */
export function TrafficReview({
  cluster,
  review,
  mayDecide,
}: {
  cluster: Cluster;
  review: Review;
  mayDecide: boolean;
}) {
  const [policy, setPolicy] = useState(review.suggestedPolicy);
  const [applies, setApplies] = useState(true);
  const [open, setOpen] = useState(false);
  const edited = policy !== review.suggestedPolicy;
  const settled = useSettled(policy, SETTLED_MILLIS);
  const judged = useEditedPolicy(
    cluster.campaign,
    cluster.cluster,
    mayDecide && settled !== review.suggestedPolicy ? settled : null,
  );
  const cut = edited && applies && settled === policy ? (judged.data?.cut ?? []) : [];
  const automatic = cluster.remaining.includes('migrate-to-auto-host-endpoints');
  const silent = review.coverage.filter((node) => node.lines === 0);
  const { digest } = review;
  const refusals = review.guard?.refusals ?? [];
  const submit = (reason: string) =>
    post(`/campaigns/${segment(cluster.campaign)}/approve`, {
      cluster: cluster.cluster,
      reason,
      digest,
      ...(automatic ? {} : { applySuggestedPolicy: applies, ...(applies && edited ? { policy } : {}) }),
    });
  return (
    <section aria-labelledby="review">
      <h2 id="review">Traffic review</h2>
      <Notes title="Seen since the approval, and not allowed by it" variant="danger" lines={review.added} />
      <Notes title="The guard refuses the suggested policy" variant="danger" lines={refusals} />
      <Notes
        title={`${count(silent.length, 'node was', 'nodes were')} not heard: no data is no proof`}
        variant="warning"
        lines={silent.map((node) => node.node)}
      />
      <Notes title="To know" lines={[...review.notes, ...(review.guard?.notes ?? [])]} />
      <h3>Flows</h3>
      {review.flows.length === 0 ? (
        <p>No traffic was seen.</p>
      ) : (
        <>
          <FlowPictures flows={review.flows} />
          <div className="wide" role="region" aria-label="Flows" tabIndex={0}>
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">Way</th>
                  <th scope="col">Protocol</th>
                  <th scope="col">Port</th>
                  <th scope="col">Nodes</th>
                  <th scope="col">Other end</th>
                  <th scope="col">Packets</th>
                  <th scope="col">Note</th>
                </tr>
              </thead>
              <tbody>
                {byRarity(review.flows).map((flow) => (
                  <tr
                    key={`${flow.direction} ${flow.protocol} ${portOf(flow)} ${flow.peers.join()}`}
                    className={flow.note === '' ? '' : 'noted'}
                  >
                    <td>{flow.direction}</td>
                    <td>{flow.protocol}</td>
                    <td>{portOf(flow)}</td>
                    <td dir="auto">{flow.nodes.join(', ')}</td>
                    <td dir="auto">{flow.peers.join(', ')}</td>
                    <td>{flow.packets.toLocaleString('en')}</td>
                    <td dir="auto">{flow.note}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      <h3>Coverage</h3>
      <Heard coverage={review.coverage} />
      <div className="wide" role="region" aria-label="Coverage" tabIndex={0}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">Lines</th>
              <th scope="col">Of the policy</th>
              <th scope="col">Unreadable</th>
              <th scope="col">First</th>
              <th scope="col">Last</th>
            </tr>
          </thead>
          <tbody>
            {review.coverage.map((node) => (
              <tr key={node.node}>
                <th scope="row">{node.node}</th>
                <td>{node.lines}</td>
                <td>{node.flowLines}</td>
                <td>{node.unreadable}</td>
                <td>{node.first === undefined ? 'never' : <Time at={node.first} />}</td>
                <td>{node.last === undefined ? 'never' : <Time at={node.last} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!automatic && review.suggestedPolicy !== '' && (
        <>
          <h3>
            <label htmlFor="policy">Suggested policy</label>
          </h3>
          <TextArea
            id="policy"
            className="code"
            value={policy}
            readOnlyVariant={mayDecide ? undefined : 'default'}
            onChange={(_event, text) => setPolicy(text)}
            rows={Math.min(24, policy.split('\n').length + 1)}
            resizeOrientation="vertical"
            spellCheck="false"
          />
          {edited && (
            <>
              <p>
                Edited. The guard of the cluster&apos;s executor judges it before the temporary policy goes.{' '}
                <Button variant="link" isInline onClick={() => setPolicy(review.suggestedPolicy)}>
                  Take the suggested one again
                </Button>
              </p>
              <EditedPolicy of={judged} />
            </>
          )}
          {mayDecide && (
            <Checkbox
              id="applies"
              label="Put this policy in place of the temporary one"
              isChecked={applies}
              onChange={(_event, checked) => setApplies(checked)}
            />
          )}
        </>
      )}
      {mayDecide && digest !== undefined && (
        <p className="actions">
          <Button onClick={() => setOpen(true)}>Approve this traffic</Button>{' '}
          <span className="hint">digest {digest}</span>
        </p>
      )}
      {digest === undefined && <p>The review is not complete: nobody can approve it yet.</p>}
      {open && (
        <ActionDialog
          title={`Approve the traffic of ${cluster.cluster}`}
          label="Approve"
          done={`The planner has the approval for ${cluster.cluster}.`}
          needsReason={false}
          isDangerous={!applies && !automatic}
          onSubmit={submit}
          onClose={() => setOpen(false)}
        >
          <p>
            {automatic
              ? 'The temporary policy goes.'
              : applies
                ? 'The policy shown is put in place of the temporary one. What it does not allow is cut.'
                : 'The temporary policy goes, and nothing is put in its place. What no other policy allows is cut.'}{' '}
            The approval is for what is shown, digest {digest}.
          </p>
          <Notes title="The edited policy does not let through all of" variant="warning" lines={cut} />
        </ActionDialog>
      )}
    </section>
  );
}
