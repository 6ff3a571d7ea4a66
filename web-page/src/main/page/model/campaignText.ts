/** A key of the file as it is written. */
export interface Key {
  /** With its own name at the end; [] for an element of a list. */
  path: string[];
  from: number;
  to: number;
  /** The value, where it is a plain one on the same line; else null. */
  value: string | null;
  valueFrom: number;
}

/** What can be written at a place of the file. */
export interface Place {
  /** Of what a key there would belong to, or of what a value there would be. */
  path: string[];
  kind: 'key' | 'value';
  /** Where what has been begun there begins. */
  from: number;
  /** The keys that are written there already, before the place. */
  taken: readonly string[];
}

interface Frame {
  indent: number;
  key: string;
  taken: string[];
}

interface Flow {
  open: string;
  path: string[];
  taken: string[];
  key: Key | null;
  start: number;
}

const KEY = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s{}["'#&*!|>%@`,-][^:#]*?|-[^\s:][^:#]*?)(\s*:(?:\s+|$))/;
const DASH = /^-(?:\s+|$)/;
const COMMENT = /(^|\s)#.*$/;

/**
 * All keys of a campaign file that may be half written, and what can be written at its end. It goes by indentation and brackets, as
 * people write such files; what it does not understand it leaves out.
 */
export function read(text: string): { keys: Key[]; end: Place } {
  const reader = new Reader(text);
  let at = 0;
  for (const line of text.split('\n')) {
    reader.line(line, at);
    at += line.length + 1;
  }
  return { keys: reader.keys, end: reader.end };
}

class Reader {
  readonly keys: Key[] = [];
  end: Place = { path: [], kind: 'key', from: 0, taken: [] };
  private readonly root: Frame = { indent: -1, key: '', taken: [] };
  /** The keys and dashes that a line may belong to, by their indentation. */
  private frames: Frame[] = [];
  /** The brackets that are open. */
  private readonly flows: Flow[] = [];
  /** Lines deeper than this are a text of several lines. */
  private literal: number | null = null;

  constructor(private readonly text: string) {}

  line(line: string, at: number): void {
    const indent = line.length - line.trimStart().length;
    if (this.flows.length > 0) {
      this.brackets(line, at, 0);
    } else if (this.literal !== null && (line.trim() === '' || indent > this.literal)) {
      this.end = { path: [], kind: 'value', from: at + line.length, taken: [] };
    } else {
      this.literal = null;
      this.block(line, at, this.dashes(line, indent));
    }
    const flow = this.flows.at(-1);
    if (flow !== undefined) {
      const inKey = flow.open === '{' && flow.key === null;
      this.end = {
        path: flow.key?.path ?? flow.path,
        kind: inKey ? 'key' : 'value',
        from: begun(this.text, flow.start),
        taken: inKey ? flow.taken : [],
      };
    }
  }

  /** Enters the elements of lists that a line begins; the column of what comes after. */
  private dashes(line: string, indent: number): number {
    let column = indent;
    for (let dash = DASH.exec(line.slice(column)); dash !== null; dash = DASH.exec(line.slice(column))) {
      // A list may stand as deep as the key it belongs to.
      const level = column;
      this.leave((frame) => frame.indent > level || (frame.indent === level && frame.key === '[]'));
      this.frames.push({ indent: level, key: '[]', taken: [] });
      column += dash[0].length;
    }
    return column;
  }

  private block(line: string, at: number, column: number): void {
    const rest = line.slice(column);
    if (rest.startsWith('#') || rest.startsWith('---')) {
      this.end = { path: [], kind: 'value', from: at + line.length, taken: [] };
      return;
    }
    if (rest !== '' || at + line.length === this.text.length) {
      this.leave((frame) => frame.indent >= column);
    }
    const taken = (this.frames.at(-1) ?? this.root).taken;
    this.end = { path: this.path(), kind: 'key', from: at + column, taken };
    const [all, name, colon] = KEY.exec(rest) ?? [];
    let value = rest;
    let valueColumn = column;
    if (all !== undefined && name !== undefined && colon !== undefined) {
      value = rest.slice(all.length).replace(COMMENT, '').trimEnd();
      valueColumn += all.length;
      taken.push(unquoted(name));
      this.frames.push({ indent: column, key: unquoted(name), taken: [] });
      const from = at + column;
      const valueFrom = at + valueColumn;
      const plain = value !== '' && !/^[{[&*!|>]/.test(value);
      const path = this.path();
      this.keys.push({ path, from, to: from + name.length, value: plain ? unquoted(value) : null, valueFrom });
      this.end = { path, kind: 'value', from: valueFrom, taken: [] };
      this.literal = /^[|>]/.test(value) ? column : null;
    }
    if (/^[{[]/.test(value)) {
      this.brackets(line, at, valueColumn);
    }
  }

  /** Reads what is in brackets, from a column to the end of the line. */
  private brackets(line: string, at: number, column: number): void {
    for (let i = column; i < line.length; i++) {
      const char = line.charAt(i);
      const flow = this.flows.at(-1);
      if (char === '#' && /^\s?$/.test(line.slice(Math.max(0, i - 1), i))) {
        return;
      }
      if (char === '"' || char === "'") {
        const close = line.indexOf(char, i + 1);
        i = close < 0 ? line.length : close;
      } else if (char === '{' || char === '[') {
        const within = flow === undefined ? this.path() : (flow.key?.path ?? flow.path);
        const path = char === '[' ? [...within, '[]'] : within;
        this.flows.push({ open: char, path, taken: [], key: null, start: at + i + 1 });
      } else if (flow !== undefined && (char === '}' || char === ']' || char === ',')) {
        this.valueEnds(flow, at + i);
        if (char !== ',') {
          this.flows.pop();
        }
        const next = this.flows.at(-1);
        if (next === undefined) {
          return;
        }
        next.start = at + i + 1;
      } else if (flow?.open === '{' && flow.key === null && char === ':' && /^(\s|$)/.test(line.slice(i + 1))) {
        this.keyEnds(flow, at + i);
      }
    }
  }

  private keyEnds(flow: Flow, to: number): void {
    const from = begun(this.text, flow.start);
    const name = unquoted(this.text.slice(from, to).trim());
    flow.start = to + 1;
    flow.key = { path: [...flow.path, name], from, to, value: null, valueFrom: begun(this.text, flow.start) };
    flow.taken.push(name);
    this.keys.push(flow.key);
  }

  private valueEnds(flow: Flow, to: number): void {
    const from = begun(this.text, flow.start);
    // A value in brackets of its own has moved the start beyond them.
    if (flow.key !== null && from === flow.key.valueFrom && from < to) {
      flow.key.value = unquoted(this.text.slice(from, to).trim());
    }
    flow.key = null;
  }

  private path(): string[] {
    return this.frames.map((frame) => frame.key);
  }

  private leave(is: (frame: Frame) => boolean): void {
    for (let last = this.frames.at(-1); last !== undefined && is(last); last = this.frames.at(-1)) {
      this.frames.pop();
    }
  }
}

/** Where the next thing begins that is no space. */
function begun(text: string, at: number): number {
  return at + text.slice(at).search(/\S|$/);
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}
