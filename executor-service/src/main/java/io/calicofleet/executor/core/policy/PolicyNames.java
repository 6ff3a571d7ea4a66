package io.calicofleet.executor.core.policy;

import io.calicofleet.event.CalicoVersion;
import java.util.List;

/**
 * Names that GlobalNetworkPolicies are stored under (facts 1.3). Up to v3.31 a policy of the default tier is stored with
 * the prefix {@code default.}: Felix reads the tier from it, and calicoctl finds no other. From v3.32 on new ones are
 * stored as they are called, and kube-controllers moves old ones, so that both may be found for a while.
 */
public final class PolicyNames {

    private static final String PREFIX = "default.";

    private PolicyNames() {}

    /** The name to store a policy of the default tier under, where {@code version} is the newest that runs or will. */
    public static String stored(String name, CalicoVersion version) {
        return version.isBefore(3, 32) ? PREFIX + plain(name) : plain(name);
    }

    /** Every name the policy may be stored under; whoever deletes it has to try all. */
    public static List<String> candidates(String name) {
        return List.of(PREFIX + plain(name), plain(name));
    }

    private static String plain(String name) {
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }
}
