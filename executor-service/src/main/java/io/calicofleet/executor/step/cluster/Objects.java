package io.calicofleet.executor.step.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.merge.Admission;
import java.util.List;
import java.util.Set;

/** Kubernetes objects as JSON trees. */
public final class Objects {

    private static final List<String> SERVER_SIDE = List.of(
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink",
            "managedFields",
            "ownerReferences");
    /** What controllers count up; it never is again what it was. */
    private static final List<String> COUNTED =
            List.of("deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation");

    private static final Set<String> SCHEDULED = Set.of("nodeName", "serviceAccount");
    /** What the server adds to a Job to know its pods; it refuses a new Job that brings another's. */
    private static final List<String> JOB_LABELS =
            List.of("controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name");

    private Objects() {}

    /** A copy that can be created: without what the server fills in. */
    public static ObjectNode creatable(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        copy.remove("status");
        if (copy.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove(SERVER_SIDE);
            if (metadata.get("annotations") instanceof ObjectNode annotations) {
                annotations.remove(COUNTED);
            }
        }
        if ("Pod".equals(copy.path("kind").asText()) && copy.get("spec") instanceof ObjectNode spec) {
            // To be scheduled anew, with a token of its own.
            spec.remove(SCHEDULED);
            Admission.takeFrom(spec);
        }
        if ("Job".equals(copy.path("kind").asText())
                && copy.get("spec") instanceof ObjectNode spec
                && !spec.path("manualSelector").asBoolean()) {
            spec.remove("selector");
            if (spec.at("/template/metadata/labels") instanceof ObjectNode labels) {
                labels.remove(JOB_LABELS);
            }
        }
        return copy;
    }

    /** A copy of {@code wanted} that replaces what is there now. */
    public static ObjectNode over(ObjectNode wanted, ObjectNode present) {
        ObjectNode copy = creatable(wanted);
        JsonNode metadata = copy.path("metadata");
        if (metadata instanceof ObjectNode node) {
            node.set("resourceVersion", present.path("metadata").path("resourceVersion"));
            node.set("uid", present.path("metadata").path("uid"));
        }
        return copy;
    }

    /** Whether everything {@code wanted} says is so in {@code present}; what the server adds does not count. */
    public static boolean isSo(ObjectNode wanted, ObjectNode present) {
        return contains(creatable(present), creatable(wanted));
    }

    public static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    public static boolean isCrd(JsonNode object) {
        return "CustomResourceDefinition".equals(object.path("kind").asText());
    }

    /** Whether everything one tree says is so in another, which may say more. */
    static boolean contains(JsonNode present, JsonNode wanted) {
        if (wanted.isObject()) {
            if (!present.isObject()) {
                return wanted.isEmpty() && (present.isMissingNode() || present.isNull());
            }
            return wanted.properties().stream()
                    .allMatch(entry -> contains(present.path(entry.getKey()), entry.getValue()));
        }
        if (wanted.isArray()) {
            if (wanted.size() != present.size()) {
                return false;
            }
            for (int i = 0; i < wanted.size(); i++) {
                if (!contains(present.path(i), wanted.path(i))) {
                    return false;
                }
            }
            return true;
        }
        return wanted.isNull() ? present.isMissingNode() || present.isNull() : wanted.equals(present);
    }
}
