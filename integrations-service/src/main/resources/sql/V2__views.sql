-- What dashboards ask for; their columns stay, while those of tables may change.

CREATE VIEW campaign_progress AS
SELECT c.campaign, c.phase, c.target, c.author, c.clusters, c.failures, c.max_failures,
       count(*) FILTER (WHERE m.phase IN ('succeeded', 'skipped')) AS done,
       count(*) FILTER (WHERE m.phase = 'failed') AS failed,
       count(*) FILTER (WHERE m.phase = 'held') AS held,
       round(100.0 * count(*) FILTER (WHERE m.phase IN ('succeeded', 'skipped')) / greatest(c.clusters, 1), 1) AS percent,
       c.created_at, c.since, c.updated_at, c.summary
FROM campaigns c LEFT JOIN campaign_clusters m USING (campaign)
GROUP BY c.campaign;

CREATE VIEW campaign_waves AS
SELECT campaign, wave, phase, count(*) AS clusters
FROM campaign_clusters GROUP BY campaign, wave, phase;

CREATE VIEW attention AS
SELECT campaign, cluster, wave, phase, hold_reason, silent_since, waits_for, updated_at, summary
FROM campaign_clusters
WHERE phase IN ('held', 'failed') OR silent_since IS NOT NULL;

CREATE VIEW step_durations AS
SELECT campaign, cluster, kind, ordinal, state, started_at, finished_at,
       extract(epoch FROM finished_at - started_at) AS seconds
FROM steps WHERE finished_at IS NOT NULL;

CREATE VIEW gate_outcomes AS
SELECT v.campaign, v.cluster, v.kind, v.ordinal, e.gate, e.outcome, e.reason, e.evidence, v.judged_at
FROM verdicts v JOIN evidence e USING (campaign, cluster, kind, ordinal);

CREATE VIEW fleet_versions AS
SELECT calico_version, install_method, count(*) AS clusters, count(*) FILTER (WHERE NOT reachable) AS unreachable
FROM clusters GROUP BY calico_version, install_method;
