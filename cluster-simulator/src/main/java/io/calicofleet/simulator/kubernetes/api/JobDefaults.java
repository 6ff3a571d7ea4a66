package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import java.util.List;

/** What a new Job gets: defaults, and the labels by which its pods are found (pkg/registry/batch/job/strategy.go). */
final class JobDefaults {

    /** What the labels are called from Kubernetes 1.27 on, beside their old names. */
    private static final String PREFIX = "batch.kubernetes.io/";

    private static final String OWNER = "controller-uid";
    private static final String NAME = "job-name";

    private JobDefaults() {}

    static void apply(ObjectNode job, int minor) {
        ObjectNode spec = Json.child(job, "spec");
        standard(spec, minor);
        String uid = Json.text(job, "metadata", "uid");
        boolean made = !job.path("metadata").has("resourceVersion"); // later it stays as it is
        if (!made || spec.path("manualSelector").asBoolean() || spec.has("selector") || uid.isEmpty()) {
            return;
        }
        boolean prefixed = minor >= 27;
        spec.putObject("selector").putObject("matchLabels").put((prefixed ? PREFIX : "") + OWNER, uid);
        ObjectNode labels = Json.child(Json.child(Json.child(spec, "template"), "metadata"), "labels");
        for (String prefix : prefixed ? List.of("", PREFIX) : List.of("")) {
            labels.put(prefix + OWNER, uid);
            labels.put(prefix + NAME, Json.text(job, "metadata", "name"));
        }
        ObjectNode metadata = Json.child(job, "metadata");
        if (metadata.path("labels").isEmpty()) {
            metadata.set("labels", labels.deepCopy());
        }
    }

    private static void standard(ObjectNode spec, int minor) {
        if (!spec.has("parallelism")) {
            standard(spec, "completions", IntNode.valueOf(1));
        }
        standard(spec, "parallelism", IntNode.valueOf(1));
        if (minor >= 22) {
            standard(spec, "completionMode", Json.text("NonIndexed"));
            standard(spec, "suspend", BooleanNode.FALSE);
        }
        if (minor >= 29) {
            boolean fails = spec.path("podFailurePolicy").isObject();
            standard(spec, "podReplacementPolicy", Json.text(fails ? "Failed" : "TerminatingOrFailed"));
        }
        if (minor >= 30) {
            standard(spec, "manualSelector", BooleanNode.FALSE);
        }
    }

    private static void standard(ObjectNode spec, String field, JsonNode value) {
        if (!spec.has(field)) {
            spec.set(field, value);
        }
    }

    /** Takes what a server sets in a new Job from the copy of it that shows what its writer owns. */
    static void withoutGenerated(ObjectNode job) {
        if (!(job.get("spec") instanceof ObjectNode spec)
                || spec.path("manualSelector").asBoolean()) {
            return;
        }
        ObjectNode kept = spec.deepCopy();
        kept.remove("selector");
        withoutLabels(kept.path("template"));
        job.set("spec", kept);
        job.set("metadata", job.path("metadata").deepCopy());
        withoutLabels(job);
    }

    private static void withoutLabels(JsonNode labelled) {
        if (labelled.path("metadata") instanceof ObjectNode metadata
                && metadata.path("labels") instanceof ObjectNode labels) {
            labels.remove(List.of(OWNER, NAME, PREFIX + OWNER, PREFIX + NAME));
            if (labels.isEmpty()) {
                metadata.remove("labels");
            }
            if (metadata.isEmpty()) {
                ((ObjectNode) labelled).remove("metadata");
            }
        }
    }
}
