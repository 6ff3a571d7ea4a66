package io.calicofleet.executor.core.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.TemporaryPolicyObservation;
import java.util.Collection;

/** The policy that logs and allows the traffic of host endpoints during an upgrade. */
@SuppressWarnings("DoNotCallSuggester")
public final class TemporaryPolicy {

    /** Its name. */
    public static final String NAME = "allow-all-upgrade";

    /** The label of the host endpoints it selects; its value is empty. */
    public static final String LABEL = "host-endpoint-upgrade";

    private TemporaryPolicy() {}

    /** The object to create under {@code crd.projectcalico.org/v1}. */
    public static ObjectNode object(CalicoVersion version) {
        throw new UnsupportedOperationException();
    }

    /** Whether a policy logs and then allows all traffic both ways of what carries the label. */
    public static boolean inForce(JsonNode policy) {
        throw new UnsupportedOperationException();
    }

    /** The temporary policy among all GlobalNetworkPolicies. */
    public static TemporaryPolicyObservation observe(Collection<? extends JsonNode> policies) {
        throw new UnsupportedOperationException();
    }
}
