import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FILE, fieldAt } from '../../main/page/model/campaignFields';
import { faults, offers } from '../../main/page/model/campaignHelp';
import { read } from '../../main/page/model/campaignText';

const texts = (before: string) => offers(before).offers.map((offer) => offer.text);
const paths = (text: string) => read(text).keys.map((key) => key.path.join('.'));

const EVERY_STYLE = `apiVersion: calico-fleet/v1
name: "a: b" # c: d
clusters: {names: [a, 'b: c', "d"], x: {y: 1}}
waves:
- name: one
  clusters: {count: 1}
  approval:
    by: [ada,
      bob]
    when: before
-
  name: two
schedule:
  windows:
    - from: "22:00"
      matchLabels:
        a.b/c: d
    - {from: "00:00", to: "24:00"}
  freezes: [
    {from: 2026-12-01T22:00:00+01:00, reason: "}"},
  ]
reason: |
  no: key
  here
gates:
  pods: {}
`;

describe('the campaign file as it is written', () => {
  it('is read in every style people write YAML in', () => {
    expect(paths(EVERY_STYLE)).toEqual([
      'apiVersion',
      'name',
      'clusters',
      'clusters.names',
      'clusters.x',
      'clusters.x.y',
      'waves',
      'waves.[].name',
      'waves.[].clusters',
      'waves.[].clusters.count',
      'waves.[].approval',
      'waves.[].approval.by',
      'waves.[].approval.when',
      'waves.[].name',
      'schedule',
      'schedule.windows',
      'schedule.windows.[].from',
      'schedule.windows.[].matchLabels',
      'schedule.windows.[].matchLabels.a.b/c',
      'schedule.windows.[].from',
      'schedule.windows.[].to',
      'schedule.freezes',
      'schedule.freezes.[].from',
      'schedule.freezes.[].reason',
      'reason',
      'gates',
      'gates.pods',
    ]);
  });

  it('has its keys and values where they stand', () => {
    for (const { path, from, to, value, valueFrom } of read(EVERY_STYLE).keys) {
      expect(EVERY_STYLE.slice(from, to).replaceAll('"', '')).toBe(path.at(-1));
      if (value !== null) {
        expect(EVERY_STYLE.slice(valueFrom).replace(/^["']/, '').startsWith(value)).toBe(true);
      }
    }
  });

  it('can be cut off anywhere, and is read all the same', () => {
    for (let end = 0; end <= EVERY_STYLE.length; end++) {
      const { end: place } = read(EVERY_STYLE.slice(0, end));
      expect(place.from).toBeGreaterThanOrEqual(0);
      expect(place.from).toBeLessThanOrEqual(end + 1);
    }
  });
});

describe('what can be written', () => {
  it('are the fields of the file, but not those it has', () => {
    expect(texts('')).toEqual([...(FILE.fields?.keys() ?? [])]);
    expect(texts('name: x\n')).not.toContain('name');
    expect(texts('name: x\nma')).toContain('maxConcurrent');
  });

  it('are the fields of what it stands in, by indentation or by brackets', () => {
    const pods = ['deadline', 'expectedReady'];
    expect(texts('gates:\n  pods:\n    ')).toEqual(pods);
    expect(texts('gates: {pods: {')).toEqual(pods);
    expect(texts('gates: {pods: {deadline: PT1M, ')).toEqual(['expectedReady']);
    expect(texts('gates:\n  pods: {deadline: PT1M}\n  ')).toContain('version');
    expect(texts('waves:\n  - name: a\n    ')).toContain('soak');
    expect(texts('waves:\n- name: a\n- ')).toContain('soak');
    expect(texts('waves:\n  - {name: a, ')).toContain('soak');
    expect(texts('waves:\n  - name: a\nmax')).toContain('maxConcurrent');
  });

  it('begins an element where a list has none yet', () => {
    expect(offers('waves:\n  ').offers.map((offer) => offer.put)).toContain('- name: ');
  });

  it('are the values of a field with what they mean', () => {
    expect(offers('onGateFailure: ').offers.map((offer) => offer.text)).toEqual(['hold', 'rollback']);
    expect(offers('customisations: {onConflict: ').offers[0]).toMatchObject({
      text: 'hold',
      detail: 'without it',
      meaning: 'Stop before the first write and list the conflicts.',
    });
    expect(texts('owners:\n  accept: [argo-cd, ')).toContain('flux-helm');
    expect(texts('owners:\n  accept:\n    - ')).toContain('flux-helm');
    expect(texts('waves:\n  - name: a\n    approval: ')).toContain('true');
  });

  it('begins where the word began', () => {
    expect(offers('gates:\n  po').from).toBe('gates:\n  '.length);
    expect(offers('clusters: {al').from).toBe('clusters: {'.length);
    expect(offers('onGateFailure: ho').from).toBe('onGateFailure: '.length);
  });

  it('is nothing in a text of several lines', () => {
    expect(texts('name: |\n  ga')).toEqual([]);
  });

  it('is nothing in a comment, and nothing below what is not known', () => {
    expect(texts('# gates: ')).toEqual([]);
    expect(texts('nonsense:\n  ')).toEqual([]);
    expect(texts('clusters:\n  matchLabels:\n    ')).toEqual([]);
  });
});

describe('what is wrong', () => {
  it('is a field that is not there, with those that are', () => {
    const [fault, ...others] = faults('name: x\ngates:\n  pods: {dedline: PT1M}\n');
    expect(others).toEqual([]);
    expect(fault?.message).toBe('There is no dedline in gates.pods. It has deadline, expectedReady.');
    expect('name: x\ngates:\n  pods: {dedline: PT1M}\n'.slice(fault?.from, fault?.to)).toBe('dedline');
  });

  it('is a value that a field does not take', () => {
    expect(faults('onGateFailure: holt\n').map((fault) => fault.message)).toEqual([
      'onGateFailure is one of hold, rollback.',
    ]);
  });

  it('is nothing in the examples of the docs', () => {
    const pages = readdirSync('../docs', { recursive: true, encoding: 'utf8' }).filter((page) => page.endsWith('.md'));
    const written = ['../README.md', ...pages.map((page) => `../docs/${page}`)].flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/```yaml\n((?:.*\n)*?)```/g)].map((match) => match[1] ?? ''),
    );
    const files = written.filter((text) => text.includes('kind: Campaign'));
    expect(files.length).toBeGreaterThan(0);
    files.forEach((file) => expect(faults(file)).toEqual([]));
  });

  it('is nothing where people choose the names', () => {
    expect(faults('clusters:\n  matchLabels: {anything: at-all}\n')).toEqual([]);
    expect(faults('change: {felixConfiguration: {logSeverityScreen: Warning}}\n')).toEqual([]);
  });
});

describe('the schema', () => {
  it('is known in all its depth', () => {
    expect(fieldAt(['schedule', 'windows', '[]', 'days', '[]'])?.values.map((each) => each.text)).toContain('mon');
    expect(fieldAt(['waves', '[]', 'approval', 'when'])?.closed).toBe(true);
    expect(fieldAt(['gates', 'nothing'])).toBeNull();
  });
});
