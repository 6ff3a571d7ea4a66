package io.calicofleet.cli.rehearse;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Whose pods were made anew between two looks at a cluster. */
final class Restarts {

    private static final String PODS = "pods ";

    private Restarts() {}

    /**
     * A workload some of whose pods are not those of before.
     *
     * @param workload as kind namespace/name
     * @param before how many pods it had
     * @param replaced how many of these are gone
     * @param after how many it has
     * @param how how it lets its pods go, such as {@code 1 at a time}; empty where it has no rule
     */
    record Restart(String workload, int before, int replaced, int after, String how) {}

    /** By the objects before and after, under the names of the audit. */
    static List<Restart> between(Map<String, JsonNode> before, Map<String, JsonNode> after) {
        Map<String, Set<String>> old = pods(before);
        Map<String, Set<String>> now = pods(after);
        Set<String> workloads = new TreeSet<>(old.keySet());
        workloads.addAll(now.keySet());
        List<Restart> restarts = new ArrayList<>();
        for (String workload : workloads) {
            Set<String> had = old.getOrDefault(workload, Set.of());
            Set<String> has = now.getOrDefault(workload, Set.of());
            int replaced = (int) had.stream().filter(uid -> !has.contains(uid)).count();
            if (replaced > 0 || has.size() != had.size()) {
                restarts.add(new Restart(workload, had.size(), replaced, has.size(), how(workload, after)));
            }
        }
        return restarts;
    }

    /** The uids of the pods of each workload. */
    private static Map<String, Set<String>> pods(Map<String, JsonNode> objects) {
        Map<String, Set<String>> pods = new TreeMap<>();
        objects.forEach((name, object) -> {
            if (name.startsWith(PODS)) {
                pods.computeIfAbsent(workload(object, objects), key -> new TreeSet<>())
                        .add(object.at("/metadata/uid").asText());
            }
        });
        return pods;
    }

    /** Of a pod of a ReplicaSet the Deployment behind it; of a pod that nobody owns the pod. */
    private static String workload(JsonNode object, Map<String, JsonNode> objects) {
        String namespace = object.at("/metadata/namespace").asText();
        for (JsonNode owner : object.at("/metadata/ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                String name = namespace + "/" + owner.path("name").asText();
                String kind = owner.path("kind").asText();
                JsonNode set = kind.equals("ReplicaSet") ? objects.get("replicasets.apps " + name) : null;
                return set == null ? kind + " " + name : workload(set, objects);
            }
        }
        return (object.path("kind").asText().equals("ReplicaSet") ? "ReplicaSet " : "Pod ") + namespace + "/"
                + object.at("/metadata/name").asText();
    }

    private static String how(String workload, Map<String, JsonNode> objects) {
        int space = workload.indexOf(' ');
        String name = workload.substring(space + 1);
        return switch (workload.substring(0, space)) {
            case "DaemonSet" -> strategy(objects.get("daemonsets.apps " + name), "updateStrategy", "1");
            case "Deployment" -> strategy(objects.get("deployments.apps " + name), "strategy", "25%");
            default -> "";
        };
    }

    private static String strategy(@Nullable JsonNode workload, String field, String atOnce) {
        if (workload == null) {
            return "";
        }
        JsonNode strategy = workload.path("spec").path(field);
        return switch (strategy.path("type").asText("RollingUpdate")) {
            case "OnDelete" -> "when a person deletes them";
            case "Recreate" -> "all at once";
            default -> {
                String unavailable =
                        strategy.at("/rollingUpdate/maxUnavailable").asText(atOnce);
                String surge = strategy.at("/rollingUpdate/maxSurge").asText("0");
                yield unavailable + " away at a time"
                        + (surge.equals("0") || surge.equals("0%") ? "" : ", " + surge + " more meanwhile");
            }
        };
    }
}
