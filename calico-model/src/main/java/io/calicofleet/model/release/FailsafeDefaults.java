package io.calicofleet.model.release;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailsafePort;
import io.calicofleet.event.FlowDirection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The failsafe ports Felix goes by where nobody gave it a list. */
public final class FailsafeDefaults {

    private static final List<String> BOTH_WAYS = List.of("tcp:179", "tcp:2379", "tcp:2380", "tcp:6666", "tcp:6667");

    private FailsafeDefaults() {}

    /**
     * The ports.
     *
     * @param version the release that runs; null: the oldest there is, whose lists are the shortest
     * @param direction ingress or egress; nothing is failsafe on its way through the host
     */
    public static List<FailsafePort> of(@Nullable CalicoVersion version, FlowDirection direction) {
        List<String> ports = new ArrayList<>(
                switch (direction) {
                    case INGRESS -> List.of("tcp:22", "udp:68");
                    case EGRESS -> List.of("udp:53", "udp:67");
                    case FORWARDED -> List.of();
                });
        if (direction != FlowDirection.FORWARDED) {
            ports.addAll(BOTH_WAYS);
            if (version != null && ReleaseTrait.FAILSAFE_API_SERVER.isIn(version)) {
                ports.add("tcp:6443");
            }
            if (version != null && ReleaseTrait.FAILSAFE_TYPHA.isIn(version)) {
                ports.add("tcp:5473");
            }
        }
        return ports.stream().map(FailsafePort::parse).toList();
    }
}
