package io.calicofleet.simulator.calico;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The ports Felix always lets through on host endpoints, by its version (facts 5), or as FelixConfiguration has them. */
final class Failsafe {

    private static final List<String> INBOUND =
            List.of("tcp/22", "udp/68", "tcp/179", "tcp/2379", "tcp/2380", "tcp/6666", "tcp/6667");
    private static final List<String> OUTBOUND =
            List.of("udp/53", "udp/67", "tcp/179", "tcp/2379", "tcp/2380", "tcp/6666", "tcp/6667");

    private Failsafe() {}

    static boolean lets(Connection connection, ImageVersion felix, JsonNode felixSpec) {
        JsonNode configured =
                felixSpec.path(connection.inbound() ? "failsafeInboundHostPorts" : "failsafeOutboundHostPorts");
        if (configured.isArray()) {
            for (JsonNode each : configured) {
                if (each.path("port").asInt() == connection.port()
                        && each.path("protocol").asText("tcp").equalsIgnoreCase(connection.protocol())) {
                    return true;
                }
            }
            return false;
        }
        String service = connection.service();
        return (connection.inbound() ? INBOUND : OUTBOUND).contains(service)
                || (service.equals("tcp/6443") && felix.atLeast(3, 14))
                || (service.equals("tcp/5473") && felix.atLeast(3, 15));
    }
}
