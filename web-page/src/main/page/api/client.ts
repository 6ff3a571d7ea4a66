import type { Problem } from '../model/types';
import { forgetRenewal, renew } from './session';
import { forget, token } from './token';

/** The planner refuses. Its problem says why, in words for people. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail === '' ? problem.title : problem.detail);
    this.problem = problem;
  }
}

/** Nobody answers, or something that is not the planner. */
export class Unreachable extends Error {}

const leaving = new Set<() => void>();

/** Calls back when the planner does not know the token any more. */
export function onUnknown(callback: () => void): () => void {
  leaving.add(callback);
  return () => leaving.delete(callback);
}

export function unknown(): void {
  forget(sessionStorage);
  forgetRenewal(sessionStorage);
  leaving.forEach((callback) => callback());
}

export async function headers(more: Record<string, string> = {}): Promise<Record<string, string>> {
  await renew(sessionStorage);
  const known = token(sessionStorage);
  return { ...(known === null ? {} : { Authorization: `Bearer ${known}` }), ...more };
}

export const segment = encodeURIComponent;

export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  return (await (await answerOf(path, init)).json()) as T;
}

/** The answer itself, for what is no JSON. */
export async function answerOf(path: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  const all = await headers({ Accept: 'application/json', ...(init.headers as Record<string, string> | undefined) });
  try {
    answer = await fetch(`/api/v1${path}`, {
      ...init,
      credentials: 'omit',
      cache: 'no-store',
      headers: all,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }
    throw new Unreachable('The planner does not answer.');
  }
  if (answer.ok) {
    return answer;
  }
  if (answer.status === 401) {
    unknown();
  }
  throw await refusal(answer);
}

async function refusal(answer: Response): Promise<Error> {
  try {
    const problem = (await answer.json()) as Partial<Problem>;
    return new Refused({
      type: problem.type ?? '',
      title: problem.title ?? `The planner answers ${answer.status}.`,
      status: answer.status,
      detail: problem.detail ?? '',
      problems: problem.problems ?? [],
    });
  } catch {
    return new Unreachable(`Something answers ${answer.status} that is not the planner.`);
  }
}

export function post<T>(path: string, body: unknown): Promise<T> {
  return ask<T>(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
}

export function postYaml<T>(path: string, body: string, signal?: AbortSignal): Promise<T> {
  const headers = { 'Content-Type': 'application/yaml' };
  return ask<T>(path, { method: 'POST', body, headers, ...(signal === undefined ? {} : { signal }) });
}

export function sentenceOf(error: unknown): string {
  if (error instanceof Refused) {
    const said = error.problem.problems
      .map((problem) => problem.message)
      .filter((message) => message !== '' && !error.message.includes(message));
    return [error.message, ...said].join(' ');
  }
  return error instanceof Error ? error.message : String(error);
}
