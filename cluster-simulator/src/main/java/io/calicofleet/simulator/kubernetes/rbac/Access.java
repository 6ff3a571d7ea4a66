package io.calicofleet.simulator.kubernetes.rbac;

import static java.util.Objects.requireNonNull;

/**
 * What a request does to what, in the words of an authorizer.
 *
 * @param verb get, list, watch, create, update, patch, delete or deletecollection; escalate and bind where a role is asked
 *     for
 * @param group the API group; empty for the core group
 * @param resource the plural with, after a slash, its subresource
 * @param namespace the namespace; empty for all of them or none
 * @param name the object's name; empty where a request has none, as all that create
 */
public record Access(String verb, String group, String resource, String namespace, String name)
        implements Comparable<Access> {

    public Access {
        requireNonNull(verb, "verb");
        requireNonNull(group, "group");
        requireNonNull(resource, "resource");
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
    }

    /** Whether it changes something. */
    public boolean writes() {
        return switch (verb) {
            case "get", "list", "watch" -> false;
            default -> true;
        };
    }

    /** The same of one name. */
    public Access of(String one) {
        return new Access(verb, group, resource, namespace, one);
    }

    /** The same of whatever name. */
    public Access ofAnyName() {
        return new Access(verb, group, resource, namespace, "");
    }

    /** The same object made, as server-side apply makes what is not there. */
    public Access asCreate() {
        return new Access("create", group, resource, namespace, name);
    }

    /** Why it is refused to a user, as the API server says it. */
    public String refusal(String user) {
        return "User \"" + user + "\" cannot " + verb + " resource \"" + resource + "\" in API group \"" + group + "\""
                + (namespace.isEmpty() ? " at the cluster scope" : " in the namespace \"" + namespace + "\"");
    }

    @Override
    public int compareTo(Access other) {
        return toString().compareTo(other.toString());
    }

    /** {@code update daemonsets.apps calico-node in kube-system}. */
    @Override
    public String toString() {
        return verb + " " + resource + (group.isEmpty() ? "" : "." + group) + (name.isEmpty() ? "" : " " + name)
                + (namespace.isEmpty() ? "" : " in " + namespace);
    }
}
