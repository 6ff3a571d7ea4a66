import { describe, expect, it } from 'vitest';
import { fieldsText, readable, textOf } from '../../main/page/model/texts';

const CONFLICT = {
  object: 'ConfigMap kube-system/x',
  path: 'data.y',
  base: '"a\\nb"',
  mine: '"a\\nc"',
  target: '"a\\nd"',
};

describe('texts to compare', () => {
  it('have their lines where a value is a text, and are indented where it is not', () => {
    expect(readable('"a\\nb"')).toBe('a\nb');
    expect(readable('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(readable('')).toBe('');
  });

  it('are as they are where they were shortened', () => {
    expect(readable('"a long te...')).toBe('"a long te...');
  });

  it('of a plan have each field that is there on that side', () => {
    const fields = [
      { path: 'spec.a', before: '1', after: '2' },
      { path: 'spec.b', before: '', after: '"x\\ny"' },
    ];
    expect(fieldsText(fields, 'before')).toBe('spec.a\n  1\n');
    expect(fieldsText(fields, 'after')).toBe('spec.a\n  2\nspec.b\n  x\n  y\n');
  });

  it('of a conflict have a result once it is decided', () => {
    expect(textOf(CONFLICT, 'base', undefined)).toBe('a\nb');
    expect(textOf(CONFLICT, 'result', undefined)).toBeNull();
    expect(textOf(CONFLICT, 'result', 'keep-mine')).toBe('a\nc');
    expect(textOf(CONFLICT, 'result', 'take-new')).toBe('a\nd');
  });
});
