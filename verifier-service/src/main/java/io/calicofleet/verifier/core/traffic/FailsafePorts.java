package io.calicofleet.verifier.core.traffic;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailsafeObservation;
import io.calicofleet.event.FailsafePort;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.flow.FlowKey;
import io.calicofleet.model.release.FailsafeDefaults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ports Felix keeps open on host endpoints before any policy: as they were observed on all nodes with a protected
 * host endpoint, else as the release has them by default.
 */
final class FailsafePorts {

    private final @Nullable FailsafeObservation observed;
    private final @Nullable CalicoVersion version;

    /**
     * The ports of a cluster.
     *
     * @param observed what its nodes go by; null: the defaults
     * @param version the release that runs; null: the oldest there is, whose lists are the shortest
     */
    FailsafePorts(@Nullable FailsafeObservation observed, @Nullable CalicoVersion version) {
        this.observed = observed;
        this.version = version;
    }

    /** Whether Felix lets all of it through, wherever it comes from or goes to. */
    boolean contains(FlowKey flow) {
        return open(flow.direction()).stream().anyMatch(port -> contains(port, flow));
    }

    /** Whether the port of TCP is open to everybody. */
    boolean isOpen(FlowDirection direction, int port) {
        return open(direction).stream()
                .anyMatch(open -> open.protocol().equals("tcp")
                        && open.port() == port
                        && open.net().isEmpty());
    }

    /** What is open by default and to nobody here, on some node at least. */
    List<FailsafePort> closed(FlowDirection direction) {
        return FailsafeDefaults.of(version, direction).stream()
                .filter(usual -> open(direction).stream()
                        .noneMatch(port -> port.protocol().equals(usual.protocol()) && port.port() == usual.port()))
                .toList();
    }

    /** What a person has to know of where this comes from; empty where there is nothing. */
    String note() {
        if (observed == null) {
            return "The failsafe ports of this cluster were not observed: those "
                    + (version == null ? "of the oldest release" : "of " + version)
                    + " are assumed, as they are by default.";
        }
        return observed.differ()
                ? "The failsafe ports of the nodes differ: one counts where it is open on every node."
                : "";
    }

    private List<FailsafePort> open(FlowDirection direction) {
        return switch (direction) {
            case INGRESS -> observed == null ? FailsafeDefaults.of(version, direction) : observed.inbound();
            case EGRESS -> observed == null ? FailsafeDefaults.of(version, direction) : observed.outbound();
            case FORWARDED -> List.of();
        };
    }

    private static boolean contains(FailsafePort port, FlowKey flow) {
        if (!port.protocol().equals(flow.protocol()) || flow.ports().first() != port.port()) {
            return false;
        }
        Cidr net = Cidr.parse(port.net());
        return port.net().isEmpty() || (net != null && net.contains(flow.peer()));
    }
}
