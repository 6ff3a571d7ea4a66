package io.calicofleet.event;

import java.util.List;

/**
 * What Felix lets through before any policy, by its environment and its FelixConfigurations: open on every node that has a
 * protected host endpoint.
 *
 * @param inbound the ports that are open to the host
 * @param outbound the ports that are open from the host
 * @param differ whether some of these nodes keep more open than others
 */
public record FailsafeObservation(List<FailsafePort> inbound, List<FailsafePort> outbound, boolean differ) {

    public FailsafeObservation {
        inbound = Copies.list(inbound);
        outbound = Copies.list(outbound);
    }
}
