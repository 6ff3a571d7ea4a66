import type { CampaignSpec } from './types';
import { spaced } from './words';

/** What a campaign changes in place of going to a release: felixConfiguration: logSeverityScreen=Warning. */
function changeOf(spec: Pick<CampaignSpec, 'upgrade'>): string | undefined {
  const fields = spec.upgrade?.change?.felixConfiguration;
  return fields === undefined
    ? undefined
    : `felixConfiguration: ${fields.map(({ field, value }) => settingOf(field ?? '', value)).join(', ')}`;
}

/** A text without quotes where it cannot be taken for another value, as everywhere in calico-fleet. */
function settingOf(field: string, value: string | undefined): string {
  if (value === undefined) return `${field} removed`;
  return `${field}=${/^"(?!(true|false|null)")[A-Za-z][A-Za-z0-9_./-]*"$/.test(value) ? value.slice(1, -1) : value}`;
}

/** Where it takes its clusters: v3.22.5, or what is changed; empty where nowhere. */
export function goalOf(spec: Pick<CampaignSpec, 'target' | 'upgrade'>): string {
  return changeOf(spec) ?? spec.target ?? '';
}

/** What it does: upgrade v3.22.5, change felixConfiguration: logSeverityScreen=Warning. */
export function saidOf(spec: Pick<CampaignSpec, 'procedure' | 'target' | 'upgrade'>): string {
  return said(spec.procedure, spec.target, changeOf(spec));
}

/** The same of what only its approval tells. */
export function said(procedure: string, target: string | undefined, change: string | undefined): string {
  if (change !== undefined) return `${procedure === 'plan' ? 'plan to change' : 'change'} ${change}`;
  return target === undefined ? spaced(procedure) : `${spaced(procedure)} ${target}`;
}
