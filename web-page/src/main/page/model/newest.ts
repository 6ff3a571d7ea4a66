/** Something that says since when it is true. */
type Dated = { updatedAt: string };

export function isNewer(status: Dated, old: Dated): boolean {
  return Date.parse(status.updatedAt) >= Date.parse(old.updatedAt);
}

/** The later one; an answer that was on its way while an event came says what was before it. */
export function newer<T extends Dated>(old: T | undefined, came: T): T {
  return old === undefined || isNewer(came, old) ? came : old;
}

/** All that came, each as late as it is known: what is not in it is gone. */
export function snapshot<T extends Dated>(
  old: ReadonlyMap<string, T> | undefined,
  came: ReadonlyMap<string, T>,
): ReadonlyMap<string, T> {
  return new Map([...came].map(([name, status]) => [name, newer(old?.get(name), status)]));
}

/** All there was with these changes; nothing where nobody has asked for all of them yet, since a part is not all. */
export function changed<T extends Dated>(
  old: ReadonlyMap<string, T> | undefined,
  changes: ReadonlyMap<string, T>,
): ReadonlyMap<string, T> | undefined {
  if (old === undefined) {
    return undefined;
  }
  const all = new Map(old);
  changes.forEach((status, name) => all.set(name, newer(all.get(name), status)));
  return all;
}
