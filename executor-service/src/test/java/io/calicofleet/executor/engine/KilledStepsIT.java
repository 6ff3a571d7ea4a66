package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.SimulatedCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An executor that is killed before and after each of its writes, each time followed by a fresh one. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Order(1)
class KilledStepsIT {

    private static final List<StepKind> STEPS = List.of(
            StepKind.BACKUP,
            StepKind.PROTECT_HOST_ENDPOINTS,
            StepKind.UPGRADE,
            StepKind.REPLACE_CALICOCTL,
            StepKind.RESTORE);

    /** What the executor keeps for itself, and may write again when it goes on. */
    private static final List<String> OURS = List.of("leases", "configmaps/calico-fleet", "secrets");

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void killed_around_each_write_of_each_step_it_ends_as_without_and_writes_nothing_twice() {
        // Given
        SimulatedCluster calm = fleet.calico("calm");
        SimulatedCluster killed = fleet.calico("killed");
        for (StepKind step : STEPS) {
            // When
            SimulatedFleet.Running undisturbed = fleet.executor("calm-" + step, calm);
            assertThat(undisturbed.run(step, 1)).isInstanceOf(StepSucceeded.class);
            int kills = runKilled(killed, step);
            // Then
            assertThat(kills).as("kills during " + step).isGreaterThan(1);
            assertThat(state(killed)).as("the cluster after " + step).isEqualTo(state(calm));
            assertThat(writes(killed)).as("the writes up to " + step).isEqualTo(writes(calm));
        }
    }

    /** Fresh executors, each killed alternately before or after a write, until one has nothing left to do. */
    private int runKilled(SimulatedCluster cluster, StepKind step) {
        return Killer.untilDone(
                300,
                (kills, at) -> fleet.executor("killed-" + step + "-" + kills, cluster, api -> new Killer(api, at))
                        .run(step, 1),
                () -> {});
    }

    private static Map<String, String> state(SimulatedCluster cluster) {
        Map<String, String> state = new TreeMap<>();
        for (String kind : List.of(
                "apps/v1 DaemonSet",
                "apps/v1 Deployment",
                "v1 ServiceAccount",
                "rbac.authorization.k8s.io/v1 ClusterRole",
                "rbac.authorization.k8s.io/v1 ClusterRoleBinding",
                "apiextensions.k8s.io/v1 CustomResourceDefinition",
                "policy/v1beta1 PodDisruptionBudget",
                "crd.projectcalico.org/v1 HostEndpoint",
                "crd.projectcalico.org/v1 GlobalNetworkPolicy")) {
            String[] parts = kind.split(" ", -1);
            for (JsonNode object : cluster.list(parts[0], parts[1], "")) {
                state.put(parts[1] + " " + name(object, cluster), content(object, cluster));
            }
        }
        JsonNode config = cluster.get("v1", "ConfigMap", "kube-system", "calico-config");
        state.put("ConfigMap", content(config, cluster));
        JsonNode pod = cluster.get("v1", "Pod", "kube-system", "calicoctl");
        // The volume of the token has a name of chance.
        state.put("Pod", pod.at("/spec/containers").toString().replaceAll("kube-api-access-\\w+", "token"));
        return state;
    }

    private static String name(JsonNode object, SimulatedCluster cluster) {
        return object.at("/metadata/name").asText().replace(cluster.id(), "it");
    }

    private static String content(JsonNode object, SimulatedCluster cluster) {
        ObjectNode copy = object.deepCopy();
        copy.remove("status");
        JsonNode metadata = copy.path("metadata");
        copy.remove("metadata");
        return (copy + " labels " + metadata.path("labels")).replace(cluster.id(), "it");
    }

    private static Map<String, Integer> writes(SimulatedCluster cluster) {
        Map<String, Integer> writes = new TreeMap<>();
        cluster.audit().stream()
                .filter(entry -> entry.succeeded() && !entry.dryRun())
                .map(entry -> entry.verb() + " " + entry.resource() + "/" + entry.name())
                .filter(write -> OURS.stream().noneMatch(write::contains))
                .forEach(write -> writes.merge(write.replace(cluster.id(), "it"), 1, Integer::sum));
        return writes;
    }
}
