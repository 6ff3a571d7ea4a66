package io.calicofleet.simulator.kubernetes.resource;

import io.calicofleet.simulator.kubernetes.crd.CrdVersion;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One served version of a resource.
 *
 * @param group the API group; empty for the core group
 * @param version the version served
 * @param kind the kind
 * @param plural the plural name
 * @param singular the singular name
 * @param namespaced whether its objects are in namespaces
 * @param features status, scale, log, eviction, token: its subresources; gen: it has generations; all: the category; review:
 *     only created, never stored; returned: a deletion answers the object, not a Status; putmakes: a PUT makes what is not
 *     there; versioned: a PUT names the version it replaces; onlyone: there is no deletion of a collection
 * @param shortNames short names
 * @param crd the version of the CRD it comes from; null for a built-in type
 */
public record ResourceType(
        String group,
        String version,
        String kind,
        String plural,
        String singular,
        boolean namespaced,
        Set<String> features,
        List<String> shortNames,
        @Nullable CrdVersion crd) {

    public ResourceType {
        features = Set.copyOf(features);
        shortNames = List.copyOf(shortNames);
    }

    /** {@code apps/v1}, or {@code v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** What its objects are stored under. */
    public GroupResource groupResource() {
        return new GroupResource(group, plural);
    }

    /** {@code daemonsets.apps}. */
    public String qualifiedName() {
        return groupResource().toString();
    }

    /** Whether it has a feature. */
    public boolean has(String feature) {
        return features.contains(feature);
    }
}
