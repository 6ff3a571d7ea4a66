package io.calicofleet.kafka.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.event.EventType;
import io.calicofleet.event.FleetStop;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Whether what is said of everything is that it stops. */
final class Stops {

    private Stops() {}

    static boolean isStop(Headers headers, byte @Nullable [] value) {
        try {
            Header type = headers.lastHeader("ce_type");
            return value != null
                    && type != null
                    && EventType.FLEET_STOP.encode().equals(new String(type.value(), UTF_8))
                    && EventJson.read(value, FleetStop.class).stop() != null;
        } catch (IOException e) {
            return false;
        }
    }
}
