package io.calicofleet.integrations.adapter.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.Sender;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.Topics;
import io.calicofleet.kafka.attestation.AttestationCheck;
import io.calicofleet.kafka.attestation.AttestationCheck.Refused;
import io.calicofleet.kafka.attestation.Attestor;
import io.calicofleet.kafka.attestation.SigningKey;
import io.calicofleet.kafka.attestation.SigningProducer;
import io.calicofleet.kafka.attestation.TrustedKey;
import io.calicofleet.kafka.attestation.TrustedKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** From a real broker into a real PostgreSQL. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SqlProjectorIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path SAMPLES = Path.of("../event-contract/src/test/resources/samples/v1");
    private static final Instant TIME = Instant.parse("2026-11-29T16:00:00Z");

    private static final List<Future<RecordMetadata>> SENT = new ArrayList<>();

    private static Postgres postgres;
    private static TemporaryBroker broker;
    private static KafkaProducer<String, byte[]> producer;

    private final List<SqlProjector> started = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        postgres = Postgres.start();
        broker = TemporaryBroker.start();
        try (Admin admin = Admin.create(client())) {
            Topics.create(admin, Optional.empty());
        }
        Map<String, Object> settings = new HashMap<>(client());
        // The first records may come before the partitions are led: in their order all the same.
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stop() throws Exception {
        if (producer != null) {
            producer.close();
        }
        if (broker != null) {
            broker.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @AfterEach
    void end() throws SQLException {
        started.forEach(SqlProjector::close);
        // What the next one writes begins with the first record again.
        query("DROP SCHEMA IF EXISTS calico_fleet CASCADE");
    }

    @Test
    void what_events_say_is_in_tables_and_views_and_is_the_same_when_it_is_built_anew() throws Exception {
        send(sample("cluster.announced", ClusterAnnounced.class));
        send(sample("campaign.status", CampaignStatus.class));
        send(sample("cluster.status", ClusterStatus.class));
        StepJudged judged = sample("step.judged", StepJudged.class);
        send(judged);
        send(new ProducerRecord<>(Topic.VERDICTS.topicName(), "calico-3-22", new byte[] {1, 2, 3}));
        send(judged);
        project();
        awaitAll();

        assertThat(query("SELECT cluster, executor, labels->>'env', reachable, calico_version FROM clusters"))
                .singleElement()
                .asString()
                .contains("eu-west-1", "prod");
        assertThat(query("SELECT campaign, phase, target, author FROM campaigns WHERE campaign = 'calico-3-22'"))
                .singleElement()
                .asString()
                .startsWith("calico-3-22");
        assertThat(query(
                        "SELECT kind, state, finished_at IS NULL FROM steps WHERE cluster = 'eu-west-1' ORDER BY kind"))
                .containsExactly("inspect|passed|f", "upgrade|failed|t");
        assertThat(query("SELECT seconds FROM step_durations WHERE kind = 'inspect' AND cluster = 'eu-west-1'"))
                .containsExactly("1.100000");
        assertThat(query("SELECT kind, outcome, judged_at FROM verdicts"))
                .containsExactly("review-host-endpoint-traffic|needs-approval|2026-11-29 16:00:00+00");
        assertThat(query("SELECT gate, outcome, evidence[1] FROM gate_outcomes WHERE gate = 'pods'"))
                .containsExactly("pods|passed|DaemonSet kube-system/calico-node: 3 of 3 updated, ready and available");
        for (String view : List.of("campaign_progress", "campaign_waves", "attention", "fleet_versions")) {
            assertThat(query("SELECT * FROM " + view)).as(view).isNotEmpty();
        }

        Path dashboard = Path.of("../deploy/charts/calico-fleet/files/dashboards/campaign.json");
        List<String> asked = EventJson.mapper().readTree(dashboard.toFile()).findValuesAsText("rawSql");
        assertThat(asked).hasSizeGreaterThan(5);
        for (String sql : asked) {
            assertThat(query(sql.replace("$campaign", "calico-3-22"))).as(sql).isNotEmpty();
        }

        Map<String, List<String>> before = everything();
        started.forEach(SqlProjector::close);
        query("DROP SCHEMA calico_fleet CASCADE");
        project();
        awaitAll();
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void whatever_ends_in_between_nothing_is_missing_and_what_was_deleted_is_gone() throws Exception {
        long seed = Long.getLong("calicofleet.seed", System.nanoTime());
        Random random = new Random(seed);
        ObjectNode document = (ObjectNode) EventJson.mapper().readTree(readFile("cluster.status"));
        Map<String, String> expected = new TreeMap<>();
        SqlProjector running = project();

        for (int i = 0; i < 400; i++) {
            String campaign = "seeded-" + random.nextInt(3);
            String cluster = "c" + random.nextInt(12);
            if (random.nextInt(10) == 0) {
                send(new ProducerRecord<>(Topic.STATUS.topicName(), campaign + "/" + cluster, null));
                expected.remove(campaign + "|" + cluster);
            } else {
                document.put("campaign", campaign).put("cluster", cluster).put("summary", "number " + i);
                document.putArray("steps");
                send(EventJson.mapper().treeToValue(document, ClusterStatus.class));
                expected.put(campaign + "|" + cluster, "number " + i);
            }
            if (i % 100 == 30) {
                producer.flush();
                postgres.kill();
                postgres.go();
            } else if (i % 100 == 60) {
                producer.flush();
                running.close();
                running = project();
            }
        }
        awaitAll();

        assertThat(query("SELECT campaign, cluster, summary FROM campaign_clusters WHERE campaign LIKE 'seeded-%'"))
                .as("seed %s", seed)
                .containsExactlyInAnyOrderElementsOf(expected.entrySet().stream()
                        .map(one -> one.getKey() + "|" + one.getValue())
                        .toList());
    }

    @Test
    void a_label_with_a_nul_in_it_is_written_without_it() throws Exception {
        ObjectNode document = (ObjectNode) EventJson.mapper().readTree(readFile("cluster.announced"));
        document.put("cluster", "with-nul").put("problem", "no\0thing");
        document.putObject("labels").put("en\0v", "pr\0od").put("path", "c:\\u0000");
        send(EventJson.mapper().treeToValue(document, ClusterAnnounced.class));
        project();
        awaitAll();

        assertThat(query("SELECT problem, labels->>'env', labels->>'path' FROM clusters WHERE cluster = 'with-nul'"))
                .containsExactly("nothing|prod|c:\\u0000");
        send(new ProducerRecord<>(Topic.CLUSTERS.topicName(), "with-nul", null));
    }

    @Test
    void a_record_that_the_database_cannot_hold_is_left_out_and_the_others_are_written() throws Exception {
        ObjectNode document = (ObjectNode) EventJson.mapper().readTree(readFile("cluster.status"));
        document.put("campaign", "not-held").putArray("steps");
        for (String cluster : List.of("before", "bad", "after")) {
            // PostgreSQL's last year is 294276.
            document.put("cluster", cluster)
                    .put("updatedAt", cluster.equals("bad") ? "+300000-01-01T00:00:00Z" : TIME.toString());
            send(EventJson.mapper().treeToValue(document, ClusterStatus.class));
        }
        project();
        awaitAll();

        assertThat(query("SELECT cluster FROM campaign_clusters WHERE campaign = 'not-held'"))
                .containsExactlyInAnyOrder("before", "after");
    }

    @Test
    void of_two_one_writes_and_the_other_takes_over() throws Exception {
        SqlProjector first = project();
        await().atMost(PATIENCE).until(() -> first.trouble().isEmpty());
        SqlProjector second = project();
        await().atMost(PATIENCE).until(() -> second.trouble().startsWith("another one writes into"));
        assertThat(second.isStopped()).as("somebody writes").isFalse();

        first.close();

        await().atMost(PATIENCE).until(() -> second.trouble().isEmpty());
    }

    @Test
    void a_fault_of_its_own_is_told_and_nothing_is_missing_once_it_is_over() throws Exception {
        AtomicBoolean faulty = new AtomicBoolean(true);
        SqlProjector projector = project(client(), count -> {
            if (faulty.get()) {
                throw new NoClassDefFoundError("a bug");
            }
        });
        send(sample("cluster.announced", ClusterAnnounced.class));

        await().atMost(PATIENCE).until(() -> projector.trouble().startsWith("it stopped by a fault of its own"));
        assertThat(projector.isStopped()).isTrue();

        faulty.set(false);
        await().atMost(PATIENCE).until(() -> projector.trouble().isEmpty());
        assertThat(projector.isStopped()).isFalse();
        awaitAll();
        assertThat(query("SELECT cluster FROM clusters WHERE cluster = 'eu-west-1'"))
                .hasSize(1);
    }

    @Test
    void a_forged_record_does_not_reach_the_tables_and_takes_nothing_out_of_them() throws Exception {
        SigningKey executor = SigningKey.generate();
        SigningKey planner = SigningKey.generate();
        TrustedKeys trusted = new TrustedKeys(List.of(
                TrustedKey.of(Sender.EXECUTOR, List.of("eu-*"), false, executor.publicKey()),
                TrustedKey.of(Sender.PLANNER, List.of(), false, planner.publicKey())));
        ObjectNode document = (ObjectNode) EventJson.mapper().readTree(readFile("cluster.announced"));

        Map<String, SigningKey> signers = Map.of(
                "planner", planner, "stranger", SigningKey.generate(), "not-its-own", executor, "eu-true", executor);
        for (String cluster : List.of("nobody", "planner", "stranger", "not-its-own", "eu-true")) {
            document.put("cluster", cluster).put("problem", "said by " + cluster);
            ProducerRecord<String, byte[]> record =
                    record(EventJson.mapper().treeToValue(document, ClusterAnnounced.class));
            SigningKey key = signers.get(cluster);
            if (key == null) {
                send(record);
            } else {
                sendSigned(record, cluster.equals("planner") ? Sender.PLANNER : Sender.EXECUTOR, key);
            }
        }
        // What was signed, with a word of somebody else; and the word that it is gone, by nobody.
        document.put("cluster", "eu-true").put("problem", "forged");
        ProducerRecord<String, byte[]> changed =
                record(EventJson.mapper().treeToValue(document, ClusterAnnounced.class));
        sendSigned(changed, Sender.EXECUTOR, SigningKey.generate());
        send(new ProducerRecord<>(Topic.CLUSTERS.topicName(), "eu-true", null));
        List<String> told = new CopyOnWriteArrayList<>();
        Map<String, Object> checked = new HashMap<>(client());
        checked.putAll(
                new AttestationCheck.Rule(trusted, null, Refused.DROPPED, (topic, why) -> told.add(why)).properties());

        project(checked, count -> {});

        await().atMost(PATIENCE).until(() -> told.size() >= 6);
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> !query("SELECT 1 FROM clusters").isEmpty());
        assertThat(query("SELECT cluster, problem FROM clusters")).containsExactly("eu-true|said by eu-true");
        for (String cluster : List.of("nobody", "planner", "stranger", "not-its-own", "eu-true")) {
            send(new ProducerRecord<>(Topic.CLUSTERS.topicName(), cluster, null));
        }
    }

    @Test
    void a_database_that_is_away_is_told_without_its_password_and_waited_for() throws Exception {
        Database database = new Database("jdbc:postgresql://127.0.0.1:1/fleet", "me", "hushhush");
        SqlProjector projector = new SqlProjector(database, client(), count -> {}, Duration.ofMillis(200));
        started.add(projector);
        projector.start();

        await().atMost(PATIENCE).until(() -> projector.trouble().startsWith("it cannot be written: "));
        assertThat(projector.isStopped()).isTrue();
        assertThat(projector.trouble() + database).contains("127.0.0.1:1").doesNotContain("hushhush");
    }

    @Test
    void an_address_that_is_none_or_has_a_password_is_refused_and_not_repeated() {
        for (String wrong : List.of("mysql://db/fleet", "jdbc:postgresql://db/fleet?password=hushhush")) {
            assertThatThrownBy(() -> new Database(wrong, "me", null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("integrations.sql.url")
                    .hasMessageNotContaining(wrong);
        }
    }

    private SqlProjector project() {
        AtomicInteger counted = new AtomicInteger();
        return project(client(), counted::addAndGet);
    }

    private SqlProjector project(Map<String, Object> consumers, IntConsumer projected) {
        SqlProjector projector = new SqlProjector(postgres.database(), consumers, projected, Duration.ofMillis(200));
        started.add(projector);
        projector.start();
        return projector;
    }

    /** All that was sent is in the tables. */
    private static void awaitAll() throws ExecutionException, InterruptedException {
        for (Future<RecordMetadata> one : SENT) {
            one.get();
        }
        long sent = 0;
        try (Admin admin = Admin.create(client())) {
            Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
            for (Topic topic : SqlProjector.TOPICS) {
                producer.partitionsFor(topic.topicName())
                        .forEach(one ->
                                partitions.put(new TopicPartition(one.topic(), one.partition()), OffsetSpec.latest()));
            }
            for (ListOffsetsResultInfo end :
                    admin.listOffsets(partitions).all().get().values()) {
                sent += end.offset();
            }
        }
        String all = String.valueOf(sent);
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> query("SELECT coalesce(sum(next_offset), 0) FROM positions"), List.of(all)::equals);
    }

    private static Map<String, List<String>> everything() throws SQLException {
        Map<String, List<String>> all = new TreeMap<>();
        for (String table :
                List.of("clusters", "campaigns", "campaign_clusters", "steps", "verdicts", "evidence", "positions")) {
            all.put(table, query("SELECT * FROM " + table + " ORDER BY 1, 2, 3"));
        }
        return all;
    }

    private static List<String> query(String sql) throws SQLException {
        try (Connection connection = postgres.database().connect();
                Statement statement = connection.createStatement()) {
            List<String> rows = new ArrayList<>();
            if (statement.execute(sql)) {
                ResultSet row = statement.getResultSet();
                int columns = row.getMetaData().getColumnCount();
                while (row.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= columns; i++) {
                        values.add(row.getString(i));
                    }
                    rows.add(String.join("|", values));
                }
            }
            connection.commit();
            return rows;
        }
    }

    private static void send(FleetEvent data) {
        send(record(data));
    }

    private static ProducerRecord<String, byte[]> record(FleetEvent data) {
        return EventCodec.record(Event.of("an-event", "/calico-fleet/test", TIME, null, null, data));
    }

    /** Signed by this key, which its holder takes for that of such a service. */
    private static void sendSigned(ProducerRecord<String, byte[]> record, Sender as, SigningKey key) {
        SigningProducer<String, byte[]> signing = SigningProducer.untilFlush(producer, new Attestor(as, key));
        SENT.add(signing.send(record));
        signing.flush();
    }

    private static void send(ProducerRecord<String, byte[]> record) {
        SENT.add(producer.send(record));
    }

    private static Path file(String type) {
        return SAMPLES.resolve(type).resolve("full.json");
    }

    private static byte[] readFile(String type) throws IOException {
        return Files.readAllBytes(file(type));
    }

    private static <T> T sample(String type, Class<T> as) throws IOException {
        return EventJson.read(readFile(type), as);
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }
}
