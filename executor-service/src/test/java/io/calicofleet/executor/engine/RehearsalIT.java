package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.FailureReason;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.kubernetes.http.AuditEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API server would refuse is found out before the first write. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RehearsalIT {

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory);
        cluster = fleet.calico("c01");
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void one_write_that_would_be_refused_fails_the_step_before_the_first_one() {
        // When
        StepProgress outcome = upgrade(Problem.FORBIDDEN, "it is attempting to grant permissions not held");
        // Then
        assertThat(outcome).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.FORBIDDEN);
            assertThat(failed.message()).contains("ClusterRole calico-node", "Nothing was written");
            assertThat(failed.evidence()).singleElement().asString().contains("permissions not held");
        });
        assertThat(written()).isEmpty();
    }

    @Test
    void an_admission_webhook_that_knows_no_dry_run_is_no_reason_to_stop() {
        // When
        StepProgress outcome =
                upgrade(Problem.INVALID, "400 admission webhook \"policy.example\" does not support dry run");
        // Then
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
    }

    @Test
    void every_object_that_is_written_was_tried_first_and_a_role_people_deleted_stays_deleted() {
        // Given
        cluster.delete("rbac.authorization.k8s.io/v1", "ClusterRole", "", "calico-kube-controllers");
        int before = cluster.audit().size();
        // When
        StepProgress outcome = fleet.executor("run1", cluster).run(StepKind.UPGRADE, 1);
        // Then
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        List<AuditEntry> entries =
                cluster.audit().subList(before, cluster.audit().size());
        List<String> tried = entries.stream()
                .filter(AuditEntry::dryRun)
                .map(entry -> entry.verb() + " " + entry.resource() + " " + entry.name())
                .toList();
        assertThat(tried).contains("update daemonsets.apps calico-node");
        assertThat(written())
                .contains("update clusterroles.rbac.authorization.k8s.io calico-node")
                .noneMatch(write -> write.endsWith("clusterroles.rbac.authorization.k8s.io calico-kube-controllers"));
        assertThat(tried).containsAll(written());
    }

    private StepProgress upgrade(Problem problem, String message) {
        return fleet.executor("run1", cluster, api -> new Refusing(api, problem, message))
                .run(StepKind.UPGRADE, 1);
    }

    /** What was stored of the release, beside what calico-fleet stores for itself. */
    private List<String> written() {
        return cluster.audit().stream()
                .filter(entry -> !entry.dryRun() && entry.code() < 300)
                .filter(entry -> !entry.name().startsWith("calico-fleet")
                        && !entry.resource().contains("reviews"))
                .map(entry -> entry.verb() + " " + entry.resource() + " " + entry.name())
                .toList();
    }

    /** An API server that refuses to try a cluster role. */
    private static final class Refusing extends ForwardingCluster {

        private final Problem problem;
        private final String message;

        Refusing(ClusterApi cluster, Problem problem, String message) {
            super(cluster);
            this.problem = problem;
            this.message = message;
        }

        @Override
        protected <T> T read(String what, Supplier<T> call) {
            if (what.equals("a rehearsal of ClusterRole calico-node")) {
                throw new ClusterException(problem, message, null);
            }
            return call.get();
        }
    }
}
