package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;

/**
 * Manifests in API versions before {@code apps/v1} and {@code apiextensions.k8s.io/v1}, as today's API servers have what was made of them: what the older
 * version wrote where a field was absent is written out, since it is not what the new one writes (Kubernetes' source:
 * pkg/apis/extensions/v1beta1/defaults.go, pkg/apis/apps/v1beta1/defaults.go; for definitions apiextensions-apiserver,
 * pkg/apis/apiextensions/v1beta1/defaults.go). The object is still there under its new
 * version, so such a value is the older version's and no change of people.
 */
final class OlderVersions {

    private static final String EXTENSIONS = "extensions/v1beta1";

    /** No limit, as the older version writes it. */
    private static final int NONE = Integer.MAX_VALUE;

    private OlderVersions() {}

    /** The object with what its API version made of absent fields; itself where that is no older one. */
    static ObjectNode writtenOut(ObjectNode object) {
        String version = Json.text(object, "apiVersion");
        String kind = Json.text(object, "kind");
        boolean extensions = version.equals(EXTENSIONS);
        boolean definition = version.equals("apiextensions.k8s.io/v1beta1");
        if (!(extensions || definition || version.equals("apps/v1beta1"))
                || !(object.get("spec") instanceof ObjectNode)) {
            return object;
        }
        ObjectNode copy = object.deepCopy();
        ObjectNode spec = Json.child(copy, "spec");
        switch (kind) {
            case "DaemonSet" -> {
                labels(copy, spec);
                if (extensions && Json.text(spec.get("updateStrategy"), "type").isEmpty()) {
                    Json.child(spec, "updateStrategy").put("type", "OnDelete");
                }
            }
            case "Deployment" -> {
                labels(copy, spec);
                deployment(spec, extensions);
            }
            case "CustomResourceDefinition" -> definition(spec);
            default -> {
                return object;
            }
        }
        return copy;
    }

    private static void definition(ObjectNode spec) {
        String version = Json.text(spec, "version");
        if (spec.path("versions").isEmpty() && !version.isEmpty()) {
            spec.putArray("versions")
                    .addObject()
                    .put("name", version)
                    .put("served", true)
                    .put("storage", true);
        }
        if (Json.get(spec, "preserveUnknownFields") == null) {
            spec.put("preserveUnknownFields", true);
        }
    }

    private static void deployment(ObjectNode spec, boolean extensions) {
        absent(spec, "revisionHistoryLimit", extensions ? NONE : 2);
        if (extensions) {
            absent(spec, "progressDeadlineSeconds", NONE);
            ObjectNode strategy = Json.child(spec, "strategy");
            if (!Json.text(strategy, "type").equals("Recreate")) {
                ObjectNode rolling = Json.child(strategy, "rollingUpdate");
                absent(rolling, "maxUnavailable", 1);
                absent(rolling, "maxSurge", 1);
            }
        }
    }

    /** Selector and labels come from the labels of the pods, where there are none. */
    private static void labels(ObjectNode object, ObjectNode spec) {
        if (!(spec.at("/template/metadata/labels") instanceof ObjectNode ofPods) || ofPods.isEmpty()) {
            return;
        }
        if (Json.get(spec, "selector") == null) {
            spec.putObject("selector").set("matchLabels", ofPods.deepCopy());
        }
        ObjectNode metadata = Json.child(object, "metadata");
        if (Json.get(metadata, "labels") == null || metadata.path("labels").isEmpty()) {
            metadata.set("labels", ofPods.deepCopy());
        }
    }

    private static void absent(ObjectNode parent, String field, int value) {
        if (Json.get(parent, field) == null) {
            parent.put(field, value);
        }
    }
}
