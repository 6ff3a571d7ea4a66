package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ComponentStatus;
import io.calicofleet.event.ContainerImages;
import io.calicofleet.event.OperatorObservation;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.WorkloadObservation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WordsTest {

    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);
    private static final WorkloadObservation NODES = workload("DaemonSet", "calico-node", "v3.22.5", 4, 4, 2, 1);

    @Test
    void how_many_nodes_are_upgraded_is_told_of_the_daemon_set_of_calico_node() {
        WorkloadObservation other = workload("DaemonSet", "csi-node-driver", "v3.22.5", 4, 4, 5, 0);
        WorkloadObservation deployment = workload("Deployment", "calico-node", "v3.22.5", 4, 4, 5, 0);
        assertThat(told("upgrade", seen(null, other, deployment, NODES)))
                .isEqualTo(new StepProgressed(
                        StepId.parse("u1/c01/upgrade/1"), 1, 3, "nodes", "c01: 1 of 3 nodes are upgraded", null));
        assertThat(told("restore", seen(null, NODES)).done()).isEqualTo(1);
    }

    @Test
    void a_controller_that_has_not_seen_the_template_has_upgraded_none() {
        assertThat(told("upgrade", seen(null, workload("DaemonSet", "calico-node", "v3.22.5", 4, 3, 2, 1)))
                        .done())
                .isZero();
        assertThat(told("upgrade", seen(null, workload("DaemonSet", "calico-node", "v3.22.5", 4, 4, 1, 2)))
                        .done())
                .as("never less than none")
                .isZero();
    }

    @Test
    void an_operator_that_has_not_got_to_the_nodes_has_upgraded_none() {
        WorkloadObservation old = workload("DaemonSet", "calico-node", "v3.20.6", 4, 4, 3, 0);
        assertThat(told("upgrade-operator", seen(operator(), old)).done()).isZero();
        assertThat(told("upgrade-helm-release", seen(operator(), old)).done()).isZero();
        assertThat(told("upgrade-operator", seen(operator(), NODES)).done()).isEqualTo(1);
        assertThat(told("upgrade", seen(null, old)).done())
                .as("a manifest asks at once")
                .isEqualTo(3);
        assertThat(told(asked("upgrade-operator", null), seen(operator(), old), false)
                        .done())
                .as("no target is known")
                .isEqualTo(3);
    }

    @Test
    void a_step_that_upgrades_no_node_counts_none() {
        RecordingOutbox outbox = new RecordingOutbox();
        StepRequested backup = asked("backup", TARGET);
        new Words(backup).tell(new Reporter(outbox, backup.step(), null, "run"), seen(null, NODES), false);
        assertThat(outbox.events()).isEmpty();
        assertThat(told(backup, seen(null, NODES), true).summary()).startsWith("c01 waits: a verdict");
    }

    @Test
    void what_an_operator_says_of_each_component_that_is_degraded_is_what_is_waited_for() {
        ClusterObservation seen = seen(
                operator(
                        component("apiserver", false, "fine"),
                        component("calico", true, "no pull secret"),
                        component("ippools", true, "")),
                NODES);
        String degraded = "the operator says that calico is degraded: no pull secret; ippools is degraded";
        assertThat(told("upgrade-operator", seen).waitsFor()).isEqualTo(degraded);
        assertThat(told("upgrade-operator", seen).summary())
                .isEqualTo("c01: 1 of 3 nodes are upgraded; it waits: " + degraded);
        assertThat(told("upgrade-operator", seen(operator(component("calico", false, "")), NODES))
                        .waitsFor())
                .isNull();
    }

    @Test
    void a_verdict_that_is_overdue_is_waited_for_before_all_else() {
        ClusterObservation seen = seen(operator(component("calico", true, "no pull secret")), NODES);
        assertThat(told(asked("upgrade-operator", TARGET), seen, true).waitsFor())
                .startsWith("a verdict: ");
    }

    @Test
    void an_observation_is_summed_up_by_its_workloads_and_what_cluster_information_says() {
        Words words = new Words(asked("upgrade", TARGET));
        assertThat(words.summary(seen(null, NODES)))
                .isEqualTo("c01: DaemonSet kube-system/calico-node 2 of 3 ready; ClusterInformation says nothing");
        ClusterObservation says = new ClusterObservation(
                TARGET, null, List.of(), List.of(), null, Map.of(), List.of(), List.of(), null, null, List.of(),
                Map.of(), null, Map.of(), null, null);
        assertThat(words.summary(says)).isEqualTo("c01: ClusterInformation says v3.22.5");
    }

    private static StepProgressed told(String kind, ClusterObservation seen) {
        return told(asked(kind, TARGET), seen, false);
    }

    private static StepProgressed told(StepRequested request, ClusterObservation seen, boolean overdue) {
        RecordingOutbox outbox = new RecordingOutbox();
        new Words(request).tell(new Reporter(outbox, request.step(), null, "run"), seen, overdue);
        return (StepProgressed) outbox.events().getLast();
    }

    private static StepRequested asked(String kind, @Nullable CalicoVersion target) {
        return new StepRequested(
                StepId.parse("u1/c01/" + kind + "/1"),
                List.of(),
                StepParameters.ofUpgrade(null, null, target, null),
                "please");
    }

    private static ClusterObservation seen(@Nullable OperatorObservation operator, WorkloadObservation... workloads) {
        return new ClusterObservation(
                null,
                null,
                List.of(workloads),
                List.of(),
                null,
                Map.of(),
                List.of(),
                List.of(),
                operator,
                null,
                List.of(),
                Map.of(),
                null,
                Map.of(),
                null,
                null);
    }

    private static OperatorObservation operator(ComponentStatus... components) {
        return new OperatorObservation(
                "quay.io/tigera/operator:v1.25.13", true, null, 1, List.of(components), List.of(), List.of());
    }

    private static ComponentStatus component(String name, boolean degraded, String message) {
        return new ComponentStatus(name, !degraded, false, degraded, 1, message);
    }

    /** Of three nodes, with a container named as the workload. */
    private static WorkloadObservation workload(
            String kind, String name, String version, long generation, long observed, int updated, int unavailable) {
        return new WorkloadObservation(
                kind,
                "kube-system",
                name,
                generation,
                observed,
                3,
                updated,
                2,
                2,
                unavailable,
                0,
                1,
                List.of(
                        new ContainerImages("first", true, "docker.io/other/first:v1", 0),
                        new ContainerImages(name, false, "docker.io/calico/node:" + version, 0)),
                List.of(),
                Map.of(),
                3,
                0,
                0,
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of());
    }
}
