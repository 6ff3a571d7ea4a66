import type { CampaignSpec, FieldSetting, RegistryChange } from './types';
import { spaced } from './words';

/** What a campaign changes in place of going to a release: felixConfiguration: logSeverityScreen=Warning; ipPools a: natOutgoing=true. */
function changeOf(spec: Pick<CampaignSpec, 'upgrade'>): string | undefined {
  const change = spec.upgrade?.change;
  if (change === undefined) return undefined;
  const parts = [
    { name: 'felixConfiguration', fields: change.felixConfiguration },
    { name: 'bgpConfiguration', fields: change.bgpConfiguration },
    ...(change.ipPools ?? []).map(({ names, cidrs, fields }) => ({
      name: `ipPools ${[...(names ?? []), ...(cidrs ?? []).map((cidr) => `within ${cidr}`)].join(', ')}`,
      fields,
    })),
  ];
  const said = parts
    .filter(({ fields }) => fields !== undefined && fields.length > 0)
    .map(({ name, fields }) => `${name}: ${(fields ?? []).map(settingOf).join(', ')}`);
  const typha = change.typha === undefined ? [] : [`typha: replicas=${String(change.typha.replicas)}`];
  const registry = change.registry === undefined ? [] : [`registry: ${registryOf(change.registry)}`];
  return [...said, ...typha, ...registry].join('; ');
}

function registryOf({ registry = '', imagePath, imagePrefix, imagePullSecrets = [] }: RegistryChange): string {
  return [
    registry,
    ...(imagePath === undefined ? [] : [`imagePath=${imagePath}`]),
    ...(imagePrefix === undefined ? [] : [`imagePrefix=${imagePrefix}`]),
    ...(imagePullSecrets.length === 0 ? [] : [`imagePullSecrets=[${imagePullSecrets.join(', ')}]`]),
  ].join(', ');
}

/** A text without quotes where it cannot be taken for another value, as everywhere in calico-fleet. */
function settingOf({ field = '', value }: FieldSetting): string {
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
