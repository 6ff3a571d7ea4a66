-- What campaigns and clusters are, and what became of their steps. Times are UTC. Names and phases are those of the events:
-- docs/reference/events.md. Written by the integrations alone; whatever stands here can be built anew from Kafka.

-- Where each partition of a topic goes on; in one transaction with what was read of it.
CREATE TABLE positions (
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (topic, partition)
);

CREATE TABLE clusters (
    cluster text PRIMARY KEY,
    executor text NOT NULL,
    labels jsonb NOT NULL,
    reachable boolean NOT NULL,
    problem text NOT NULL,
    kubernetes_version text NOT NULL,
    install_method text,
    calico_version text,
    announced_at timestamptz NOT NULL
);

CREATE TABLE campaigns (
    campaign text PRIMARY KEY,
    phase text NOT NULL,
    reason text NOT NULL,
    procedure text NOT NULL,
    target text,
    author text,
    clusters integer NOT NULL,
    failures integer NOT NULL,
    max_failures integer NOT NULL,
    created_at timestamptz NOT NULL,
    since timestamptz,
    updated_at timestamptz NOT NULL,
    summary text NOT NULL
);

CREATE TABLE campaign_clusters (
    campaign text NOT NULL,
    cluster text NOT NULL,
    wave text NOT NULL,
    phase text NOT NULL,
    hold_reason text,
    source text,
    target text,
    waits_for text,
    silent_since timestamptz,
    done integer NOT NULL,
    total integer NOT NULL,
    unit text NOT NULL,
    updated_at timestamptz NOT NULL,
    summary text NOT NULL,
    PRIMARY KEY (campaign, cluster)
);

CREATE TABLE steps (
    campaign text NOT NULL,
    cluster text NOT NULL,
    kind text NOT NULL,
    ordinal integer NOT NULL,
    state text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    message text NOT NULL,
    PRIMARY KEY (campaign, cluster, kind, ordinal)
);
CREATE INDEX steps_started_at ON steps (started_at);

CREATE TABLE verdicts (
    campaign text NOT NULL,
    cluster text NOT NULL,
    kind text NOT NULL,
    ordinal integer NOT NULL,
    outcome text NOT NULL,
    judged_at timestamptz NOT NULL,
    summary text NOT NULL,
    PRIMARY KEY (campaign, cluster, kind, ordinal)
);
CREATE INDEX verdicts_judged_at ON verdicts (judged_at);

-- Each gate of a verdict, and what was seen, a line each.
CREATE TABLE evidence (
    campaign text NOT NULL,
    cluster text NOT NULL,
    kind text NOT NULL,
    ordinal integer NOT NULL,
    gate text NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    evidence text[] NOT NULL,
    PRIMARY KEY (campaign, cluster, kind, ordinal, gate),
    FOREIGN KEY (campaign, cluster, kind, ordinal) REFERENCES verdicts ON DELETE CASCADE
);
