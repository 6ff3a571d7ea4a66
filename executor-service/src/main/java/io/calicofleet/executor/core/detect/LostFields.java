package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what a definition would cost an object: a field its schema does not know is dropped by the API server, without a
 * word, from everything that is read or written under it.
 */
public final class LostFields {

    private static final String WHY =
            "The target's definition does not know this field, so the API server would drop it.";

    private LostFields() {}

    /**
     * The fields of the spec of an object that the definition does not know.
     *
     * @param object an object, in an API version of the definition
     * @param definition a CustomResourceDefinition of {@code apiextensions.k8s.io/v1}; one without a schema knows everything
     */
    public static List<FieldConflict> of(JsonNode object, JsonNode definition) {
        String version = Json.text(object, "apiVersion").replaceFirst(".*/", "");
        List<FieldConflict> lost = new ArrayList<>();
        Json.elements(definition.at("/spec/versions"))
                .filter(each -> Json.text(each, "name").equals(version))
                .map(each -> each.at("/schema/openAPIV3Schema/properties/spec"))
                .filter(JsonNode::isObject)
                .findFirst()
                .ifPresent(schema -> walk(ObjectKey.of(object).object(), "spec", object.path("spec"), schema, lost));
        return lost;
    }

    private static void walk(String object, String path, JsonNode value, JsonNode schema, List<FieldConflict> lost) {
        if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                walk(object, path + "[" + i + "]", value.path(i), schema.path("items"), lost);
            }
            return;
        }
        if (!value.isObject() || schema.isMissingNode()) {
            return;
        }
        JsonNode properties = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        boolean open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                || others.asBoolean()
                || others.isObject();
        value.properties().forEach(field -> {
            String at = path + "." + field.getKey();
            JsonNode known = properties.path(field.getKey());
            if (known.isObject()) {
                walk(object, at, field.getValue(), known, lost);
            } else if (others.isObject()) {
                walk(object, at, field.getValue(), others, lost);
            } else if (!open) {
                lost.add(new FieldConflict(
                        object, at, "", field.getValue().toString(), "", WHY, List.of(OnConflict.TAKE_NEW)));
            }
        });
    }
}
