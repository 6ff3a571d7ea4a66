package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * A host endpoint as found.
 *
 * @param name its name
 * @param node the node it belongs to; empty where it names none
 * @param interfaceName * or the name of one interface; empty where it goes by its IPs
 * @param automatic whether kube-controllers made it and keeps it
 * @param labelled whether it carries the label of the temporary policy
 */
public record HostEndpointFact(String name, String node, String interfaceName, boolean automatic, boolean labelled) {

    public HostEndpointFact {
        requireNonNull(name, "name");
        requireNonNull(node, "node");
        requireNonNull(interfaceName, "interfaceName");
    }

    /** Whether v3.14 would begin to deny its traffic: it covers all interfaces and is not automatic. */
    @JsonIgnore
    public boolean needsProtection() {
        return "*".equals(interfaceName) && !automatic;
    }
}
