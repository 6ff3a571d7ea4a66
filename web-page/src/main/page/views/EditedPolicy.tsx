import { sentenceOf } from '../api/client';
import type { useEditedPolicy } from '../api/queries';
import { Notes } from '../ui/parts';

/** What is said of a policy while it is edited; it is written nowhere. */
export function EditedPolicy({ of }: { of: ReturnType<typeof useEditedPolicy> }) {
  const { data, error, isPending } = of;
  return (
    <div className="judged" role="status">
      {isPending && error === null && <p>Holding it against the suggested policy …</p>}
      {error !== null && <Notes title="It cannot be judged now" variant="warning" lines={[sentenceOf(error)]} />}
      {data !== undefined && (
        <>
          <Notes title="It would be refused" variant="danger" lines={data.refusals} />
          <Notes title="It does not let through all of" variant="warning" lines={data.cut} />
          <Notes title="Not looked at" lines={data.notes} />
          {data.refusals.length + data.cut.length + data.notes.length === 0 && (
            <p>It lets through all that the suggested policy does.</p>
          )}
        </>
      )}
    </div>
  );
}
