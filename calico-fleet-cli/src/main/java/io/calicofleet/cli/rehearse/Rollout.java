package io.calicofleet.cli.rehearse;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.SimulatedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Waits until the workloads of a simulated cluster run, as those of a cluster do that somebody wants to upgrade. */
final class Rollout {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(100);

    private final SimulatedCluster cluster;

    Rollout(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    /** Returns when all are up, or nothing came of it; then with what is not up, a sentence each. */
    List<String> await() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        List<String> missing = missing();
        while (!missing.isEmpty() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            missing = missing();
        }
        return missing;
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        List<JsonNode> sets = cluster.list("apps/v1", "DaemonSet", "");
        if (sets.stream().noneMatch(Rollout::runsCalicoNode)) {
            missing.add("Before the upgrade no DaemonSet ran calico-node on the simulated cluster.");
        }
        sets.forEach(set -> look(set, "desiredNumberScheduled", "numberReady", missing));
        cluster.list("apps/v1", "Deployment", "").forEach(each -> look(each, "replicas", "readyReplicas", missing));
        return missing;
    }

    private static boolean runsCalicoNode(JsonNode set) {
        for (JsonNode container : set.at("/spec/template/spec/containers")) {
            if (container.path("name").asText().equals("calico-node")) {
                return true;
            }
        }
        return false;
    }

    private static void look(JsonNode workload, String wanted, String ready, List<String> missing) {
        JsonNode status = workload.path("status");
        boolean seen = status.path("observedGeneration").asLong() >= workload.at("/metadata/generation").asLong();
        if (!seen || status.path(ready).asInt() < status.path(wanted).asInt()) {
            missing.add("Before the upgrade " + workload.path("kind").asText() + " "
                    + workload.at("/metadata/namespace").asText() + "/" + workload.at("/metadata/name").asText() + " had "
                    + status.path(ready).asInt() + " of " + status.path(wanted).asInt() + " pods ready on the simulated cluster.");
        }
    }
}
