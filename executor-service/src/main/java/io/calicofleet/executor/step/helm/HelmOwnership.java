package io.calicofleet.executor.step.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Hands the objects of a release over to one in another namespace, by their annotation: Helm refuses to touch what it
 * finds to be another release's. Which objects: those that either release is made of and the one owns that
 * gives; by more than the list in the documentation, so that charts in between are right, too.
 */
public final class HelmOwnership {

    private HelmOwnership() {}

    /** Hands over; returns what was changed. Objects that are gone or of somebody else are left alone. */
    static List<String> move(ClusterApi cluster, String name, String from, String to, List<String> manifests) {
        Set<ResourceRef> refs = new LinkedHashSet<>();
        manifests.forEach(manifest -> refs.addAll(HelmFound.objects(manifest)));
        return refs.stream()
                .filter(ref -> Edits.edit(cluster, ref, object -> handedOver(object, name, from, to)))
                .map(ResourceRef::object)
                .toList();
    }

    /**
     * Creates the roles a release will have and has not, with its marks, so that Helm finds them to be its own: Helm would
     * create them without saying their name, and the right to escalate is for names (ADR 28). Returns what was created.
     */
    static List<String> createRoles(ClusterApi cluster, String name, String namespace, String manifest) {
        List<String> created = new ArrayList<>();
        for (JsonNode document : HelmFound.documents(manifest)) {
            if (document instanceof ObjectNode object
                    && Set.of("ClusterRole", "Role")
                            .contains(object.path("kind").asText())) {
                ObjectNode role = object.deepCopy();
                mark(role, name, namespace);
                if (Edits.create(cluster, role)) {
                    created.add(ResourceRef.of(role).object());
                }
            }
        }
        return created;
    }

    /** Marks an object as Helm marks what belongs to a release. */
    public static void mark(ObjectNode object, String name, String namespace) {
        ObjectNode metadata = Json.child(object, "metadata");
        Json.child(metadata, "labels").put("app.kubernetes.io/managed-by", "Helm");
        Json.child(metadata, "annotations")
                .put(HelmFound.RELEASE_NAME, name)
                .put(HelmFound.RELEASE_NAMESPACE, namespace);
    }

    private static ObjectNode handedOver(ObjectNode object, String name, String from, String to) {
        if (!HelmFound.isOwned(object, from, name)) {
            return object;
        }
        ObjectNode copy = object.deepCopy();
        copy.withObject("/metadata/annotations").put(HelmFound.RELEASE_NAMESPACE, to);
        return copy;
    }
}
