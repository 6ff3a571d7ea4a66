package io.calicofleet.verifier.core.traffic;

import io.calicofleet.model.felix.object.PolicyObject;
import java.util.Optional;

/** Reads a policy as people write it. */
@FunctionalInterface
public interface PolicyReader {

    /** Reads nothing; for steps that are about no policy. */
    PolicyReader NONE = yaml -> Optional.empty();

    /** The policy in {@code yaml}; empty where it holds none, or not just one. */
    Optional<PolicyObject> read(String yaml);
}
