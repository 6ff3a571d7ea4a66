package io.calicofleet.executor.port;

import static java.util.Objects.requireNonNull;

/**
 * Something a kubeconfig has to be allowed to do.
 *
 * @param verb such as update
 * @param group the API group; empty for the core group
 * @param resource the plural, such as daemonsets
 * @param namespace the namespace; empty for all of them or none
 * @param name the object; empty for any, and for what is created, which has no name yet where rights are looked at
 */
public record Permission(String verb, String group, String resource, String namespace, String name) {

    public Permission {
        requireNonNull(verb, "verb");
        requireNonNull(group, "group");
        requireNonNull(resource, "resource");
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
    }

    /** One for objects of any name. */
    public Permission(String verb, String group, String resource, String namespace) {
        this(verb, group, resource, namespace, "");
    }

    /** {@code update daemonsets.apps in kube-system}, {@code bind clusterroles.rbac.authorization.k8s.io calico-node}. */
    @Override
    public String toString() {
        return verb + " " + resource + (group.isEmpty() ? "" : "." + group) + (name.isEmpty() ? "" : " " + name)
                + (namespace.isEmpty() ? "" : " in " + namespace);
    }
}
