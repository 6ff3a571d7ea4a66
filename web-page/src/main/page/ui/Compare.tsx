import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Broken } from './Broken';

// It is large and seldom looked at.
const TextDiff = lazy(() => import('./TextDiff'));

/** How two texts differ, for whoever opens it. */
export function Compare({
  before,
  after,
  label,
  children,
}: {
  before: string;
  after: string;
  /** Of what it is the difference. */
  label: string;
  /** What chooses the texts. */
  children?: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <details className="compare" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Compare, line by line</summary>
      {children}
      {open &&
        (before === after ? (
          <p>Both are the same.</p>
        ) : (
          <Broken view={label}>
            <Suspense fallback={<p role="status">Comparing …</p>}>
              <TextDiff before={before} after={after} label={label} />
            </Suspense>
          </Broken>
        ))}
    </details>
  );
}
