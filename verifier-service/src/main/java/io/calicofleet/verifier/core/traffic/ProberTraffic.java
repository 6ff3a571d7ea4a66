package io.calicofleet.verifier.core.traffic;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.felix.flow.FlowKey;
import java.time.Duration;
import java.time.Instant;

/**
 * What the prober of a campaign sent from its hosts, so that no rule is suggested for it. Told by port, by who is at the other end, and by time: where the
 * prober listens nothing else does, and what is still seen when it is gone is somebody else's.
 *
 * @param hostPort the TCP port it listens on in the network of its hosts
 * @param until when it was last known to be there
 */
public record ProberTraffic(int hostPort, Instant until) {

    /** So long may its pods take to go, and the last line of a log to come. */
    private static final Duration GOING = Duration.ofMinutes(2);

    public ProberTraffic {
        requireNonNull(until, "until");
    }

    /** Whether all that was logged of {@code flow} came from it. */
    boolean sent(FlowKey flow, FlowCount count, Network network) {
        Instant last = count.last();
        boolean ofHosts = flow.ports().first() == hostPort && network.hasNode(flow.peer());
        boolean ofPods = flow.ports().first() == ContinuitySpec.POD_PORT
                && flow.direction() == FlowDirection.EGRESS
                && network.isOfPods(flow.peer());
        return last != null
                && !last.isAfter(until.plus(GOING))
                && flow.protocol().equals("tcp")
                && flow.ports().isSingle()
                && (ofHosts || ofPods);
    }
}
