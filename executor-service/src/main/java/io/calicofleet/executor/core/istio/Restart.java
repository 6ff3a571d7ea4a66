package io.calicofleet.executor.core.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.observe.Dikastes;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Restarting a workload as {@code kubectl rollout restart} does: by an annotation of its template. */
public final class Restart {

    /** The annotation. */
    public static final String ANNOTATION = "kubectl.kubernetes.io/restartedAt";

    private static final Set<String> KINDS = Set.of("Deployment", "StatefulSet", "DaemonSet");

    private Restart() {}

    /** Whether a workload of that kind makes its pods anew when its template changes. */
    public static boolean canBe(ObjectKey workload) {
        return workload.group().equals("apps") && KINDS.contains(workload.kind());
    }

    /** Why a restart would not bring another Dikastes; empty where it would. */
    public static Optional<String> hindrance(JsonNode workload, CalicoVersion target) {
        JsonNode spec = workload.path("spec");
        if (spec.path("paused").asBoolean()) {
            return Optional.of("is paused: resume it and retry");
        }
        if (Json.text(spec.get("updateStrategy"), "type").equals("OnDelete")) {
            return Optional.of("is updated on deletion only: delete its pods");
        }
        if (spec.at("/updateStrategy/rollingUpdate/partition").asInt() > 0) {
            return Optional.of("is updated above its partition only: lower it and retry");
        }
        return Stream.of("containers", "initContainers")
                .flatMap(
                        list -> Json.elements(spec.path("template").path("spec").get(list)))
                .filter(container -> Json.text(container, "name").equals("dikastes")
                        && Dikastes.isOlder(Json.text(container, "image"), target))
                .findFirst()
                .map(container -> "has " + Json.text(container, "image")
                        + " in its own template: inject it there anew, as with istioctl kube-inject");
    }

    /** Whether all pods that are to be are of the newest template and available. */
    public static boolean isRolledOut(JsonNode workload) {
        JsonNode status = workload.path("status");
        if (status.path("observedGeneration").asLong()
                < workload.at("/metadata/generation").asLong()) {
            return false;
        }
        if (workload.path("kind").asText().equals("DaemonSet")) {
            int desired = status.path("desiredNumberScheduled").asInt();
            return status.path("updatedNumberScheduled").asInt() == desired
                    && status.path("numberAvailable").asInt() == desired;
        }
        int wanted = workload.at("/spec/replicas").asInt(1);
        boolean deployment = workload.path("kind").asText().equals("Deployment");
        return status.path("updatedReplicas").asInt() == wanted
                && status.path("replicas").asInt() == wanted
                && status.path(deployment ? "availableReplicas" : "readyReplicas")
                                .asInt()
                        == wanted;
    }

    /** When it was last restarted so; null where it never was. */
    public static @Nullable String at(JsonNode workload) {
        String at = Json.text(workload.at("/spec/template/metadata/annotations"), ANNOTATION);
        return at.isEmpty() ? null : at;
    }

    /** A copy that is restarted, or, with null, is as if it never was. */
    public static ObjectNode with(ObjectNode workload, @Nullable String at) {
        if (Objects.equals(at, at(workload))) {
            return workload;
        }
        ObjectNode copy = workload.deepCopy();
        ObjectNode annotations =
                Json.child(Json.child(Json.child(Json.child(copy, "spec"), "template"), "metadata"), "annotations");
        if (at == null) {
            annotations.remove(ANNOTATION);
        } else {
            annotations.put(ANNOTATION, at);
        }
        return copy;
    }
}
