package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lays a merged manifest over the live object, so that a PUT of it leaves nothing for a later {@code kubectl apply} of
 * the manifest to do.
 *
 * <ol>
 *   <li>What the manifest says is written as it says it.
 *   <li>What only live has stays where a server or a controller wrote it (uid, resourceVersion, clusterIP, status), or
 *       where it is what the API server writes for an absent field; anything else was dropped and goes.
 *   <li>The last-applied annotation is set to the manifest. managedFields are left out: the server keeps its own.
 * </ol>
 */
final class WriteObject {

    private WriteObject() {}

    /** The object to create. */
    static ObjectNode fresh(ObjectNode manifest) {
        ObjectNode write = manifest.deepCopy();
        remember(write, manifest);
        return write;
    }

    /** The object to PUT in place of {@code live}. */
    static ObjectNode over(ObjectNode manifest, ObjectNode live, FieldRule rule) {
        ObjectNode write = overlayObject(rule.shape(), manifest, live);
        Json.child(write, "metadata").remove("managedFields");
        remember(write, manifest);
        return write;
    }

    /** Whether writing would change nothing: neither the object nor what kubectl would compare with. */
    static boolean changesNothing(ObjectNode write, ObjectNode live, FieldRule rule) {
        if (!NormalForm.sameWhenStored(rule, withoutMemory(write), withoutMemory(live))) {
            return false;
        }
        Optional<ObjectNode> remembers = LastApplied.of(live);
        Optional<ObjectNode> shall = LastApplied.of(write);
        return shall.isEmpty()
                || (remembers.isPresent() && NormalForm.sameWhenStored(rule, remembers.get(), shall.get()));
    }

    private static ObjectNode withoutMemory(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        ObjectNode metadata = Json.child(copy, "metadata");
        metadata.remove("managedFields");
        Json.child(metadata, "annotations").remove(LastApplied.ANNOTATION);
        return copy;
    }

    private static void remember(ObjectNode write, ObjectNode manifest) {
        String text = LastApplied.encode(manifest);
        ObjectNode annotations = Json.child(Json.child(write, "metadata"), "annotations");
        if (text.length() <= LastApplied.MAX_LENGTH) {
            annotations.put(LastApplied.ANNOTATION, text);
        } else {
            annotations.remove(LastApplied.ANNOTATION);
        }
    }

    private static JsonNode overlay(FieldRule rule, JsonNode manifest, @Nullable JsonNode live) {
        if (manifest instanceof ObjectNode object && live instanceof ObjectNode below) {
            return overlayObject(rule.shape(), object, below);
        }
        if (rule.isKeyed() && manifest instanceof ArrayNode list && live instanceof ArrayNode) {
            return overlayList(rule, list, live);
        }
        return manifest;
    }

    private static ObjectNode overlayObject(FieldSchema shape, ObjectNode manifest, ObjectNode live) {
        ObjectNode result = Json.object();
        for (String name : Json.names(live, manifest)) {
            FieldRule rule = shape.field(name);
            JsonNode said = Json.get(manifest, name);
            JsonNode below = Json.get(live, name);
            if (said != null) {
                result.set(name, overlay(rule, said, below));
            } else if (below != null && (rule.assigned() || isDefault(rule, below, manifest))) {
                result.set(name, below);
            } else if (below instanceof ObjectNode map && rule.shape().isMap()) {
                ObjectNode kept = overlayObject(rule.shape(), Json.object(), map);
                if (!kept.isEmpty()) {
                    result.set(name, kept);
                }
            }
        }
        return result;
    }

    private static ArrayNode overlayList(FieldRule rule, ArrayNode manifest, JsonNode live) {
        Map<String, JsonNode> below = ListMerge.index(rule, live);
        Map<String, JsonNode> said = ListMerge.index(rule, manifest);
        if (said.containsKey("") || below.containsKey("")) {
            return manifest;
        }
        ArrayNode result = Json.NODES.arrayNode();
        said.forEach((key, entry) -> result.add(overlay(rule.entry(), entry, below.get(key))));
        return result;
    }

    /** Whether the server would write the same for an absent field beside what the manifest says. */
    private static boolean isDefault(FieldRule rule, JsonNode value, ObjectNode manifest) {
        JsonNode written = rule.ifAbsent().in(manifest);
        JsonNode normal = NormalForm.of(rule, value);
        return written != null && normal != null && normal.equals(NormalForm.of(rule, written));
    }
}
