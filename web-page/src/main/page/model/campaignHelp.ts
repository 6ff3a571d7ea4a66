import { fieldAt, type Field } from './campaignFields';
import { read } from './campaignText';

/** Something that can be written at a place. */
export interface Offer {
  text: string;
  /** What is put into the file. */
  put: string;
  /** In a word or two, what counts without it. */
  detail: string;
  meaning: string;
}

/** Something that the planner would refuse, and where it is in the text. */
export interface Fault {
  from: number;
  to: number;
  message: string;
}

/** What can be written where this text ends, and where what has been begun there begins. */
export function offers(before: string): { from: number; offers: Offer[] } {
  const { end } = read(before);
  const field = fieldAt(end.path);
  if (field === null || (end.kind === 'value' && before.slice(end.from).includes('#'))) {
    return { from: end.from, offers: [] };
  }
  const below = field.fields ?? field.element?.fields ?? null;
  const isElement = field.fields === null && below !== null;
  const keys =
    end.kind === 'value' || below === null
      ? []
      : [...below]
          .filter(([name]) => !end.taken.includes(name))
          .map(([name, each]) => key(name, each, isElement ? '- ' : ''));
  const values = end.kind === 'key' && end.path.at(-1) !== '[]' ? [] : field.values;
  return {
    from: end.from,
    offers: [
      ...keys,
      ...values.map(({ text, meaning }) => ({ text, put: quoted(text), detail: fallback(field, text), meaning })),
    ],
  };
}

/** The keys and values of the text that no campaign file has; what is only half written is left to the planner. */
export function faults(text: string): Fault[] {
  return read(text).keys.flatMap(({ path, from, to, value, valueFrom }): Fault[] => {
    const name = path.at(-1) ?? '';
    const parent = fieldAt(path.slice(0, -1));
    if (parent?.fields != null && !parent.fields.has(name)) {
      const where = path.slice(0, -1).join('.').replaceAll('.[]', '[]');
      const names = [...parent.fields.keys()].join(', ');
      return [{ from, to, message: `There is no ${name} in ${where === '' ? 'the file' : where}. It has ${names}.` }];
    }
    const field = fieldAt(path);
    if (field?.closed === true && value !== null && value !== '' && !field.values.some((each) => each.text === value)) {
      const allowed = field.values.map((each) => each.text).join(', ');
      return [{ from: valueFrom, to: valueFrom + value.length, message: `${name} is one of ${allowed}.` }];
    }
    return [];
  });
}

function key(name: string, field: Field, before: string): Offer {
  return {
    text: name,
    put: `${before}${name}: `,
    detail: field.fallback === '' ? '' : `else ${field.fallback}`,
    meaning: field.meaning,
  };
}

function fallback(field: Field, text: string): string {
  return text === field.fallback ? 'without it' : '';
}

/** YAML would take some texts for something else. */
function quoted(text: string): string {
  return /^[\d/]*\/\d|^\d\d:\d\d$/.test(text) ? `"${text}"` : text;
}
