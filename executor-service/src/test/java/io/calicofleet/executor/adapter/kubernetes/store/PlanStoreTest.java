package io.calicofleet.executor.adapter.kubernetes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FieldAnswer;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepId;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.core.plan.Basis;
import io.calicofleet.executor.core.plan.Placed;
import io.calicofleet.executor.core.plan.Plan;
import io.calicofleet.executor.core.plan.PlannedObject;
import io.calicofleet.executor.engine.ForwardingCluster;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.FakeCluster;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ReleaseFile;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlanStoreTest {

    private static final StepId STEP = StepId.parse("u1/c01/upgrade/1");
    private static final StepId RETRY = StepId.parse("u1/c01/upgrade/2");
    private static final StepId RESTORE = StepId.parse("u1/c01/restore/1");
    private static final StepId NEXT = StepId.parse("u2/c01/upgrade/1");

    private final FakeCluster cluster = new FakeCluster();
    private Instant now = Instant.parse("2026-11-28T10:00:00Z");
    private final PlanStore store = new PlanStore(cluster, () -> now);

    @Test
    void the_plan_of_a_step_is_found_as_it_was_made_by_whoever_goes_on() {
        Plan plan = plan("v3.22.5");
        store.keep(STEP, plan);
        assertThat(new PlanStore(cluster, () -> now).of(STEP)).contains(plan);
        assertThat(plan.changes()).isNotEmpty();
        ObjectNode index = PackedSecrets.indexOf(secret("calico-fleet-plan-u1-upgrade"));
        assertThat(index.path("plan").asText()).isEqualTo(plan.digest());
        assertThat(index.path("at").asText()).isEqualTo("2026-11-28T10:00:00Z");
        assertThat(secret("calico-fleet-plan-u1-upgrade").at("/metadata/labels").toString())
                .isEqualTo("{\"app.kubernetes.io/managed-by\":\"calico-fleet\",\"calico-fleet.io/purpose\":\"plan\"}");
    }

    @Test
    void a_step_has_no_plan_of_another_step_campaign_or_attempt() {
        assertThat(store.of(STEP)).isEmpty();
        store.keep(STEP, plan("v3.22.5"));
        store.putBack(STEP, Set.of("a"));
        for (StepId other : List.of(RETRY, RESTORE, NEXT)) {
            assertThat(store.of(other)).isEmpty();
            assertThat(store.putBack(other)).isEmpty();
        }
    }

    @Test
    void the_plan_of_a_retry_takes_the_place_of_the_one_before_and_begins_with_nothing_put_back() {
        store.keep(STEP, plan("v3.22.5"));
        store.putBack(STEP, Set.of("DaemonSet kube-system/calico-node spec.x"));
        store.keep(RETRY, plan("v3.23.5"));
        assertThat(store.of(STEP)).isEmpty();
        assertThat(store.of(RETRY)).contains(plan("v3.23.5"));
        assertThat(store.putBack(RETRY)).isEmpty();
    }

    @Test
    void campaigns_and_kinds_of_steps_keep_their_plans_beside_each_other() {
        store.keep(STEP, plan("v3.22.5"));
        store.keep(RESTORE, plan("v3.23.5"));
        store.keep(NEXT, plan("v3.24.6"));
        assertThat(store.of(STEP)).contains(plan("v3.22.5"));
        assertThat(store.of(RESTORE)).contains(plan("v3.23.5"));
        assertThat(store.of(NEXT)).contains(plan("v3.24.6"));
    }

    @Test
    void what_was_put_back_is_added_to_what_was_before_and_the_plan_stays() {
        store.keep(STEP, plan("v3.22.5"));
        store.putBack(STEP, Set.of("b", "c"));
        store.putBack(STEP, Set.of("a", "b"));
        assertThat(new PlanStore(cluster, () -> now).putBack(STEP)).containsExactly("a", "b", "c");
        assertThat(store.of(STEP)).contains(plan("v3.22.5"));
    }

    @Test
    void nothing_can_have_been_put_back_for_a_plan_that_is_gone() {
        assertThatThrownBy(() -> store.putBack(STEP, Set.of("a")))
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNEXPECTED))
                .hasMessage("what is kept in the cluster is broken: calico-fleet-plan-u1-upgrade is missing");
    }

    @Test
    void a_plan_that_somebody_damaged_is_not_made_anew_from_what_it_wrote() {
        store.keep(STEP, plan("v3.22.5"));
        cluster.remove("Secret kube-system/calico-fleet-plan-u1-upgrade-1");
        assertThatThrownBy(() -> store.of(STEP))
                .hasMessage("what is kept in the cluster is broken: calico-fleet-plan-u1-upgrade-1 is missing");
    }

    @Test
    void what_is_no_plan_is_said_to_be_none() {
        new PackedSecrets(cluster)
                .put("calico-fleet-plan-u1-upgrade", "plan", Yaml.object("{step: u1/c01/upgrade/1}"), "[]");
        assertThatThrownBy(() -> store.of(STEP))
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNEXPECTED))
                .hasMessage("Secret calico-fleet-plan-u1-upgrade holds no plan of ours");
    }

    @Test
    void killed_at_any_write_a_step_has_no_plan_or_the_whole_and_its_next_run_ends_the_same() {
        for (int writes = 0; writes < 3; writes++) {
            FakeCluster fresh = new FakeCluster();
            PlanStore plans = new PlanStore(fresh, () -> now);
            plans.keep(STEP, plan("v3.22.5"));
            fresh.writesLeft = writes;
            try {
                plans.keep(RETRY, plan("v3.23.5"));
            } catch (FakeCluster.Killed expected) {
                assertThat(writes).isLessThan(2);
            }
            fresh.writesLeft = Integer.MAX_VALUE;
            if (writes < 2) {
                assertThat(plans.of(RETRY)).as("%s writes", writes).isEmpty();
            }
            plans.keep(RETRY, plan("v3.23.5"));
            assertThat(plans.of(RETRY)).contains(plan("v3.23.5"));
        }
    }

    @Test
    void files_of_releases_are_found_as_they_were_brought_the_newest_first() {
        store.keep(file("v3.13.4", "a"));
        now = now.plusSeconds(1);
        store.keep(file("v3.22.5", "b"));
        now = now.minusSeconds(9);
        store.keep(file("v3.20.6", "c"));
        store.keep(STEP, plan("v3.22.5"));
        assertThat(store.releases()).containsExactly(file("v3.22.5", "b"), file("v3.13.4", "a"), file("v3.20.6", "c"));
        assertThat(PackedSecrets.indexOf(secret("calico-fleet-release-" + "b".repeat(16)))
                        .path("digest")
                        .asText())
                .isEqualTo("b".repeat(64));
    }

    @Test
    void a_file_is_kept_once_however_often_it_is_brought() {
        store.keep(file("v3.22.5", "b"));
        int writes = cluster.writes.size();
        now = now.plusSeconds(1);
        store.keep(file("v3.22.5", "b"));
        assertThat(cluster.writes).hasSize(writes);
        assertThat(store.releases()).containsExactly(file("v3.22.5", "b"));
    }

    @Test
    void a_file_that_somebody_damaged_is_left_out_until_it_is_brought_again() {
        store.keep(file("v3.13.4", "a"));
        store.keep(file("v3.22.5", "b"));
        cluster.remove("Secret kube-system/calico-fleet-release-" + "b".repeat(16) + "-1");
        assertThat(store.releases()).containsExactly(file("v3.13.4", "a"));
        store.keep(file("v3.22.5", "b"));
        assertThat(store.releases()).containsExactlyInAnyOrder(file("v3.13.4", "a"), file("v3.22.5", "b"));
    }

    @Test
    void a_cluster_that_does_not_answer_is_not_taken_for_one_without_a_file() {
        store.keep(file("v3.22.5", "b"));
        PlanStore away = new PlanStore(new AwayForParts(cluster), () -> now);
        for (Runnable call : List.<Runnable>of(away::releases, () -> away.keep(file("v3.22.5", "b")))) {
            assertThatThrownBy(call::run)
                    .isInstanceOfSatisfying(
                            ClusterException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNAVAILABLE));
        }
    }

    @Test
    void a_file_with_a_short_digest_is_kept_too() {
        ReleaseFile file = new ReleaseFile(CalicoVersion.parse("v3.22.5"), "calico.yaml", ManifestDocuments.EMPTY, "d");
        store.keep(file);
        assertThat(store.releases()).containsExactly(file);
    }

    private ObjectNode secret(String name) {
        return cluster.find(new ResourceRef("v1", "Secret", "kube-system", name))
                .orElseThrow();
    }

    /** Of an install that is known to be of v3.13.4. */
    private static Plan plan(String target) {
        Placed from = Placed.asReleased(file("v3.13.4", "a"));
        Basis basis = new Basis(from.documents(), null, List.of("a"), Set.of(), List.of(), List.of());
        Plan plan = Plan.of(
                basis,
                from.documents(),
                Placed.asReleased(file(target, "b")),
                OnConflict.TAKE_NEW,
                OnConflict.HOLD,
                List.of(new FieldAnswer(
                        new FieldConflict("ConfigMap x/y", "data.mtu", "1", "2", "3").question(),
                        OnConflict.KEEP_MINE)),
                "uid");
        assertThat(plan.changes())
                .extracting(PlannedObject::merged)
                .extracting(MergedObject::write)
                .doesNotContainNull();
        return plan;
    }

    private static ReleaseFile file(String version, String digest) {
        return new ReleaseFile(
                CalicoVersion.parse(version),
                "calico.yaml",
                ManifestDocuments.of(Yaml.documents("""
                        apiVersion: v1
                        kind: Secret
                        metadata: {name: calico-secrets, namespace: kube-system}
                        data: {release: "%1$s"}
                        ---
                        apiVersion: apps/v1
                        kind: DaemonSet
                        metadata: {name: calico-node, namespace: kube-system}
                        spec:
                          selector: {matchLabels: {k8s-app: calico-node}}
                          template:
                            metadata: {labels: {k8s-app: calico-node}}
                            spec: {containers: [{name: calico-node, image: "docker.io/calico/node:%1$s"}]}
                        """.formatted(version))),
                digest.repeat(64));
    }

    /** Does not answer when a part is asked for. */
    private static final class AwayForParts extends ForwardingCluster {

        AwayForParts(FakeCluster cluster) {
            super(cluster);
        }

        @Override
        protected <T> T read(String what, Supplier<T> call) {
            if (what.endsWith("-1")) {
                throw new ClusterException(Problem.UNAVAILABLE, "it does not answer", null);
            }
            return call.get();
        }

        @Override
        protected <T> T write(ObjectNode object, Supplier<T> call) {
            throw new AssertionError("nothing is written by who cannot read");
        }
    }
}
