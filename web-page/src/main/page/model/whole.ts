import type { Campaign, Cluster, Sent, Tile } from './types';

/** An answer leaves out lists and maps that are empty; here they are there. */
export function wholeCluster(cluster: Sent<Cluster>): Cluster {
  return {
    ...cluster,
    ...wholeTile(cluster),
    objections: cluster.objections ?? [],
    steps: cluster.steps ?? [],
    remaining: cluster.remaining ?? [],
    stepWaits: cluster.stepWaits ?? [],
    gates: (cluster.gates ?? []).map((gate) => ({ ...gate, evidence: gate.evidence ?? [] })),
    conflicts: cluster.conflicts ?? [],
    notes: cluster.notes ?? [],
    review:
      cluster.review === undefined
        ? undefined
        : {
            ...cluster.review,
            coverage: cluster.review.coverage ?? [],
            flows: (cluster.review.flows ?? []).map((flow) => ({
              ...flow,
              nodes: flow.nodes ?? [],
              peers: flow.peers ?? [],
              note: flow.note ?? '',
            })),
            notes: cluster.review.notes ?? [],
            added: cluster.review.added ?? [],
            suggestedPolicy: cluster.review.suggestedPolicy ?? '',
          },
  };
}

export function wholeTile<T extends Sent<Tile>>(tile: T): T & Tile {
  return {
    ...tile,
    labels: tile.labels ?? {},
    done: tile.done ?? 0,
    total: tile.total ?? 0,
    unit: tile.unit ?? '',
    summary: tile.summary ?? '',
  };
}

export function wholeCampaign(campaign: Sent<Campaign>): Campaign {
  return {
    ...campaign,
    waves: (campaign.waves ?? []).map((wave) => ({ ...wave, phases: wave.phases ?? {} })),
    phases: campaign.phases ?? {},
  };
}
