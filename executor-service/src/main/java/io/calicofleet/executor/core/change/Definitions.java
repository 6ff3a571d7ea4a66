package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Stream;

/** The definitions of the resources a campaign changes, which know their fields. */
public final class Definitions {

    private static final String KIND = "CustomResourceDefinition";
    private static final Set<String> CHANGED = Set.of(
            CalicoKind.FELIX_CONFIGURATION.kind(), CalicoKind.BGP_CONFIGURATION.kind(), CalicoKind.IP_POOL.kind());

    private Definitions() {}

    /** Whether an object is one; an operator's IPPool is none. */
    public static boolean isOne(JsonNode object) {
        return Json.text(object, "kind").equals(KIND)
                && object.at("/spec/group").asText().endsWith(CalicoKind.GROUP)
                && CHANGED.contains(object.at("/spec/names/kind").asText());
    }

    /** The schemas of a kind's fields, of the cluster's definition or else the release's; a missing node where neither has any. */
    public static JsonNode properties(
            ClusterSnapshot snapshot, Collection<? extends JsonNode> released, CalicoKind kind) {
        return Stream.concat(snapshot.all(KIND).filter(Definitions::isOne), released.stream())
                .filter(definition -> definition.at("/spec/names/kind").asText().equals(kind.kind()))
                .flatMap(definition -> Json.elements(definition.at("/spec/versions")))
                .map(version -> version.at("/schema/openAPIV3Schema/properties/spec/properties"))
                .filter(JsonNode::isObject)
                .findFirst()
                .orElse(MissingNode.getInstance());
    }
}
