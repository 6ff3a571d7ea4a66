package io.calicofleet.verifier.core.traffic;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FlowDirection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ports Felix keeps open on every host endpoint by default, before any policy (facts 5; the outgoing ones as
 * Felix' configuration documents them). A cluster may have other lists in its FelixConfiguration.
 */
final class FailsafePorts {

    private static final Set<Integer> TCP = Set.of(179, 2379, 2380, 6666, 6667);

    private FailsafePorts() {}

    /**
     * Whether Felix of {@code version} lets it through by default.
     *
     * @param version the release that runs; null: the oldest there is, whose lists are the shortest
     */
    static boolean contains(@Nullable CalicoVersion version, FlowDirection direction, String protocol, int port) {
        boolean incoming = direction == FlowDirection.INGRESS;
        if (direction == FlowDirection.FORWARDED) {
            return false;
        }
        return switch (protocol) {
            case "udp" -> incoming ? port == 68 : port == 53 || port == 67;
            case "tcp" ->
                TCP.contains(port)
                        || (incoming && port == 22)
                        || (port == 6443 && isAtLeast(version, 14))
                        || (port == 5473 && isAtLeast(version, 15));
            default -> false;
        };
    }

    private static boolean isAtLeast(@Nullable CalicoVersion version, int minor) {
        return version != null && !version.isBefore(3, minor);
    }
}
