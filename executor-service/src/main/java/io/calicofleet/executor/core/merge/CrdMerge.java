package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;

/**
 * Custom resource definitions: the schema is the release's business, so the target's spec is taken whole; people's labels
 * and annotations stay, and a conversion they set.
 *
 * <p>A definition created by v3.14 or before has no schema and {@code preserveUnknownFields: true}; the API server then
 * refuses a schema with defaults, and refuses {@code false} without a schema. Both go in one write. A target before v3.15
 * has no schema either, and means {@code true} by its API version ({@link OlderVersions}); of others the manifest needs no
 * word, false is what absent means. What versions are stored is status, which no write touches.
 */
final class CrdMerge {

    static final String KIND = "CustomResourceDefinition";

    private CrdMerge() {}

    /** The manifest's spec: the target's, and the conversion webhook of people where the target has none. */
    static ObjectNode spec(JsonNode base, JsonNode live, JsonNode target, Findings findings) {
        JsonNode released =
                (target instanceof ObjectNode object ? OlderVersions.writtenOut(object) : target).path("spec");
        ObjectNode spec = released instanceof ObjectNode object ? object.deepCopy() : Json.object();
        JsonNode conversion = Json.get(live.get("spec"), "conversion");
        boolean webhook = Json.text(conversion, "strategy").equals("Webhook");
        boolean ours = Json.get(spec, "conversion") == null && Json.get(base.get("spec"), "conversion") == null;
        if (webhook && ours) {
            spec.set("conversion", conversion);
            findings.customised(FieldPath.ROOT.field("spec").field("conversion"), conversion);
        }
        return spec;
    }

    /** Lets go of unknown fields in the same write that brings the schema. */
    static void prune(ObjectNode write, ObjectNode live) {
        boolean preserves = live.path("spec").path("preserveUnknownFields").asBoolean();
        if (preserves && write.path("spec") instanceof ObjectNode spec && spec.get("preserveUnknownFields") == null) {
            spec.put("preserveUnknownFields", false);
        }
    }
}
