package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.model.Json;
import java.util.Optional;
import java.util.stream.Stream;

/** The definition of FelixConfigurations, which knows their fields. */
public final class FelixDefinition {

    private static final String KIND = "CustomResourceDefinition";

    private FelixDefinition() {}

    /** Whether an object is one. */
    public static boolean isIt(JsonNode object) {
        return Json.text(object, "kind").equals(KIND)
                && object.at("/spec/names/kind").asText().equals(CalicoKind.FELIX_CONFIGURATION.kind());
    }

    /** The schemas of its fields, of the cluster's definition or else the release's; a missing node where neither has any. */
    public static JsonNode properties(ClusterSnapshot snapshot, Optional<? extends JsonNode> released) {
        return Stream.concat(snapshot.all(KIND).filter(FelixDefinition::isIt), released.stream())
                .flatMap(definition -> Json.elements(definition.at("/spec/versions")))
                .map(version -> version.at("/schema/openAPIV3Schema/properties/spec/properties"))
                .filter(JsonNode::isObject)
                .findFirst()
                .orElse(MissingNode.getInstance());
    }
}
