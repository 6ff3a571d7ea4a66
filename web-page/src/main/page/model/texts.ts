import type { Conflict, PlanWrite } from './types';

/** A value of a manifest as people read it: texts as they are, with their lines; all else indented. */
export function readable(json: string): string {
  if (json === '') {
    return '';
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return json; // what was shortened is no JSON any more
  }
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** The fields of an object that a plan changes, as text: each with its path and its value. */
export function fieldsText(fields: PlanWrite['fields'], side: 'before' | 'after'): string {
  return fields
    .filter((field) => field[side] !== '')
    .map((field) => `${field.path}\n${readable(field[side]).replaceAll(/^/gm, '  ')}\n`)
    .join('');
}

/** What a conflict is about, and what came of it. */
export const TEXTS = ['base', 'mine', 'target', 'result'] as const;
export type TextName = (typeof TEXTS)[number];

/** One of the texts of a conflict; null: the result is not decided. */
export function textOf(conflict: Conflict, name: TextName, decided: string | undefined): string | null {
  if (name !== 'result') {
    return readable(conflict[name]);
  }
  return decided === undefined ? null : readable(decided === 'keep-mine' ? conflict.mine : conflict.target);
}
