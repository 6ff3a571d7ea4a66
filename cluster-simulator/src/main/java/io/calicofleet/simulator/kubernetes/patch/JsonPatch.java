package io.calicofleet.simulator.kubernetes.patch;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;

/** JSON patch (RFC 6902): add, remove, replace, move, copy, test. */
public final class JsonPatch {

    private JsonPatch() {}

    /** Whether this is a list of operations. */
    public static boolean isPatch(JsonNode operations) {
        return operations.isArray() && operations.valueStream().allMatch(JsonNode::isObject);
    }

    /** The patched tree; the target is not changed. */
    public static JsonNode apply(JsonNode target, JsonNode operations) throws PatchException {
        if (!operations.isArray()) {
            throw new PatchException("a JSON patch is a list of operations");
        }
        JsonNode document = target.deepCopy();
        for (JsonNode operation : operations) {
            document = one(document, operation);
        }
        return document;
    }

    private static JsonNode one(JsonNode document, JsonNode operation) throws PatchException {
        JsonPointer path = pointer(operation, "path");
        String op = operation.path("op").asText();
        return switch (op) {
            case "add" -> add(document, path, value(operation), true);
            case "replace" -> {
                existing(document, path, op);
                yield add(document, path, value(operation), false);
            }
            case "remove" -> {
                existing(document, path, op);
                yield remove(document, path);
            }
            case "copy" ->
                add(
                        document,
                        path,
                        existing(document, pointer(operation, "from"), op).deepCopy(),
                        true);
            case "move" -> {
                JsonPointer from = pointer(operation, "from");
                JsonNode moved = existing(document, from, op);
                yield add(remove(document, from), path, moved, true);
            }
            case "test" -> {
                JsonNode there = document.at(path);
                JsonNode wanted = value(operation);
                if (!(there.isMissingNode() ? wanted.isNull() : Json.same(there, wanted))) {
                    throw new PatchException("testing value " + path + " failed: test failed");
                }
                yield document;
            }
            default -> throw new PatchException("Unexpected kind: " + op);
        };
    }

    private static JsonPointer pointer(JsonNode operation, String field) throws PatchException {
        try {
            return JsonPointer.compile(operation.path(field).asText());
        } catch (IllegalArgumentException e) {
            throw new PatchException("not a JSON pointer: " + operation.path(field));
        }
    }

    private static JsonNode value(JsonNode operation) throws PatchException {
        JsonNode value = operation.get("value");
        if (value == null) {
            throw new PatchException("operation without value: " + operation);
        }
        return value.deepCopy();
    }

    private static JsonNode existing(JsonNode document, JsonPointer path, String op) throws PatchException {
        JsonNode there = document.at(path);
        if (there.isMissingNode()) {
            throw new PatchException(
                    op + " operation does not apply: doc is missing path: \"" + path + "\": missing value");
        }
        return there;
    }

    private static JsonNode add(JsonNode document, JsonPointer path, JsonNode value, boolean insert)
            throws PatchException {
        JsonPointer head = path.head();
        if (head == null) {
            return value;
        }
        String last = path.last().getMatchingProperty();
        JsonNode parent = document.at(head);
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else if (parent instanceof ArrayNode list) {
            if (insert) {
                list.insert(last.equals("-") ? list.size() : index(last, list.size()), value);
            } else {
                list.set(index(last, list.size() - 1), value);
            }
        } else {
            throw new PatchException(
                    "add operation does not apply: doc is missing path: \"" + path + "\": missing value");
        }
        return document;
    }

    private static JsonNode remove(JsonNode document, JsonPointer path) throws PatchException {
        JsonNode parent = document.at(path.head());
        String last = path.last().getMatchingProperty();
        if (parent instanceof ObjectNode object) {
            object.remove(last);
        } else if (parent instanceof ArrayNode list) {
            list.remove(index(last, list.size() - 1));
        }
        return document;
    }

    private static int index(String text, int max) throws PatchException {
        try {
            int index = Integer.parseInt(text);
            if (index >= 0 && index <= max) {
                return index;
            }
        } catch (NumberFormatException expected) {
            // falls through to the refusal
        }
        throw new PatchException("Unable to access invalid index: " + text);
    }
}
