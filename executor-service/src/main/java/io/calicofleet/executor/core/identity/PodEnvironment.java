package io.calicofleet.executor.core.identity;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The environment of a container as its pods see it. */
public final class PodEnvironment {

    private PodEnvironment() {}

    /**
     * The variables of a container; values from ConfigMaps are looked up among {@code objects}, other references are empty.
     *
     * @param namespace that of its workload
     */
    public static Map<String, String> of(Collection<? extends JsonNode> objects, String namespace, JsonNode container) {
        Map<String, String> environment = new HashMap<>();
        Json.elements(container.get("env"))
                .forEach(entry -> environment.put(Json.text(entry, "name"), value(objects, namespace, entry)));
        return environment;
    }

    private static String value(Collection<? extends JsonNode> objects, String namespace, JsonNode entry) {
        JsonNode reference = entry.at("/valueFrom/configMapKeyRef");
        if (!reference.isObject()) {
            return Json.text(entry, "value");
        }
        return objects.stream()
                .filter(object -> Json.text(object, "kind").equals("ConfigMap"))
                .filter(map -> map.at("/metadata/namespace").asText().equals(namespace))
                .filter(map -> map.at("/metadata/name").asText().equals(Json.text(reference, "name")))
                .map(map -> Json.text(map.get("data"), Json.text(reference, "key")))
                .findFirst()
                .orElse("");
    }
}
