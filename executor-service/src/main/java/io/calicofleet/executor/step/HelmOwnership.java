package io.calicofleet.executor.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.step.ClusterApi;
import io.calicofleet.executor.core.step.ResourceRef;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Hands the objects of a release over to one in another namespace, by their annotation: Helm refuses to touch what it
 * finds to be another release's (facts 5). Which objects: those that either release is made of and the one owns that
 * gives; by more than the list in the documentation, so that charts in between are right, too.
 */
final class HelmOwnership {

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

    private static ObjectNode handedOver(ObjectNode object, String name, String from, String to) {
        if (!HelmFound.isOwned(object, from, name)) {
            return object;
        }
        ObjectNode copy = object.deepCopy();
        copy.withObject("/metadata/annotations").put(HelmFound.RELEASE_NAMESPACE, to);
        return copy;
    }
}
