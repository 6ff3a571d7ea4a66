package io.calicofleet.executor.adapter.kubernetes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.engine.ForwardingCluster;
import io.calicofleet.executor.engine.Journal;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.FenceException;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.FakeCluster;
import io.calicofleet.model.release.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ConfigMapJournalTest {

    private static final StepId STEP = StepId.parse("u1/c01/upgrade/1");
    private static final StepId OTHER = StepId.parse("u1/c01/restore/1");
    private static final ResourceRef MAP = new ResourceRef("v1", "ConfigMap", "kube-system", "calico-fleet");

    private final FakeCluster cluster = new FakeCluster();
    private Instant now = Instant.parse("2026-11-28T10:00:00Z");
    private final Journal journal = new ConfigMapJournal(cluster, () -> now);

    @Test
    void a_step_that_was_never_started_is_not_known() {
        assertThat(journal.find(STEP)).isEmpty();
        journal.started(OTHER, 0, 0);
        assertThat(journal.find(STEP)).isEmpty();
    }

    @Test
    void a_step_that_was_started_is_under_way_and_people_can_read_so() {
        journal.started(STEP, 3, 0);
        assertThat(journal.find(STEP)).contains(new Journal.Entry(STEP, now, null));
        assertThat(data().path("campaign").asText()).isEqualTo("u1");
        assertThat(data().path("step").asText()).isEqualTo("u1/c01/upgrade/1");
        assertThat(data().path("state").asText()).isEqualTo("started");
        assertThat(data().path("epoch").asText()).isEqualTo("3");
        assertThat(cluster.find(MAP).orElseThrow().at("/metadata/labels").toString())
                .isEqualTo("{\"app.kubernetes.io/managed-by\":\"calico-fleet\"}");
    }

    @Test
    void its_outcome_is_remembered_as_it_was_said() {
        StepSucceeded succeeded = succeeded(STEP, "all of it");
        StepFailed failed = new StepFailed(OTHER, FailureReason.FORBIDDEN, "no", List.of("seen"), "c01: failed");
        journal.started(STEP, 0, 0);
        now = now.plusSeconds(9);
        journal.done(STEP, succeeded);
        journal.started(OTHER, 0, 0);
        journal.done(OTHER, failed);
        assertThat(journal.find(STEP)).contains(new Journal.Entry(STEP, now, succeeded));
        assertThat(journal.find(OTHER)).contains(new Journal.Entry(OTHER, now, failed));
        assertThat(data().path("state").asText()).isEqualTo("done");
        assertThat(cluster.writes).hasSize(4);
    }

    @Test
    void a_step_in_an_earlier_place_under_the_same_grant_has_no_effect_whoever_brings_it() {
        journal.started(STEP, 5, 3);
        journal.done(STEP, succeeded(STEP, ""));
        int writes = cluster.writes.size();
        assertThatThrownBy(() -> journal.started(OTHER, 5, 2))
                .isInstanceOfSatisfying(
                        FenceException.class, e -> assertThat(e.why()).isEqualTo(FenceException.Why.CLAIM_LOST))
                .hasMessage(
                        "u1/c01/restore/1 was asked for under grant 5 of the cluster, which has seen later steps of it"
                                + " since, the last one " + STEP);
        assertThat(cluster.writes).hasSize(writes);
        journal.started(STEP, 5, 3);
        journal.started(OTHER, 5, 4);
        assertThat(data().path("sequence").asText()).isEqualTo("4");
        journal.started(STEP, 6, 1);
        assertThat(data().path("sequence").asText())
                .as("each grant counts for itself")
                .isEqualTo("1");
    }

    @Test
    void a_step_of_an_earlier_grant_has_no_effect_and_one_of_the_same_or_a_later_has() {
        journal.started(STEP, 5, 0);
        int writes = cluster.writes.size();
        assertThatThrownBy(() -> journal.started(OTHER, 4, 0))
                .isInstanceOfSatisfying(
                        FenceException.class, e -> assertThat(e.why()).isEqualTo(FenceException.Why.CLAIM_LOST))
                .hasMessage(
                        "u1/c01/restore/1 was asked for under grant 4 of the cluster, which has seen steps of grant 5"
                                + " since, the last one " + STEP);
        StepId twin = StepId.parse("u2/c99/upgrade/1");
        assertThatThrownBy(() -> journal.started(twin, 4, 0))
                .hasMessageEndingWith("the last one " + STEP
                        + ": the cluster is served as c01, too; correct or remove one of the kubeconfigs");
        assertThatThrownBy(() -> journal.started(OTHER, 0, 0)).isInstanceOf(FenceException.class);
        assertThat(cluster.writes).hasSize(writes);
        assertThat(journal.find(OTHER)).isEmpty();
        journal.started(OTHER, 5, 0);
        journal.started(OTHER, 7, 0);
        assertThat(data().path("epoch").asText()).isEqualTo("7");
        journal.done(OTHER, succeeded(OTHER, ""));
        assertThat(data().path("epoch").asText()).as("an outcome has no grant").isEqualTo("7");
    }

    @Test
    void without_any_grant_there_is_no_epoch() {
        journal.started(STEP, 0, 0);
        assertThat(data().has("epoch")).isFalse();
    }

    @Test
    void as_many_steps_as_a_campaign_can_have_are_remembered_and_the_oldest_go_first() {
        journal.started(STEP, 0, 0);
        for (int i = 1; i < Journal.REMEMBERED; i++) {
            journal.started(step(i), 0, 0);
        }
        assertThat(journal.find(STEP)).isPresent();
        journal.done(STEP, succeeded(STEP, ""));
        journal.started(step(Journal.REMEMBERED), 0, 0);
        assertThat(journal.find(step(1))).as("the oldest").isEmpty();
        assertThat(journal.find(step(2))).isPresent();
        assertThat(journal.find(STEP)).as("what changed last is not the oldest").isPresent();
    }

    @Test
    void outcomes_that_are_large_push_out_older_ones_before_the_map_gets_too_large_in_whatever_script() {
        String large = "\u4e2d".repeat(150_000); // 450,000 bytes.
        journal.started(STEP, 0, 0);
        journal.started(OTHER, 0, 0);
        journal.done(OTHER, held(OTHER, large));
        journal.done(STEP, held(STEP, large));
        assertThat(journal.find(STEP)).as("the newest stays").isPresent();
        assertThat(journal.find(OTHER)).isEmpty();
        assertThat(data().path("journal.json").asText().getBytes(java.nio.charset.StandardCharsets.UTF_8).length)
                .isLessThan(700 * 1024);
        // When
        String tooLarge = "x".repeat(800_000);
        journal.done(STEP, held(STEP, tooLarge));
        // Then
        assertThat(journal.find(STEP))
                .as("one alone is written and the API server judges")
                .isPresent();
    }

    @Test
    void what_a_step_is_in_the_middle_of_is_remembered_until_it_is_done() {
        ObjectNode object = object("x");
        ObjectKey key = ObjectKey.of(object);
        journal.started(STEP, 0, 0);
        assertThat(journal.intents(STEP).recreating(key)).isEmpty();
        journal.intents(STEP).recreate(object);
        journal.intents(STEP).recreate(object("y"));
        assertThat(journal.intents(STEP).recreating(key)).contains(object);
        assertThat(journal.intents(OTHER).recreating(key)).isEmpty();
        // When
        journal.intents(STEP).recreated(key);
        // Then
        assertThat(journal.intents(STEP).recreating(key)).isEmpty();
        assertThat(journal.intents(STEP).recreating(ObjectKey.of(object("y")))).isPresent();
        journal.done(STEP, succeeded(STEP, ""));
        assertThat(journal.intents(STEP).recreating(ObjectKey.of(object("y")))).isEmpty();
    }

    @Test
    void a_race_is_run_again_and_ends() {
        for (Problem problem : List.of(Problem.CONFLICT, Problem.ALREADY_EXISTS, Problem.NOT_FOUND)) {
            Racing racing = new Racing(problem, 11);
            new ConfigMapJournal(racing, () -> now).started(STEP, 0, 0);
            assertThat(racing.left).isZero();
            assertThatThrownBy(() -> new ConfigMapJournal(new Racing(problem, 12), () -> now).started(STEP, 0, 0))
                    .isInstanceOf(ClusterException.class);
        }
        Racing refusing = new Racing(Problem.FORBIDDEN, 5);
        assertThatThrownBy(() -> new ConfigMapJournal(refusing, () -> now).started(STEP, 0, 0))
                .isInstanceOf(ClusterException.class);
        assertThat(refusing.left).as("not asked again").isEqualTo(4);
    }

    @Test
    void a_journal_of_a_newer_calico_fleet_is_neither_read_nor_written() {
        cluster.put("{apiVersion: v1, kind: ConfigMap, metadata: {namespace: kube-system, name: calico-fleet},"
                + " data: {journal.json: '{\"version\":2,\"steps\":[],\"more\":1}'}}");
        int writes = cluster.writes.size();
        assertThatThrownBy(() -> journal.find(STEP)).hasMessageContaining("newer calico-fleet: upgrade this executor");
        assertThatThrownBy(() -> journal.started(STEP, 0, 0)).hasMessageContaining("newer calico-fleet");
        assertThat(cluster.writes).hasSize(writes);
    }

    @Test
    void an_outcome_of_a_kind_it_does_not_know_is_no_reason_to_do_the_step_again() {
        entry("{\"state\":\"done\",\"outcome\":{\"type\":\"step.vanished\",\"data\":{}}}");
        assertThatThrownBy(() -> journal.find(STEP))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("unknown type step.vanished");
        entry("{\"state\":\"done\",\"outcome\":{\"type\":\"campaign.paused\",\"data\":{\"campaign\":\"u1\","
                + "\"reason\":\"\",\"summary\":\"paused\"}}}");
        assertThatThrownBy(() -> journal.find(STEP)).hasMessageContaining("campaign.paused is no outcome");
        entry("{\"state\":\"done\",\"outcome\":{\"type\":\"step.failed\",\"data\":[]}}");
        assertThatThrownBy(() -> journal.find(STEP)).isInstanceOf(ClusterException.class);
        entry("{\"state\":\"started\",\"thought\":true}");
        assertThat(journal.find(STEP)).as("a field more is no matter").isPresent();
    }

    @Test
    void what_is_no_journal_is_said_to_be_none_and_a_map_without_one_is_empty() {
        cluster.put("{apiVersion: v1, kind: ConfigMap, metadata: {namespace: kube-system, name: calico-fleet},"
                + " data: {journal.json: '{nonsense'}}");
        assertThatThrownBy(() -> journal.find(STEP)).hasMessageContaining("is no journal of ours");
        cluster.put("{apiVersion: v1, kind: ConfigMap, metadata: {namespace: kube-system, name: calico-fleet},"
                + " data: {journal.json: '{\"steps\":{}}'}}");
        assertThatThrownBy(() -> journal.started(STEP, 0, 0))
                .hasMessageContaining("no journal of ours (it has no steps)");
        cluster.put("{apiVersion: v1, kind: ConfigMap, metadata: {namespace: kube-system, name: calico-fleet}}");
        assertThat(journal.find(STEP)).isEmpty();
        journal.started(STEP, 0, 0);
        assertThat(journal.find(STEP)).isPresent();
    }

    private void entry(String fields) {
        String entry = "{\"step\":\"u1/c01/upgrade/1\",\"at\":\"2026-11-28T10:00:00Z\"," + fields.substring(1);
        cluster.put("{apiVersion: v1, kind: ConfigMap, metadata: {namespace: kube-system, name: calico-fleet},"
                + " data: {journal.json: '{\"version\":1,\"steps\":[" + entry + "]}'}}");
    }

    private ObjectNode data() {
        return (ObjectNode) cluster.find(MAP).orElseThrow().get("data");
    }

    private static StepSucceeded succeeded(StepId step, String note) {
        return new StepSucceeded(step, null, List.of(), List.of(note), "c01: done");
    }

    /** Fields to decide on are never shortened. */
    private static StepHeld held(StepId step, String value) {
        return new StepHeld(
                step,
                HoldReason.CUSTOMISATION_CONFLICTS,
                List.of(new FieldConflict("o", "p", "", value, "")),
                "c01: held");
    }

    private static StepId step(int ordinal) {
        return StepId.parse("u2/c01/inspect/" + ordinal);
    }

    private static ObjectNode object(String name) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", "v1").put("kind", "Service");
        object.putObject("metadata").put("namespace", "kube-system").put("name", name);
        return object;
    }

    private static final class Racing extends ForwardingCluster {

        private final Problem problem;
        private int left;

        Racing(Problem problem, int times) {
            super(new FakeCluster());
            this.problem = problem;
            this.left = times;
        }

        @Override
        protected <T> T write(ObjectNode object, Supplier<T> call) {
            if (left > 0) {
                left--;
                throw new ClusterException(problem, "raced", null);
            }
            return call.get();
        }
    }
}
