package io.calicofleet.planner.adapter.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Sender;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.attestation.Envelope;
import io.calicofleet.kafka.attestation.SigningKey;
import io.calicofleet.kafka.attestation.TrustedKey;
import io.calicofleet.kafka.attestation.TrustedKeys;
import io.calicofleet.model.Digests;
import io.calicofleet.planner.core.CampaignRuns;
import io.calicofleet.planner.core.Fleet;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerSettings;
import io.calicofleet.planner.core.outcome.ClusterOutcome;
import io.calicofleet.planner.core.replay.Recorded;
import io.calicofleet.planner.core.replay.Replay;
import io.calicofleet.planner.port.DecisionReader;
import io.calicofleet.planner.port.PlanReader;
import io.calicofleet.runtime.Signing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Statements of what campaigns did, of random runs. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StatementsTest {

    private static final long FIRST = 20261130L;
    private static final PlannerCore CORE = new PlannerCore(Fleet.CATALOGUE, PlannerSettings.DEFAULT);

    private final SigningKey key = SigningKey.generate();
    private final TrustedKeys trusted =
            new TrustedKeys(List.of(TrustedKey.of(Sender.PLANNER, List.of(), false, key.publicKey())));

    @Test
    void a_statement_is_as_its_schema_says_signed_and_the_same_each_time() {
        JsonSchema schema = schema();
        int[] checked = {0};
        Seeds.from(FIRST, 10).forEach(seed -> {
            Run run = Run.of(CampaignRuns.written(seed));
            for (ClusterStatus cluster : run.finished()) {
                byte[] once = run.statements(Signing.with(Sender.PLANNER, key, trusted))
                        .of(run.replay.status(), cluster);
                assertThat(run.statements(Signing.with(Sender.PLANNER, key, trusted))
                                .of(run.replay.status(), cluster))
                        .isEqualTo(once);
                Envelope envelope = read(once);
                assertThat(trusted.problem(envelope, Sender.PLANNER)).isEmpty();
                JsonNode statement = statement(envelope);
                assertThat(schema.validate(statement))
                        .as("seed %s: %s", seed, statement)
                        .isEmpty();
                assertThat(statement.at("/subject/0/name").asText())
                        .isEqualTo(cluster.cluster().value());
                checked[0]++;
            }
        });
        if (!Seeds.isOneAlone()) {
            assertThat(checked[0]).isGreaterThan(10);
        }
    }

    @Test
    void a_report_has_the_statement_that_is_given_of_the_cluster_alone() throws IOException {
        Run run = Run.of(CampaignRuns.written(FIRST));
        Signing signing = Signing.with(Sender.PLANNER, key, trusted);

        JsonNode report = run.report(signing);

        assertThat(report.path("signedBy").asText()).isEqualTo(key.id());
        assertThat(report.path("statements")).hasSameSizeAs(run.finished()).isNotEmpty();
        for (ClusterStatus cluster : run.finished()) {
            byte[] alone = run.statements(signing).of(run.replay.status(), cluster);
            assertThat(report.path("statements"))
                    .filteredOn(one -> one.path("cluster")
                            .asText()
                            .equals(cluster.cluster().value()))
                    .singleElement()
                    .satisfies(
                            one -> assertThat(one.path("envelope").toString()).isEqualTo(new String(alone, UTF_8)));
        }
    }

    @Test
    void where_nothing_is_signed_a_statement_has_no_signature_and_the_report_says_so() throws IOException {
        Run run = Run.of(CampaignRuns.written(FIRST));
        Signing none = Signing.none(Sender.PLANNER);

        Envelope envelope =
                read(run.statements(none).of(run.replay.status(), run.finished().getFirst()));

        assertThat(envelope.signature()).isEmpty();
        assertThat(trusted.problem(envelope, Sender.PLANNER)).contains("it is not signed");
        assertThat(run.report(none).path("signedBy").asText()).isEmpty();
    }

    @Test
    void whose_beginning_is_not_known_has_no_statement_and_is_told_why() throws IOException {
        Run run = Run.of(CampaignRuns.written(FIRST));
        ClusterStatus finished = run.finished().getFirst();
        Run later = new Run(run.replay, run.written.subList(1, run.written.size()));

        assertThatThrownBy(() -> later.statements(Signing.none(Sender.PLANNER)).of(run.replay.status(), finished))
                .hasMessageContaining("how campaign calico-3-22 began is not written down");
        JsonNode report = later.report(Signing.none(Sender.PLANNER));
        assertThat(report.path("statements")).isEmpty();
        assertThat(report.path("missing").asText()).contains("there is no statement of any cluster");
    }

    @Test
    void the_subject_of_a_statement_stands_for_the_real_cluster_where_that_is_known() {
        ClusterId id = ClusterId.of("eu-1");

        assertThat(ClusterOutcome.digest(id, "5f3c")).isEqualTo(Digests.sha256("5f3c"));
        assertThat(ClusterOutcome.digest(id, null)).isEqualTo(Digests.sha256("eu-1"));
    }

    /**
     * A campaign that was decided on.
     *
     * @param replay where it came to
     * @param written what is written down of it
     */
    private record Run(Replay replay, List<Recorded> written) {

        static Run of(List<Recorded> written) {
            Replay replay = new Statements(CORE, new Written(List.of()), Signing.none(Sender.PLANNER)).replay();
            written.forEach(replay::decide);
            return new Run(replay, written);
        }

        List<ClusterStatus> finished() {
            return replay.clusters().stream()
                    .filter(cluster -> cluster.phase().finished())
                    .toList();
        }

        Statements statements(Signing signing) {
            return new Statements(CORE, new Written(written), signing);
        }

        JsonNode report(Signing signing) throws IOException {
            List<byte[]> clusters = new ArrayList<>();
            replay.clusters().forEach(cluster -> clusters.add(EventJson.write(cluster)));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new Report(Instant.EPOCH, "1", replay.status(), clusters, statements(signing), PlanReader.NONE)
                    .write(bytes);
            return EventJson.mapper().readTree(bytes.toByteArray());
        }
    }

    /** These alone. */
    private record Written(List<Recorded> all) implements DecisionReader {

        @Override
        public @Nullable String read(CampaignName campaign, @Nullable Instant since, Consumer<Recorded> taker) {
            all.forEach(taker);
            return null;
        }
    }

    private static Envelope read(byte[] json) {
        try {
            return Envelope.read(json);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode statement(Envelope envelope) {
        try {
            return envelope.statement();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** As it is shipped, but that it knows every field: what it does not describe is found. */
    private static JsonSchema schema() {
        try (InputStream file =
                StatementsTest.class.getResourceAsStream("/attestation/cluster-outcome.v1.schema.json")) {
            JsonNode schema = EventJson.mapper().readTree(file);
            schema.findParents("properties").stream()
                    .filter(node -> node.path("type").asText().equals("object"))
                    .forEach(node -> ((ObjectNode) node).put("additionalProperties", false));
            return JsonSchemaFactory.getInstance(
                            SpecVersion.VersionFlag.V202012,
                            builder -> builder.schemaMappers(mappers ->
                                    mappers.mapPrefix("https://calico-fleet.io/schemas/v1/", "classpath:schemas/")))
                    .getSchema(schema);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
