package io.calicofleet.kafka.attestation;

import io.calicofleet.event.FleetStop;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Whether what is said of everything is that it stops. */
final class Stops {

    private Stops() {}

    static boolean isStop(byte @Nullable [] value) {
        try {
            return value != null && EventJson.read(value, FleetStop.class).stop() != null;
        } catch (IOException e) {
            return false;
        }
    }
}
