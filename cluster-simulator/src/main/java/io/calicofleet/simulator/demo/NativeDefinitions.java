package io.calicofleet.simulator.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;

/**
 * Calico's definitions in {@code projectcalico.org/v3}, as {@code v3_projectcalico_org.yaml} and {@code calico-v3-crds.yaml}
 * of v3.32 have them in place of those of {@code crd.projectcalico.org/v1}.
 */
public final class NativeDefinitions {

    private static final String OLD = "crd.projectcalico.org";
    private static final String NATIVE = "projectcalico.org";

    private NativeDefinitions() {}

    /** A manifest with each definition of the older group in that one; the rest as it is. */
    public static String of(String manifest) {
        StringBuilder all = new StringBuilder();
        for (JsonNode document : Json.yamlDocuments(manifest)) {
            if (document.at("/spec/group").asText().equals(OLD)) {
                Json.child((ObjectNode) document, "metadata")
                        .put("name", document.at("/spec/names/plural").asText() + "." + NATIVE);
                Json.child((ObjectNode) document, "spec").put("group", NATIVE);
                document.at("/spec/versions").forEach(version -> ((ObjectNode) version).put("name", "v3"));
            }
            all.append("---\n").append(Json.yaml(document));
        }
        return all.toString();
    }
}
