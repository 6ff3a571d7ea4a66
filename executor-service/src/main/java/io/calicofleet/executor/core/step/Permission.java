package io.calicofleet.executor.core.step;

import static java.util.Objects.requireNonNull;

/**
 * Something a kubeconfig has to be allowed to do.
 *
 * @param verb such as update
 * @param group the API group; empty for the core group
 * @param resource the plural, such as daemonsets
 * @param namespace the namespace; empty for all of them or none
 */
public record Permission(String verb, String group, String resource, String namespace) {

    public Permission {
        requireNonNull(verb, "verb");
        requireNonNull(group, "group");
        requireNonNull(resource, "resource");
        requireNonNull(namespace, "namespace");
    }

    /** {@code update daemonsets.apps in kube-system}. */
    @Override
    public String toString() {
        return verb + " " + resource + (group.isEmpty() ? "" : "." + group)
                + (namespace.isEmpty() ? "" : " in " + namespace);
    }
}
