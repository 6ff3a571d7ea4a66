package io.calicofleet.executor.core.policy;

import io.calicofleet.event.CalicoVersion;
import java.util.List;

/** Names that GlobalNetworkPolicies are stored under. */
@SuppressWarnings("DoNotCallSuggester")
public final class PolicyNames {

    private PolicyNames() {}

    /** The name to store a policy of the default tier under. */
    public static String stored(String name, CalicoVersion version) {
        throw new UnsupportedOperationException();
    }

    /** Every name the policy may be stored under. */
    public static List<String> candidates(String name) {
        throw new UnsupportedOperationException();
    }
}
