package io.calicofleet.verifier;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ContainerImages;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.TemporaryPolicyObservation;
import io.calicofleet.event.WorkloadObservation;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Observations to test with. */
public final class Observations {

    /** Holds nothing. */
    public static final ClusterObservation EMPTY = new ClusterObservation(
            null, null, List.of(), List.of(), null, Map.of(), List.of(), List.of(), null, null, List.of(), Map.of(),
            null, Map.of(), null, null);

    private Observations() {}

    /** Everything is at {@code version} and settled. */
    public static ClusterObservation settled(CalicoVersion version) {
        return withPods(version, version, 3);
    }

    /** {@code ready} of three pods of {@code image} are ready, ClusterInformation names {@code version}. */
    public static ClusterObservation withPods(CalicoVersion version, CalicoVersion image, int ready) {
        String node = "docker.io/calico/node:" + image;
        WorkloadObservation daemonSet = new WorkloadObservation(
                "DaemonSet",
                "kube-system",
                "calico-node",
                2,
                2,
                3,
                3,
                ready,
                ready,
                3 - ready,
                0,
                1,
                List.of(new ContainerImages("calico-node", false, node, 0)),
                List.of(new ContainerImages("calico-node", false, node, 3)),
                ready == 3 ? Map.of("1/1", 3) : ready == 0 ? Map.of("0/1", 3) : Map.of("1/1", ready, "0/1", 3 - ready),
                3,
                0,
                0,
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of());
        return new ClusterObservation(
                version,
                true,
                List.of(daemonSet),
                List.of(),
                null,
                Map.of(),
                List.of(),
                List.of(),
                null,
                null,
                List.of(),
                Map.of(),
                null,
                Map.of(),
                null,
                null);
    }

    /** The temporary policy is in force for one endpoint on each node. */
    public static ClusterObservation protectedNodes(List<String> nodes) {
        return ofHostEndpoints(
                nodes.stream()
                        .map(node -> new HostEndpointFact(node + "-all", node, "*", false, true))
                        .toList(),
                new TemporaryPolicyObservation(List.of("default.allow-all-upgrade"), true),
                List.of());
    }

    /** The same for a node of a cluster with log prefixes of its own. */
    public static ClusterObservation withLogPrefixes(String node, String... prefixes) {
        return ofHostEndpoints(
                List.of(new HostEndpointFact(node + "-all", node, "*", false, true)),
                new TemporaryPolicyObservation(List.of("default.allow-all-upgrade"), true),
                List.of(prefixes));
    }

    /** The temporary policy and its label are gone. */
    public static ClusterObservation released() {
        return ofHostEndpoints(
                List.of(new HostEndpointFact("n1-all", "n1", "*", false, false)),
                new TemporaryPolicyObservation(List.of(), false),
                List.of());
    }

    private static ClusterObservation ofHostEndpoints(
            List<HostEndpointFact> endpoints, TemporaryPolicyObservation policy, List<String> prefixes) {
        return new ClusterObservation(
                        null,
                        null,
                        List.of(),
                        endpoints,
                        policy,
                        Map.of("n1", List.of("10.0.0.1"), "n2", List.of("10.0.0.2")),
                        List.of("192.168.0.0/16"),
                        List.of(),
                        null,
                        null,
                        List.of(),
                        Map.of(),
                        null,
                        Map.of(),
                        null,
                        null)
                .withLogPrefixes(prefixes);
    }

    /** Settled or not, at the target or not. */
    public static ClusterObservation random(Random random, CalicoVersion target) {
        CalicoVersion version = random.nextInt(3) > 0 ? target : CalicoVersion.of(3, 13, 4);
        return withPods(version, target, random.nextInt(4) > 0 ? 3 : random.nextInt(3));
    }

    /** Whether all pods of it are ready. */
    public static boolean isSettled(ClusterObservation observation) {
        return observation.workloads().stream().allMatch(workload -> workload.ready() == workload.desired());
    }
}
