package io.calicofleet.runtime;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.LogKeys;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that somebody has set the machine's wall clock back. What we wait for ourselves we count from a start; Kafka's clients ask the wall
 * clock, and wait until it comes again to where it was: they send no heartbeats, connect to no broker that was away, and streams do not tick
 * (org.apache.kafka.common.utils.Timer never goes back). No setting changes that. So the process ends, in an orderly way where that takes no
 * longer than a kill would, and who keeps it running starts it anew with the new time.
 */
final class ClockWatch {

    /** Less than this Kafka's sessions outlive. */
    static final Duration HARMLESS = Duration.ofSeconds(2);

    private static final Logger LOGGER = LoggerFactory.getLogger(ClockWatch.class);
    /** One that is set ahead and back again in between is not noticed, and does the same harm. */
    static final Duration LOOK = Duration.ofMillis(50);

    /** Clients that wait for their clock do not close either. */
    private static final Duration ORDERLY = Duration.ofSeconds(4);

    private static final int AGAIN = 75; // sysexits.h, EX_TEMPFAIL

    private final LongSupplier wallMillis;
    private final LongSupplier nanos;
    private long ahead;

    /**
     * Looks for the first time.
     *
     * @param wallMillis the clock that may be set, in milliseconds
     * @param nanos one that nobody sets
     */
    ClockWatch(LongSupplier wallMillis, LongSupplier nanos) {
        this.wallMillis = requireNonNull(wallMillis, "wallMillis");
        this.nanos = requireNonNull(nanos, "nanos");
        this.ahead = ahead();
    }

    /** Watches this process's clock from now on, for as long as it lives. */
    static void start() {
        ClockWatch watch = new ClockWatch(System::currentTimeMillis, System::nanoTime);
        Thread.ofPlatform().name("clock-watch").daemon().start(() -> {
            try {
                Optional<Duration> back = Optional.empty();
                while (back.isEmpty()) {
                    TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
                    back = watch.setBack();
                }
                end(back.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** By how much the clock was set back since it was looked at last; empty where it was not, or by what does no harm. */
    Optional<Duration> setBack() {
        long now = ahead();
        Duration back = Duration.ofMillis(ahead - now);
        ahead = now;
        return back.compareTo(HARMLESS) > 0 ? Optional.of(back) : Optional.empty();
    }

    private long ahead() {
        return wallMillis.getAsLong() - TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
    }

    private static void end(Duration back) throws InterruptedException {
        LOGGER.atWarn()
                .addKeyValue(LogKeys.REASON, "the wall clock was set back by " + back.toSeconds() + " s")
                .log("Kafka's clients would stand still for as long; the process ends and has to be started again");
        Thread.ofPlatform().name("clock-watch-end").daemon().start(() -> System.exit(AGAIN));
        TimeUnit.MILLISECONDS.sleep(ORDERLY.toMillis());
        Runtime.getRuntime().halt(AGAIN);
    }
}
