/** calico-3-22/eu-1/upgrade/2: the step's kind, and its attempt where it is not the first. */
export function stepOf(id: string): { kind: string; attempt: number } {
  const parts = id.split('/');
  return { kind: parts.at(-2) ?? id, attempt: Number(parts.at(-1) ?? 1) };
}

/** customisation-conflicts: customisation conflicts. */
export function spaced(word: string): string {
  return word.replaceAll('-', ' ');
}

export function count(many: number, one: string, more = `${one}s`): string {
  return `${many.toLocaleString('en')} ${many === 1 ? one : more}`;
}

/** {running: 2, held: 1}: 2 running, 1 held. */
export function counts(phases: Record<string, number>): string {
  return Object.entries(phases)
    .filter(([, many]) => many > 0)
    .map(([phase, many]) => `${many.toLocaleString('en')} ${spaced(phase)}`)
    .join(', ');
}
