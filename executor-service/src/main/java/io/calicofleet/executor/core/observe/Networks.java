package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The addresses that traffic is told by. */
@SuppressWarnings("DoNotCallSuggester")
public final class Networks {

    private Networks() {}

    /** The addresses of each node: what Kubernetes knows and what Calico wrote into its annotations. */
    public static Map<String, List<String>> nodeAddresses(Collection<? extends JsonNode> nodes) {
        throw new UnsupportedOperationException();
    }

    /** The CIDRs of the IP pools that are not disabled. */
    public static List<String> podNetworks(Collection<? extends JsonNode> ipPools) {
        throw new UnsupportedOperationException();
    }
}
