package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The revisions of a workload, by which its pods and those of its newest template are told. */
final class Revisions {

    private static final String REVISION = "deployment.kubernetes.io/revision";

    private final JsonNode workload;
    private final boolean daemonSet;
    private final List<? extends JsonNode> own;

    Revisions(JsonNode workload, Collection<? extends JsonNode> revisions) {
        this.workload = workload;
        this.daemonSet = Json.text(workload, "kind").equals("DaemonSet");
        this.own = revisions.stream()
                .filter(revision -> isOwnedBy(revision, Set.of(uid(workload))))
                .toList();
    }

    /** The pods of the workload that are to stay. */
    List<JsonNode> pods(Collection<? extends JsonNode> pods) {
        Set<String> owners = daemonSet
                ? Set.of(uid(workload))
                : own.stream().map(Revisions::uid).collect(Collectors.toSet());
        boolean byOwner = daemonSet || !own.isEmpty();
        return pods.stream()
                .filter(pod -> Json.get(pod.path("metadata"), "deletionTimestamp") == null)
                .filter(pod -> pod.at("/metadata/namespace")
                        .asText()
                        .equals(workload.at("/metadata/namespace").asText()))
                .filter(pod -> Expressions.selects(workload.at("/spec/selector"), pod.at("/metadata/labels")))
                .filter(pod -> !byOwner || isOwnedBy(pod, owners))
                .sorted(Comparator.comparing(pod -> pod.at("/metadata/name").asText()))
                .map(JsonNode.class::cast)
                .toList();
    }

    /** How many pods are of an older template. */
    int ofOtherRevision(List<JsonNode> pods, int updatedByStatus) {
        return newest().map(hash -> ofOther(hash, pods).size()).orElse(Math.max(0, pods.size() - updatedByStatus));
    }

    /** The nodes with a pod of an older template, sorted; none where no revision tells. */
    List<String> nodesOfOtherRevision(List<JsonNode> pods) {
        return newest().map(hash -> ofOther(hash, pods)).orElse(List.of()).stream()
                .map(pod -> Json.text(pod.path("spec"), "nodeName"))
                .filter(node -> !node.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    private Optional<String> newest() {
        return own.stream()
                .max(Comparator.comparingLong(this::number))
                .map(revision -> Json.text(revision.at("/metadata/labels"), hashLabel()))
                .filter(hash -> !hash.isEmpty());
    }

    private List<JsonNode> ofOther(String newest, List<JsonNode> pods) {
        return pods.stream()
                .filter(pod ->
                        !Json.text(pod.at("/metadata/labels"), hashLabel()).equals(newest))
                .toList();
    }

    private long number(JsonNode revision) {
        return daemonSet
                ? revision.path("revision").asLong()
                : revision.at("/metadata/annotations").path(REVISION).asLong();
    }

    private String hashLabel() {
        return daemonSet ? "controller-revision-hash" : "pod-template-hash";
    }

    /** Whether it belongs to one of these; what says nothing of owners is told by its labels alone. */
    private static boolean isOwnedBy(JsonNode object, Set<String> uids) {
        List<JsonNode> owners =
                Json.elements(object.at("/metadata/ownerReferences")).toList();
        return owners.isEmpty() || owners.stream().anyMatch(owner -> uids.contains(Json.text(owner, "uid")));
    }

    private static String uid(JsonNode object) {
        return object.at("/metadata/uid").asText();
    }
}
