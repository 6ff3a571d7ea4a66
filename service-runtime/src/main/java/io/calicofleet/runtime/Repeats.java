package io.calicofleet.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Which entries of a log say again what was said within a minute: they are counted, and told as one when the minute is over.
 * Only entries that are equal in all they say are the same; so none hides another. Thread-safe; its time is given to it.
 *
 * @param <C> what an entry says
 */
final class Repeats<C> {

    /** For how long what is said again is only counted. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    /** How many different entries are remembered. */
    static final int MOST = 1000;

    /** Of what is not remembered so many of each kind are written a minute, and the rest is counted by its kind. */
    static final int MOST_OF_A_KIND = 100;

    private final int often;
    private final UnaryOperator<C> kind;

    /** In the order of their minutes. */
    private final Map<C, Window> windows = new LinkedHashMap<>();

    /**
     * Each entry is written so often in its minute, and then counted.
     *
     * @param kind what stands for an entry where more different ones are said than are remembered; there are few kinds
     */
    Repeats(int often, UnaryOperator<C> kind) {
        this.often = often;
        this.kind = kind;
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
    boolean isNew(C entry, long now) {
        return isNew(entry, now, 1);
    }

    /** The same for an entry that tells of so many. */
    synchronized boolean isNew(C entry, long now, long times) {
        boolean remembered = windows.containsKey(entry) || windows.size() < MOST;
        Window window = windows.computeIfAbsent(
                remembered ? entry : kind.apply(entry), said -> new Window(now, remembered ? often : MOST_OF_A_KIND));
        if (window.left > 0) {
            window.left--;
            return true;
        }
        window.more += times;
        return false;
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
        private int left;
        private long more;

        Window(long since, int left) {
            this.since = since;
            this.left = left;
        }
    }
}
