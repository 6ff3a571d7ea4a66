package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * Something that would no longer be reached once the policies on a host endpoint are enforced.
 *
 * @param service what would be cut, such as kubelet tcp/10250
 * @param node the node it would be cut on
 * @param hostEndpoint the host endpoint whose policies cut it; empty where there is none
 * @param from who needs it, such as the other nodes
 * @param rule the rule that cuts it, such as GlobalNetworkPolicy deny-all ingress rule 2, or the end of all policies
 */
public record LockoutFact(String service, String node, String hostEndpoint, String from, String rule) {

    public LockoutFact {
        requireNonNull(service, "service");
        requireNonNull(node, "node");
        requireNonNull(hostEndpoint, "hostEndpoint");
        requireNonNull(from, "from");
        requireNonNull(rule, "rule");
    }
}
