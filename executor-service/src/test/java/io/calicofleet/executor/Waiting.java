package io.calicofleet.executor;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits for what comes soon on a machine of its own, and is not given up on a busy one. */
public final class Waiting {

    private Waiting() {}

    /** A wait of a minute at most, in place of Awaitility's ten seconds. */
    public static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(1));
    }
}
