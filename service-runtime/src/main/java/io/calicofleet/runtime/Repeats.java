package io.calicofleet.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which entries of a log say again what was said within a minute: they are counted, and told as one when the minute is over.
 * Only entries that are equal in all they say are the same; so none hides another. Thread-safe; its time is given to it.
 *
 * @param <C> what an entry says
 */
final class Repeats<C> {

    /** For how long what is said again is only counted. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    /** How many different entries are remembered; with more, what is not remembered is written each time. */
    static final int MOST = 1000;

    private final int often;

    /** In the order of their minutes. */
    private final Map<C, Window> windows = new LinkedHashMap<>();

    /** Each entry is written once in its minute. */
    Repeats() {
        this(1);
    }

    /** Each entry is written so often in its minute, and then counted. */
    Repeats(int often) {
        this.often = often;
    }

    /**
     * An entry that was counted and not written.
     *
     * @param entry what it says
     * @param times how often, beside the time it was written
     */
    record Repeated<C>(C entry, long times) {}

    /**
     * Whether the entry is to be written; else it is counted.
     *
     * @param now in nanoseconds, of a clock that nobody sets
     */
    synchronized boolean isNew(C entry, long now) {
        Window window = windows.get(entry);
        if (window != null && window.written < often) {
            window.written++;
            return true;
        }
        if (window != null) {
            window.more++;
            return false;
        }
        if (windows.size() < MOST) {
            windows.put(entry, new Window(now));
        }
        return true;
    }

    /** Those whose minute is over and that were said again in it; they are new after that. */
    synchronized List<Repeated<C>> due(long now) {
        if (windows.isEmpty()) {
            return List.of();
        }
        List<Repeated<C>> due = new ArrayList<>();
        Iterator<Map.Entry<C, Window>> oldest = windows.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<C, Window> next = oldest.next();
            if (now - next.getValue().since < WINDOW.toNanos()) {
                break;
            }
            if (next.getValue().more > 0) {
                due.add(new Repeated<>(next.getKey(), next.getValue().more));
            }
            oldest.remove();
        }
        return due;
    }

    private static final class Window {

        private final long since;
        private int written = 1;
        private long more;

        Window(long since) {
            this.since = since;
        }
    }
}
