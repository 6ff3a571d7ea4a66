package io.calicofleet.cli.chaos;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether nothing goes on any more, by what is seen at each look: a look that takes long tells of one moment, however long ago the one
 * before was. Times are those of {@link System#nanoTime()}. Thread-safe.
 */
final class Calm {

    private static final Duration ENDED = Duration.ofSeconds(4);

    /** What waits for another may begin when that lets go, which takes a while on a busy machine. */
    private static final Duration WAITING = Duration.ofSeconds(15);

    private static final Duration STUCK = Duration.ofMinutes(5);

    private String progress = "";
    private boolean ended;
    private long changedAt;
    private long lookedAt;
    private @Nullable Long quietSince;

    Calm(long now) {
        this.changedAt = now;
        this.lookedAt = now;
    }

    /** There was nothing to be seen, or something was done just now. */
    synchronized void busy() {
        quietSince = null;
    }

    /**
     * What was seen.
     *
     * @param all what changes when anything goes on
     * @param quiet whether nothing runs
     * @param over whether all has ended, and nothing waits
     */
    synchronized void saw(String all, boolean quiet, boolean over, long now) {
        boolean same = all.equals(progress);
        if (!same) {
            progress = all;
            changedAt = now;
        }
        if (!quiet || !same) {
            quietSince = null;
        } else if (quietSince == null) {
            quietSince = now;
        }
        ended = over;
        lookedAt = now;
    }

    /** Whether nothing ran for a while, at each look. */
    synchronized boolean isQuiet() {
        return quietSince != null && lookedAt - quietSince >= (ended ? ENDED : WAITING).toNanos();
    }

    /** Whether nothing has changed for as long as anything can take. */
    synchronized boolean isStuck(long now) {
        return now - changedAt >= STUCK.toNanos();
    }
}
