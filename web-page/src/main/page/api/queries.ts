import { useQueries, useQuery, type QueryClient } from '@tanstack/react-query';
import {
  TILE_FIELDS,
  type Announced,
  type Audit,
  type Campaign,
  type Cluster,
  type EditedPolicy,
  type Executor,
  type Explanation,
  type FleetEvent,
  type FleetStop,
  type Outlook,
  type Passkeys,
  type Past,
  type Plan,
  type PlanMade,
  type Summary,
  type Tile,
  type WaitingApproval,
  type Whoami,
} from '../model/types';
import { PERIODS } from '../model/audit';
import type { Labels } from '../model/tiles';
import { changed, newer, snapshot } from '../model/newest';
import { wholeCampaign, wholeCluster, wholeTile } from '../model/whole';
import { ask, postYaml, segment } from './client';

export const keys = {
  campaigns: ['campaigns'] as const,
  tiles: (campaign: string) => ['tiles', campaign] as const,
  cluster: (campaign: string, cluster: string) => ['cluster', campaign, cluster] as const,
  explanation: (campaign: string) => ['explanation', campaign] as const,
  approvals: (campaign: string) => ['approvals', campaign] as const,
  clusterExplanation: (campaign: string, cluster: string) => ['explanation', campaign, cluster] as const,
  stop: ['fleet-stop'] as const,
  plan: (name: string) => ['plan', name] as const,
};

type Campaigns = ReadonlyMap<string, Campaign>;
type Tiles = ReadonlyMap<string, Tile>;

export function useCampaigns() {
  return useQuery({
    queryKey: keys.campaigns,
    queryFn: async ({ client, queryKey, signal }): Promise<Campaigns> => {
      const all = await ask<Campaign[]>('/campaigns', { signal });
      return snapshot(
        client.getQueryData<Campaigns>(queryKey),
        new Map(all.map((each) => [each.campaign, wholeCampaign(each)])),
      );
    },
    structuralSharing: false,
  });
}

export function useTiles(campaign: string) {
  return useQuery({
    queryKey: keys.tiles(campaign),
    queryFn: async ({ client, queryKey, signal }): Promise<Tiles> => {
      const path = `/campaigns/${segment(campaign)}/clusters?fields=${TILE_FIELDS.join(',')}`;
      const all = await ask<Tile[]>(path, { signal });
      return snapshot(
        client.getQueryData<Tiles>(queryKey),
        new Map(all.map((tile) => [tile.cluster, wholeTile(tile)])),
      );
    },
    structuralSharing: false,
  });
}

export function useCluster(campaign: string, cluster: string) {
  return useQuery({
    queryKey: keys.cluster(campaign, cluster),
    queryFn: async ({ client, queryKey, signal }) => {
      const came = await ask<Cluster>(`/campaigns/${segment(campaign)}/clusters/${segment(cluster)}`, { signal });
      return newer(client.getQueryData<Cluster>(queryKey), wholeCluster(came));
    },
  });
}

function explanation(campaign: string) {
  return {
    queryKey: keys.explanation(campaign),
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      ask<Explanation>(`/campaigns/${segment(campaign)}/explanation`, { signal }),
  };
}

export function useExplanation(campaign: string) {
  return useQuery(explanation(campaign));
}

export function useExplanations(campaigns: string[]) {
  return useQueries({ queries: campaigns.map(explanation) });
}

export function useClusterExplanation(campaign: string, cluster: string) {
  return useQuery({
    queryKey: keys.clusterExplanation(campaign, cluster),
    queryFn: ({ signal }) =>
      ask<Explanation>(`/campaigns/${segment(campaign)}/clusters/${segment(cluster)}/explanation`, { signal }),
  });
}

/** What is ahead of a campaign; it is simulated, so not asked for more often than it is looked at. */
export function useOutlook(campaign: string) {
  return useQuery({
    queryKey: ['outlook', campaign],
    queryFn: async ({ signal }): Promise<Outlook> => {
      const { until, windows, expectedEnd } = await ask<Outlook>(`/campaigns/${segment(campaign)}/outlook`, { signal });
      return { until, windows: (windows ?? []).map((open) => ({ ...open, labels: open.labels ?? {} })), expectedEnd };
    },
  });
}

export function useStop() {
  return useQuery({
    queryKey: keys.stop,
    queryFn: ({ signal }) => ask<FleetStop>('/fleet', { signal }),
    refetchInterval: 10_000,
  });
}

/** What this person may do to everything, or to one campaign. */
export function useWhoami(campaign?: string) {
  return useQuery({
    queryKey: ['whoami', campaign ?? ''],
    queryFn: ({ signal }) =>
      ask<Whoami>(`/whoami${campaign === undefined ? '' : `?campaign=${segment(campaign)}`}`, { signal }),
    staleTime: 60_000,
  });
}

/** What of a campaign an approval would be of; asked for when somebody is about to approve. */
export function useApprovals(campaign: string) {
  return useQuery({
    queryKey: keys.approvals(campaign),
    queryFn: ({ signal }) => ask<WaitingApproval[]>(`/campaigns/${segment(campaign)}/approvals`, { signal }),
    staleTime: 0,
  });
}

/** The passkeys of whoever asks, and what makes another one. */
export function usePasskeys() {
  return useQuery({
    queryKey: ['passkeys'],
    queryFn: async ({ signal }): Promise<Passkeys> => {
      const yours = await ask<Partial<Passkeys> & Pick<Passkeys, 'person' | 'challenge'>>('/passkeys', { signal });
      return { ...yours, origins: yours.origins ?? [], passkeys: yours.passkeys ?? [] };
    },
  });
}

/** What a policy that somebody edits would cut, held against the suggested one; null: it is not edited. */
export function useEditedPolicy(campaign: string, cluster: string, policy: string | null) {
  return useQuery({
    queryKey: ['edited-policy', campaign, cluster, policy],
    queryFn: ({ signal }) => {
      const path = `/campaigns/${segment(campaign)}/clusters/${segment(cluster)}/edited-policy`;
      return postYaml<EditedPolicy>(path, policy ?? '', signal);
    },
    enabled: policy !== null,
    // The same policy against the same review is judged the same.
    staleTime: 60_000,
    refetchInterval: false,
    gcTime: 60_000,
  });
}

export function useHistory(cluster: string) {
  return useQuery({
    queryKey: ['history', cluster],
    queryFn: ({ signal }) => ask<Past[]>(`/clusters/${segment(cluster)}/history`, { signal }),
  });
}

export function useFleet() {
  return useQuery({
    queryKey: ['fleet'],
    queryFn: ({ signal }) => ask<Announced[]>('/clusters', { signal }),
    refetchInterval: 30_000,
  });
}

/** The labels of all clusters, by their ids. */
export function useLabels() {
  return useQuery({
    queryKey: ['labels'],
    queryFn: async ({ signal }): Promise<Labels> => {
      const all = await ask<Pick<Announced, 'cluster' | 'labels'>[]>('/clusters?fields=cluster,labels', { signal });
      return new Map(all.map(({ cluster, labels }) => [cluster, labels ?? {}]));
    },
    staleTime: 300_000,
    refetchInterval: 300_000,
  });
}

export function useSummary() {
  return useQuery({
    queryKey: ['summary'],
    queryFn: ({ signal }) => ask<Summary>('/summary', { signal }),
    refetchInterval: 10_000,
  });
}

export function useExecutors() {
  return useQuery({
    queryKey: ['executors'],
    queryFn: ({ signal }) => ask<Executor[]>('/executors', { signal }),
    refetchInterval: 15_000,
  });
}

/** The audit so far back: a name of PERIODS, or all of it. It is large, and asked for again only by whoever wants it. */
export function useAudit(back: string) {
  return useQuery({
    queryKey: ['audit', back],
    queryFn: async ({ signal }) => {
      const hours = PERIODS[back];
      const since = hours === undefined ? '' : `?since=${new Date(Date.now() - hours * 3_600_000).toISOString()}`;
      const audit = await ask<Partial<Audit>>(`/audit${since}`, { signal });
      return { everything: audit.everything ?? false, whole: audit.whole ?? false, records: audit.records ?? [] };
    },
    refetchInterval: false,
  });
}

export function usePlan(name: string) {
  return useQuery({
    queryKey: keys.plan(name),
    queryFn: async ({ signal }) => {
      const plan = await ask<Plan>(`/plans/${segment(name)}`, { signal });
      return { ...plan, status: wholeCampaign(plan.status), clusters: plan.clusters.map(wholeCluster) };
    },
  });
}

export function usePlanned(plan: string, cluster: string, wanted: boolean) {
  return useQuery({
    queryKey: ['planned', plan, cluster],
    queryFn: ({ signal }) => ask<PlanMade>(`/plans/${segment(plan)}/clusters/${segment(cluster)}`, { signal }),
    enabled: wanted,
  });
}

/**
 * What the events of a moment change of what is shown; statuses are whole, so the last one of each counts.
 *
 * @returns the campaigns whose explanations are not what they were
 */
export function apply(client: QueryClient, events: FleetEvent[]): Set<string> {
  const campaigns = new Map<string, Campaign>();
  const clusters = new Map<string, Map<string, Cluster>>();
  const touched = new Set<string>();
  let listed = false;
  for (const event of events) {
    if (event.campaign !== undefined) {
      touched.add(event.campaign);
    }
    if (event.type.endsWith('campaign.status.v1')) {
      const status = wholeCampaign(event.data as unknown as Campaign);
      campaigns.set(status.campaign, status);
    } else if (event.type.endsWith('cluster.status.v1')) {
      const status = wholeCluster(event.data as unknown as Cluster);
      let those = clusters.get(status.campaign);
      if (those === undefined) {
        clusters.set(status.campaign, (those = new Map()));
      }
      those.set(status.cluster, status);
    } else if (event.type.endsWith('fleet.stop.v1')) {
      client.setQueryData(keys.stop, event.data);
      // An answer that is on its way may be from before it.
      void client.invalidateQueries({ queryKey: keys.stop });
    } else if (event.type.endsWith('campaign.deleted.v1')) {
      listed = true;
    }
  }
  if (campaigns.size > 0) {
    client.setQueryData(keys.campaigns, (old: Campaigns | undefined) => changed(old, campaigns));
  }
  clusters.forEach((those, campaign) => {
    client.setQueryData(keys.tiles(campaign), (old: Tiles | undefined) => changed<Tile>(old, those));
    those.forEach((status, cluster) => {
      // Nobody has asked for most of them.
      if (client.getQueryState(keys.cluster(campaign, cluster)) !== undefined) {
        client.setQueryData(keys.cluster(campaign, cluster), (old: Cluster | undefined) => newer(old, status));
      }
    });
  });
  campaigns.forEach((status, campaign) => {
    if (status.spec.procedure === 'plan') {
      void client.invalidateQueries({ queryKey: keys.plan(campaign) });
    }
  });
  if (listed) {
    void client.invalidateQueries({ queryKey: keys.campaigns });
  }
  return touched;
}

/** Has the explanations of these campaigns asked for again; one that is on its way is not asked for twice. What waits there is: it may be from before. */
export function explainAgain(client: QueryClient, campaigns: Set<string>): void {
  campaigns.forEach((campaign) => {
    void client.invalidateQueries({ queryKey: keys.explanation(campaign) }, { cancelRefetch: false });
    void client.invalidateQueries({ queryKey: keys.approvals(campaign) });
  });
}
