package io.calicofleet.simulator.calico.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;

/**
 * Makes the definition of Installation as large as it really is from v3.24 on: the schema of a whole pod, several times,
 * with all its descriptions; 337 KB at v3.24, 604 KB at v3.28. Small releases need not carry that around.
 */
public final class LargeDefinition {

    private static final String NAME = "installations.operator.tigera.io";
    private static final int BYTES = 600_000;
    private static final String SENTENCE =
            "A pod is described here, with every field it may have and what that is for. ";

    private LargeDefinition() {}

    /** A manifest with that definition enlarged; the same where it has none of v3.24 or later. */
    public static String enlarge(String manifest) {
        StringBuilder all = new StringBuilder();
        for (JsonNode document : Json.yamlDocuments(manifest)) {
            if (Json.text(document, "metadata", "name").equals(NAME)) {
                JsonNode field = document.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties")
                        .path("calicoNodeDaemonSet");
                if (field instanceof ObjectNode pod) {
                    pod.put("description", SENTENCE.repeat(BYTES / SENTENCE.length()));
                }
            }
            all.append("---\n").append(Json.yaml(document));
        }
        return all.toString();
    }
}
