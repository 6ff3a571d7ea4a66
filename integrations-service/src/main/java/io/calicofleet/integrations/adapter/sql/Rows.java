package io.calicofleet.integrations.adapter.sql;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepRecord;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an event. Each is put whole by its key, so that an event that is read again changes nothing; of a verdict that is said again the
 * first one stays.
 */
final class Rows {

    private static final List<String> STEP = List.of("campaign", "cluster", "kind", "ordinal");

    private final Connection connection;

    Rows(Connection connection) {
        this.connection = connection;
    }

    /** Writes what an event says; one that is of no table changes nothing. */
    void put(Event<? extends FleetEvent> event) throws SQLException {
        switch (event.data()) {
            case ClusterAnnounced announced -> put(announced, event.attributes().time());
            case CampaignStatus status -> put(status);
            case ClusterStatus status -> put(status);
            case StepJudged judged -> put(judged, event.attributes().time());
            default -> {
                // Of the same topics, and nothing that is asked for in SQL.
            }
        }
    }

    /** What had this key is there no more. */
    void delete(Topic topic, String key) throws SQLException {
        if (topic == Topic.CLUSTERS) {
            delete(List.of("clusters"), "cluster = ?", key);
        } else if (topic == Topic.STATUS) {
            int slash = key.indexOf('/');
            if (slash < 0) {
                delete(List.of("campaigns"), "campaign = ?", key);
            } else {
                delete(
                        List.of("campaign_clusters", "steps"),
                        "campaign = ? AND cluster = ?",
                        key.substring(0, slash),
                        key.substring(slash + 1));
            }
        }
    }

    /** Where a partition goes on. */
    void position(String topic, int partition, long next) throws SQLException {
        upsert("positions", List.of("topic", "partition"), List.of("next_offset"), topic, partition, next);
    }

    private void put(ClusterAnnounced announced, Instant at) throws SQLException {
        upsert(
                "clusters",
                List.of("cluster"),
                List.of(
                        "executor",
                        "labels",
                        "reachable",
                        "problem",
                        "kubernetes_version",
                        "install_method",
                        "calico_version",
                        "announced_at"),
                announced.cluster().value(),
                announced.executor(),
                announced.labels(),
                announced.reachable(),
                announced.problem(),
                announced.kubernetesVersion(),
                text(announced.installMethod()),
                text(announced.calicoVersion()),
                at);
    }

    private void put(CampaignStatus status) throws SQLException {
        upsert(
                "campaigns",
                List.of("campaign"),
                List.of(
                        "phase",
                        "reason",
                        "procedure",
                        "target",
                        "author",
                        "clusters",
                        "failures",
                        "max_failures",
                        "created_at",
                        "since",
                        "updated_at",
                        "summary"),
                status.campaign().value(),
                status.phase().encode(),
                status.reason(),
                status.spec().procedure().encode(),
                status.spec().goal().isEmpty() ? null : status.spec().goal(),
                status.author(),
                status.clusters(),
                status.failures(),
                status.spec().failureBudget().maxFailures().atMostOf(status.clusters()),
                status.createdAt(),
                status.since(),
                status.updatedAt(),
                status.summary());
    }

    private void put(ClusterStatus status) throws SQLException {
        String campaign = status.campaign().value();
        String cluster = status.cluster().value();
        upsert(
                "campaign_clusters",
                List.of("campaign", "cluster"),
                List.of(
                        "wave",
                        "phase",
                        "hold_reason",
                        "source",
                        "target",
                        "waits_for",
                        "silent_since",
                        "done",
                        "total",
                        "unit",
                        "updated_at",
                        "summary"),
                campaign,
                cluster,
                status.wave().value(),
                status.phase().encode(),
                text(status.holdReason()),
                text(status.source()),
                text(status.target()),
                text(status.waitsFor()),
                status.silentSince(),
                status.done(),
                status.total(),
                status.unit(),
                status.updatedAt(),
                status.summary());
        for (StepRecord step : status.steps()) {
            upsert(
                    "steps",
                    STEP,
                    List.of("state", "started_at", "finished_at", "message"),
                    with(step.step(), step.state(), step.startedAt(), step.finishedAt(), step.message()));
        }
    }

    private void put(StepJudged judged, Instant at) throws SQLException {
        insert(
                "verdicts",
                STEP,
                List.of("outcome", "judged_at", "summary"),
                with(judged.step(), judged.outcome().encode(), at, judged.summary()));
        for (GateResult gate : judged.gates()) {
            insert(
                    "evidence",
                    STEP,
                    List.of("gate", "outcome", "reason", "evidence"),
                    with(judged.step(), gate.gate().encode(), gate.outcome().encode(), gate.reason(), gate.evidence()));
        }
    }

    private static @Nullable Object[] with(StepId step, @Nullable Object... values) {
        List<@Nullable Object> all = new ArrayList<>(List.of(
                step.campaign().value(), step.cluster().value(), step.kind().encode(), step.ordinal()));
        Collections.addAll(all, values);
        return all.toArray();
    }

    /** A row that replaces the one with the same key. */
    private void upsert(String table, List<String> key, List<String> others, @Nullable Object... values)
            throws SQLException {
        String set =
                others.stream().map(column -> column + " = EXCLUDED." + column).collect(Collectors.joining(", "));
        write(table, key, others, "(" + String.join(", ", key) + ") DO UPDATE SET " + set, values);
    }

    /** A row, where there is none with its key yet. */
    private void insert(String table, List<String> key, List<String> others, @Nullable Object... values)
            throws SQLException {
        write(table, key, others, "DO NOTHING", values);
    }

    private void write(
            String table, List<String> key, List<String> others, String onConflict, @Nullable Object... values)
            throws SQLException {
        String columns = String.join(", ", key) + ", " + String.join(", ", others);
        String marks = String.join(", ", Collections.nCopies(values.length, "?"));
        execute("INSERT INTO " + table + " (" + columns + ") VALUES (" + marks + ") ON CONFLICT " + onConflict, values);
    }

    private void delete(List<String> tables, String where, String... values) throws SQLException {
        for (String table : tables) {
            execute("DELETE FROM " + table + " WHERE " + where, (Object[]) values);
        }
    }

    /** Tables and columns are of the code, values never: they are parameters. */
    private void execute(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                set(statement, i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    private void set(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> statement.setNull(index, Types.NULL);
            case Instant time -> statement.setObject(index, time.atOffset(ZoneOffset.UTC));
            case Map<?, ?> members -> statement.setObject(index, json(members), Types.OTHER);
            case String text -> statement.setString(index, storable(text));
            case List<?> lines ->
                statement.setArray(
                        index,
                        connection.createArrayOf(
                                "text",
                                lines.stream()
                                        .map(line -> storable(line.toString()))
                                        .toArray()));
            default -> statement.setObject(index, value);
        }
    }

    /** PostgreSQL has no text with a NUL in it, and no JSON either. */
    private static String storable(String text) {
        return text.replace("\0", "");
    }

    private static String json(Map<?, ?> members) {
        ObjectNode json = EventJson.mapper().createObjectNode();
        members.forEach((name, value) -> json.put(storable(name.toString()), storable(value.toString())));
        return json.toString();
    }

    private static @Nullable String text(@Nullable Object value) {
        return Optional.ofNullable(value)
                .map(it -> EventJson.mapper().valueToTree(it).asText())
                .orElse(null);
    }
}
