/** A value from a time on, until the next one. */
export type Value = { at: number; value: number };

/** What is drawn: from when to when, and up to which value. */
export type Frame = { from: number; to: number; top: number };

/** The size of every plot, in units of its own; the page stretches it. */
export const WIDTH = 600;
export const HEIGHT = 100;

/** A frame that has room for all of it. */
export function frameOf(times: number[], values: number[]): Frame {
  const from = times.length === 0 ? 0 : Math.min(...times);
  const to = times.length === 0 ? 0 : Math.max(...times);
  return { from, to: Math.max(to, from + 1), top: Math.max(...values, 0) * 1.05 || 1 };
}

function x(at: number, { from, to }: Frame): string {
  return (((at - from) / (to - from)) * WIDTH).toFixed(1);
}

function y(value: number, { top }: Frame): string {
  return (HEIGHT - (value / top) * HEIGHT).toFixed(1);
}

/** The path of values that hold until the next one, and the last to the end. */
export function line(values: Value[], frame: Frame): string {
  const [first, ...rest] = values;
  if (first === undefined) {
    return '';
  }
  const steps = rest.map(({ at, value }) => `H${x(at, frame)}V${y(value, frame)}`).join('');
  return `M${x(first.at, frame)} ${y(first.value, frame)}${steps}H${WIDTH.toFixed(1)}`;
}

/** Areas that stand on each other: of each name a path between the sum of those before it and with its own. */
export function bands(
  names: string[],
  moments: { at: number; values: Record<string, number> }[],
  frame: Frame,
): { name: string; path: string }[] {
  const below = moments.map(() => 0);
  return names.map((name) => {
    const upper = moments.map(({ at, values }, index) => ({ at, value: (below[index] ?? 0) + (values[name] ?? 0) }));
    const lower = moments.map(({ at }, index) => ({ at, value: below[index] ?? 0 }));
    upper.forEach(({ value }, index) => (below[index] = value));
    return { name, path: moments.length === 0 ? '' : `${line(upper, frame)}${back(lower, frame)}Z` };
  });
}

/** The way back under it, from the end to the beginning. */
function back(values: Value[], frame: Frame): string {
  return [...values]
    .reverse()
    .map(({ at, value }) => `V${y(value, frame)}H${x(at, frame)}`)
    .join('');
}
