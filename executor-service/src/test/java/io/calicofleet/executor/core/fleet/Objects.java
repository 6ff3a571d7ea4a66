package io.calicofleet.executor.core.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.Base64;
import java.util.Map;

/** Objects as API servers give them. */
final class Objects {

    /** Base64 of something that looks like PEM. */
    static final String PEM = base64("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");

    private Objects() {}

    static ObjectNode secret(String name, Map<String, String> labels, Map<String, String> data) {
        ObjectNode secret = object("v1", "Secret", name, labels);
        ObjectNode encoded = secret.putObject("data");
        data.forEach((key, value) -> encoded.put(key, base64(value)));
        return secret;
    }

    static ObjectNode object(String apiVersion, String kind, String name, Map<String, String> labels) {
        ObjectNode object = Json.object().put("apiVersion", apiVersion).put("kind", kind);
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("name", name).put("namespace", "ns").put("creationTimestamp", "2026-11-30T05:00:00Z");
        ObjectNode all = metadata.putObject("labels");
        labels.forEach(all::put);
        return object;
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
