package io.calicofleet.cli.rehearse;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
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
    private final Duration patience;

    Rollout(SimulatedCluster cluster) {
        this(cluster, PATIENCE);
    }

    /** One that waits for so long. */
    Rollout(SimulatedCluster cluster, Duration patience) {
        this.cluster = cluster;
        this.patience = patience;
    }

    /**
     * Returns when all are up, or nothing came of it; then with what is not up, a sentence each.
     *
     * @throws CliException where nothing runs calico-node, so that there is nothing to upgrade
     */
    List<String> await() throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        List<String> missing = missing();
        while (!missing.isEmpty() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            missing = missing();
        }
        if (cluster.list("apps/v1", "DaemonSet", "").stream().noneMatch(Rollout::runsCalicoNode)) {
            throw CliException.usage(
                    "Calico does not come up on the simulated cluster from what is given, so there is nothing to upgrade: no"
                            + " DaemonSet runs calico-node within " + patience.toSeconds() + " s" + operator());
        }
        return missing;
    }

    /** What an operator says of it. */
    private String operator() {
        if (cluster.list("operator.tigera.io/v1", "Installation", "").isEmpty()) {
            return ". Where an operator installs it, give its Installation as well, such as custom-resources.yaml.";
        }
        List<String> said = new ArrayList<>();
        for (JsonNode status : cluster.list("operator.tigera.io/v1", "TigeraStatus", "")) {
            for (JsonNode condition : status.at("/status/conditions")) {
                if (condition.path("type").asText().equals("Degraded")
                        && condition.path("status").asText().equals("True")) {
                    said.add(condition.path("reason").asText() + ": "
                            + condition.path("message").asText());
                }
            }
        }
        return said.isEmpty() ? ", and its operator says nothing." : ". Its operator says: " + String.join("; ", said);
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        List<JsonNode> sets = cluster.list("apps/v1", "DaemonSet", "");
        if (sets.stream().noneMatch(Rollout::runsCalicoNode)) {
            missing.add("calico-node");
        }
        sets.forEach(set -> look(
                set,
                set.at("/status/desiredNumberScheduled").asInt(),
                "updatedNumberScheduled",
                "numberReady",
                missing));
        cluster.list("apps/v1", "Deployment", "")
                .forEach(each ->
                        look(each, each.at("/spec/replicas").asInt(1), "updatedReplicas", "readyReplicas", missing));
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

    private static void look(JsonNode workload, int wanted, String updated, String ready, List<String> missing) {
        JsonNode status = workload.path("status");
        boolean seen = status.path("observedGeneration").asLong()
                >= workload.at("/metadata/generation").asLong();
        int up = Math.min(status.path(updated).asInt(), status.path(ready).asInt());
        if (!seen || up < wanted) {
            missing.add("Before the upgrade " + workload.path("kind").asText() + " "
                    + workload.at("/metadata/namespace").asText() + "/"
                    + workload.at("/metadata/name").asText() + " had " + up + " of " + wanted
                    + " pods ready on the simulated cluster.");
        }
    }
}
