package io.calicofleet.simulator.kubernetes.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.kubernetes.schema.Decoding;
import io.calicofleet.simulator.kubernetes.schema.DecodingException;
import io.calicofleet.simulator.kubernetes.schema.Structures;
import io.calicofleet.simulator.kubernetes.validation.Names;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Whole objects inside of custom ones, where a schema says {@code x-kubernetes-embedded-resource}. */
public final class EmbeddedObjects {

    private EmbeddedObjects() {}

    /**
     * Reads kind, version and metadata of each embedded object.
     *
     * @throws DecodingException where they are of a wrong type
     */
    public static void decode(JsonNode value, JsonNode schema, String path, int minor) throws DecodingException {
        if (value.isObject()) {
            if (schema.path("x-kubernetes-embedded-resource").asBoolean()) {
                read((ObjectNode) value, path, minor);
            }
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                JsonNode named = schema.path("properties").path(field.getKey());
                JsonNode of = named.isMissingNode() ? schema.path("additionalProperties") : named;
                decode(field.getValue(), of, path.isEmpty() ? field.getKey() : path + "." + field.getKey(), minor);
            }
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                decode(value.get(i), schema.path("items"), path + "[" + i + "]", minor);
            }
        }
    }

    private static void read(ObjectNode object, String path, int minor) throws DecodingException {
        for (String field : List.of("apiVersion", "kind")) {
            if (object.has(field) && !object.path(field).isTextual()) {
                throw new DecodingException(
                        path + "." + field + ": Invalid value: " + object.path(field) + ": must be a string");
            }
        }
        JsonNode metadata = object.path("metadata");
        String wrong = path + ".metadata: Invalid value: " + metadata + ": ";
        if (metadata instanceof ObjectNode fields) {
            try {
                var unused = Decoding.decode(fields, Structures.metadata(), minor);
            } catch (DecodingException e) {
                throw new DecodingException(wrong + e.getMessage());
            }
        } else if (!metadata.isMissingNode() && !metadata.isNull()) {
            throw new DecodingException(wrong + "json: cannot unmarshal "
                    + metadata.getNodeType().name().toLowerCase(Locale.ROOT)
                    + " into Go value of type v1.ObjectMeta");
        }
    }

    /** What is wrong with kind, version and name of one. */
    static List<Problem> problems(JsonNode object, String path) {
        List<Problem> problems = new ArrayList<>();
        for (String field : List.of("apiVersion", "kind")) {
            if (!object.has(field)) {
                problems.add(Problem.required(path + "." + field, "must not be empty"));
            } else if (object.path(field).asText("").isEmpty()) {
                problems.add(Problem.invalid(path + "." + field, "", "must not be empty"));
            }
        }
        String version = object.path("apiVersion").asText("");
        if (version.indexOf('/') != version.lastIndexOf('/')) {
            problems.add(Problem.invalid(path + ".apiVersion", version, "unexpected GroupVersion string: " + version));
        }
        String kind = object.path("kind").asText("");
        if (!kind.isEmpty()) {
            Names.dns1035(kind.toLowerCase(Locale.ROOT))
                    .forEach(why -> problems.add(Problem.invalid(
                            path + ".kind", kind, "may have mixed case, but should otherwise match: " + why)));
        }
        String name = object.path("metadata").path("name").asText("");
        Names.pathSegment(name).forEach(why -> problems.add(Problem.invalid(path + ".metadata.name", name, why)));
        return problems;
    }
}
