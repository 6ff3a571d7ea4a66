import type { components } from '#schemas';

type Schemas = components['schemas'];

/** The schema leaves open which fields are always there; these are, as docs/reference/events.md has it. */
type Always<T, K extends keyof T> = Omit<T, K> & Required<Pick<T, K>>;

/** What is a list or a map: an answer leaves it out where it is empty. */
type Emptied<T> = {
  [K in keyof T]-?: T[K] extends readonly unknown[] | Record<string, string> | Record<string, number> ? K : never;
}[keyof T];

/** As it comes in an answer, before it is made whole. */
export type Sent<T> = Omit<T, Emptied<T>> & Partial<Pick<T, Emptied<T>>>;

export type CampaignPhase = Schemas['CampaignPhase'];
export type ClusterPhase = Schemas['ClusterPhase'];
export type HoldReason = Schemas['HoldReason'];
export type OnConflict = Schemas['OnConflict'];
export type FieldSetting = Schemas['FieldSetting'];
export type RegistryChange = Schemas['RegistryChange'];

export type Wave = Always<Schemas['WaveStatus'], 'name' | 'clusters' | 'phases'>;
export type WaveSpec = Always<Schemas['WaveSpec'], 'name'>;
export type CampaignSpec = Omit<Always<Schemas['CampaignSpec'], 'procedure'>, 'waves'> & { waves: WaveSpec[] };
export type Stop = Always<Schemas['Stop'], 'by' | 'reason' | 'at'>;

export type Campaign = Omit<
  Always<
    Schemas['CampaignStatus'],
    'campaign' | 'phase' | 'reason' | 'clusters' | 'phases' | 'failures' | 'createdAt' | 'updatedAt' | 'summary'
  >,
  'waves' | 'spec' | 'stop'
> & { waves: Wave[]; spec: CampaignSpec; stop?: Stop };

export type StepRecord = Always<Schemas['StepRecord'], 'step' | 'state' | 'startedAt' | 'message'>;
export type Gate = Always<Schemas['GateResult'], 'gate' | 'outcome' | 'reason' | 'evidence'>;
export type Conflict = Always<Schemas['FieldConflict'], 'object' | 'path' | 'base' | 'mine' | 'target'>;
export type Flow = Always<Schemas['FlowSummary'], 'direction' | 'protocol' | 'nodes' | 'peers' | 'packets' | 'note'>;
export type Coverage = Always<Schemas['NodeCoverage'], 'node' | 'lines' | 'flowLines' | 'unreadable'>;
export type Review = Omit<
  Always<Schemas['TrafficReview'], 'suggestedPolicy' | 'notes' | 'added'>,
  'coverage' | 'flows'
> & {
  coverage: Coverage[];
  flows: Flow[];
};

export type Cluster = Omit<
  Always<
    Schemas['ClusterStatus'],
    | 'campaign'
    | 'cluster'
    | 'wave'
    | 'labels'
    | 'phase'
    | 'objections'
    | 'done'
    | 'total'
    | 'unit'
    | 'remaining'
    | 'notes'
    | 'stepWaits'
    | 'updatedAt'
    | 'summary'
  >,
  'steps' | 'gates' | 'conflicts' | 'review'
> & { steps: StepRecord[]; gates: Gate[]; conflicts: Conflict[]; review?: Review };

/** What a tile tells of a cluster. */
export const TILE_FIELDS = [
  'cluster',
  'wave',
  'labels',
  'phase',
  'holdReason',
  'step',
  'done',
  'total',
  'unit',
  'waitsFor',
  'silentSince',
  'updatedAt',
  'summary',
] as const;
export type Tile = Pick<Cluster, (typeof TILE_FIELDS)[number]>;

export type Command = Always<Schemas['NextCommand'], 'label' | 'command'>;
export type Reason = Omit<
  Always<
    Schemas['Reason'],
    'rule' | 'says' | 'clusters' | 'count' | 'sentence' | 'events' | 'evidence' | 'ends' | 'endedBy'
  >,
  'commands'
> & { commands: Command[] };
export type Used = Always<Schemas['Used'], 'used' | 'allowed'>;
export type Explanation = Omit<
  Always<Schemas['Explanation'], 'campaign' | 'summary'>,
  'reasons' | 'places' | 'failures' | 'stop'
> & {
  reasons: Reason[];
  places: Used;
  failures: Used;
  stop?: Stop;
};

export type Outlook = {
  until: string;
  windows: { labels: Record<string, string>; from: string; to: string }[];
  expectedEnd?: { p50: string; p95: string; measured: number };
};
export type FleetStop = Omit<Schemas['FleetStop'], 'stop'> & { stop?: Stop };
export type Announced = Always<
  Schemas['ClusterAnnounced'],
  | 'cluster'
  | 'executor'
  | 'labels'
  | 'reachable'
  | 'problem'
  | 'kubernetesVersion'
  | 'installMethod'
  | 'calicoVersion'
  | 'summary'
> & { campaign?: string | null };
export type Executor = Always<Schemas['Executor'], 'executor' | 'clusters' | 'heardAt' | 'age' | 'silent'>;
export type Summary = {
  campaigns: { total: number; phases: Record<string, number> };
  clusters: {
    total: number;
    unreachable: number;
    calicoVersions: Record<string, number>;
    installMethods: Record<string, number>;
    phases: Record<string, number>;
    reasons: Record<string, number>;
  };
};
export type Past = Omit<
  Always<Schemas['PastCampaign'], 'campaign' | 'procedure' | 'campaignPhase' | 'phase' | 'createdAt' | 'summary'>,
  'steps'
> & { steps: StepRecord[] };
export type Login = Omit<Always<Schemas['Login'], 'scopes'>, 'issuer' | 'clientId'> & {
  issuer?: string;
  clientId?: string;
};
export type Whoami = Always<Schemas['Whoami'], 'name' | 'authenticatedBy' | 'groups' | 'may'>;
export type EditedPolicy = Always<Schemas['EditedPolicy'], 'refusals' | 'cut' | 'notes'>;
export type Passkeys = Always<Schemas['Passkeys'], 'person' | 'challenge' | 'passkeys' | 'origins'>;
export type WaitingApproval = Omit<Always<Schemas['WaitingApproval'], 'digest' | 'passkey'>, 'subject'> & {
  subject: Always<Schemas['ApprovalSubject'], 'what' | 'campaign' | 'createdAt' | 'procedure'>;
};
export type PlanWrite = Omit<Always<Schemas['PlannedWrite'], 'step' | 'action' | 'object' | 'more'>, 'fields'> & {
  fields: Always<Schemas['FieldChange'], 'path' | 'before' | 'after'>[];
};
export type PlanMade = Omit<Always<Schemas['PlanMade'], 'summary'>, 'writes'> & { writes: PlanWrite[] };
export type Plan = { plan: string; digest?: string; status: Campaign; clusters: Cluster[] };

export type AuditKept = Omit<Schemas['Kept'], 'record'> & {
  record?: Omit<Always<Schemas['AuditRecorded'], 'at' | 'from' | 'request' | 'status' | 'summary'>, 'leftOut'> & {
    leftOut?: Always<Schemas['AuditLeftOut'], 'request' | 'status' | 'count'>[];
  };
};
export type Audit = { everything: boolean; whole: boolean; records: AuditKept[] };

export type FieldProblem = { field: string; message: string; allowed: string; suggestion: string; line?: number };
export type Problem = { type: string; title: string; status: number; detail: string; problems: FieldProblem[] };

/** An event of the live stream, as CloudEvents JSON. */
export type FleetEvent = {
  id: string;
  type: string;
  time: string;
  subject?: string;
  campaign?: string;
  data: { summary?: string } & Record<string, unknown>;
};
