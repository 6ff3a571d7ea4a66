package io.calicofleet.simulator.json;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the API writes them. */
public final class Times {

    private Times() {}

    /** Now, to the second. */
    public static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
