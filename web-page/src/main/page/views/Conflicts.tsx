import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { post, segment } from '../api/client';
import { TEXTS, textOf, type TextName } from '../model/texts';
import type { Cluster, Conflict, OnConflict } from '../model/types';
import { count } from '../model/words';
import { ActionDialog } from '../ui/ActionDialog';
import { Compare } from '../ui/Compare';

const SIDES: readonly { side: Exclude<OnConflict, 'hold'>; says: string }[] = [
  { side: 'keep-mine', says: 'Keep what the cluster has' },
  { side: 'take-new', says: 'Take what the release brings' },
];

function keyOf(conflict: Conflict): string {
  return conflict.id ?? `${conflict.object} ${conflict.path}`;
}

/** Answers that can succeed; a sender that does not say leaves both open. */
function answers(conflict: Conflict): readonly string[] {
  return conflict.answers === undefined || conflict.answers.length === 0 ? ['keep-mine', 'take-new'] : conflict.answers;
}

/** Each field that a person and the release both changed, with its three values; the person decides. */
export function Conflicts({ cluster, mayDecide }: { cluster: Cluster; mayDecide: boolean }) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const [open, setOpen] = useState(false);
  const { conflicts } = cluster;
  const undecided = conflicts.filter((conflict) => !chosen.has(keyOf(conflict)));
  const choose = (conflict: Conflict, side: string) => setChosen((old) => new Map(old).set(keyOf(conflict), side));
  const chooseAll = (side: string) =>
    setChosen(
      new Map(
        conflicts.map((conflict) => [
          keyOf(conflict),
          answers(conflict).includes(side) ? side : (answers(conflict)[0] ?? side),
        ]),
      ),
    );
  const submit = (reason: string) =>
    post(`/campaigns/${segment(cluster.campaign)}/approve`, {
      cluster: cluster.cluster,
      reason,
      answers: conflicts
        .filter((conflict) => conflict.id !== undefined)
        .map((conflict) => ({ question: conflict.id, answer: chosen.get(keyOf(conflict)) })),
      ...(conflicts.every((conflict) => conflict.id !== undefined) ? {} : { conflicts: chosen.values().next().value }),
    });
  return (
    <section aria-labelledby="conflicts">
      <h2 id="conflicts">{count(conflicts.length, 'conflict')} to decide</h2>
      {mayDecide && conflicts.length > 1 && (
        <p className="actions">
          {SIDES.map(({ side, says }) => (
            <Button key={side} variant="secondary" onClick={() => chooseAll(side)}>
              {says}, everywhere
            </Button>
          ))}
        </p>
      )}
      {conflicts.map((conflict) => (
        <fieldset key={keyOf(conflict)} className="conflict">
          <legend>
            <span dir="auto">{conflict.object}</span> <code dir="auto">{conflict.path}</code>
          </legend>
          {conflict.why !== undefined && <p dir="auto">{conflict.why}</p>}
          <dl className="values">
            <div>
              <dt>The installed release said</dt>
              <dd>
                <Value of={conflict.base} />
              </dd>
            </div>
            <div>
              <dt>The cluster has</dt>
              <dd>
                <Value of={conflict.mine} />
              </dd>
            </div>
            <div>
              <dt>The new release brings</dt>
              <dd>
                <Value of={conflict.target} />
              </dd>
            </div>
          </dl>
          <Texts conflict={conflict} decided={chosen.get(keyOf(conflict))} />
          {mayDecide &&
            SIDES.filter(({ side }) => answers(conflict).includes(side)).map(({ side, says }) => (
              <label key={side} className="answer">
                <input
                  type="radio"
                  name={`conflict ${keyOf(conflict)}`}
                  checked={chosen.get(keyOf(conflict)) === side}
                  onChange={() => choose(conflict, side)}
                />{' '}
                {says}
              </label>
            ))}
        </fieldset>
      ))}
      {mayDecide && (
        <p>
          <Button isAriaDisabled={undecided.length > 0} onClick={() => undecided.length === 0 && setOpen(true)}>
            Decide
          </Button>{' '}
          {undecided.length > 0 && <span>{count(undecided.length, 'field is', 'fields are')} not decided.</span>}
        </p>
      )}
      {!mayDecide && <p>Who may approve in this campaign decides.</p>}
      {open && (
        <ActionDialog
          title={`Decide ${count(conflicts.length, 'conflict')} of ${cluster.cluster}`}
          label="Decide"
          done={`The planner has the decision for ${cluster.cluster}.`}
          needsReason={false}
          onSubmit={submit}
          onClose={() => setOpen(false)}
        >
          <p>The upgrade of {cluster.cluster} goes on with what you decided:</p>
          <ul className="lines">
            {conflicts.map((conflict) => (
              <li key={keyOf(conflict)}>
                <code dir="auto">{conflict.path}</code>: {chosen.get(keyOf(conflict))}
              </li>
            ))}
          </ul>
        </ActionDialog>
      )}
    </section>
  );
}

const NAMES: Record<TextName, string> = {
  base: 'the installed release',
  mine: 'the cluster',
  target: 'the new release',
  result: 'the result',
};

/** Two of the texts of a conflict, side to side; the result is one of them as soon as it is decided. */
function Texts({ conflict, decided }: { conflict: Conflict; decided: string | undefined }) {
  const [shown, setShown] = useState<{ before: TextName; after: TextName }>({ before: 'base', after: 'mine' });
  const text = (name: TextName) => textOf(conflict, name, decided) ?? '';
  const choice = (side: 'before' | 'after', label: string) => (
    <label>
      {label}{' '}
      <select value={shown[side]} onChange={(event) => setShown({ ...shown, [side]: event.target.value as TextName })}>
        {TEXTS.filter((name) => textOf(conflict, name, decided) !== null).map((name) => (
          <option key={name} value={name}>
            {NAMES[name]}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <Compare
      before={text(shown.before)}
      after={text(shown.after)}
      label={`${conflict.path}: ${NAMES[shown.before]} and ${NAMES[shown.after]}`}
    >
      <p className="filters">
        {choice('before', 'Before')} {choice('after', 'After')}
      </p>
    </Compare>
  );
}

function Value({ of }: { of: string }) {
  return of === '' ? <em>nothing</em> : <code dir="auto">{of}</code>;
}
