package io.calicofleet.simulator.kubernetes.resource;

/**
 * A resource whatever its version: what objects are stored under.
 *
 * @param group the API group; empty for the core group
 * @param plural the resource's plural name
 */
public record GroupResource(String group, String plural) implements Comparable<GroupResource> {

    @Override
    public int compareTo(GroupResource other) {
        int byGroup = group.compareTo(other.group);
        return byGroup != 0 ? byGroup : plural.compareTo(other.plural);
    }

    @Override
    public String toString() {
        return group.isEmpty() ? plural : plural + "." + group;
    }
}
