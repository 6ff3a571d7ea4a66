package io.calicofleet.model.release;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailsafePort;
import io.calicofleet.event.FlowDirection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The failsafe ports Felix goes by where nobody gave it a list. */
public final class FailsafeDefaults {

    private static final List<String> BOTH_WAYS = List.of("tcp:179", "tcp:2379", "tcp:2380", "tcp:6666", "tcp:6667");

    private static final String API_SERVER = "tcp:6443";
    private static final String TYPHA = "tcp:5473";

    private FailsafeDefaults() {}

    /** Whether the port of TCP is open to the host in any release. */
    public static boolean isInSome(int port) {
        return Stream.concat(BOTH_WAYS.stream(), Stream.of("tcp:22", API_SERVER, TYPHA))
                .anyMatch(("tcp:" + port)::equals);
    }

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
                ports.add(API_SERVER);
            }
            if (version != null && ReleaseTrait.FAILSAFE_TYPHA.isIn(version)) {
                ports.add(TYPHA);
            }
        }
        return ports.stream().map(FailsafePort::parse).toList();
    }
}
