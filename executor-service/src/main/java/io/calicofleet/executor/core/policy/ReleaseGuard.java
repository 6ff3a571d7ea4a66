package io.calicofleet.executor.core.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;

/** Keeps the temporary policy from being removed where that would close a host endpoint. */
@SuppressWarnings("DoNotCallSuggester")
public final class ReleaseGuard {

    private ReleaseGuard() {}

    /**
     * The names of the labelled host endpoints that would be less open without the temporary policy and its label.
     *
     * @param hostEndpoints all host endpoints
     * @param policies all GlobalNetworkPolicies, those about to be created too
     * @param profiles the names of the profiles there are; a profile that is not there opens nothing
     */
    public static List<String> wouldBeClosed(
            Collection<? extends JsonNode> hostEndpoints,
            Collection<? extends JsonNode> policies,
            Collection<String> profiles) {
        throw new UnsupportedOperationException();
    }
}
