package io.calicofleet.executor.core.continuity;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * All that one run of a prober had measured on one path when it told so. Nothing in it ever falls, so that the newest says what those before it
 * said, and it does not matter which of them are heard, how often and in what order. All times are hundredths of a second on the clock of the
 * machine since it started (prober.sh says how they are taken).
 *
 * @param run of the prober's script
 * @param boot of the machine: only times of one can be compared
 * @param told when it told so
 * @param kind from where to where
 * @param kept whether over one connection that is kept
 * @param to where it leads
 * @param began when it began to dial
 * @param tries how many times it dialled
 * @param answers how many answers it got
 * @param first when the first one came; 0: none has
 * @param last when the last one came; 0: none has
 * @param longest the longest time from one answer to the next with a lost try between, one that still goes on included
 * @param breaks how many times a kept connection that had answered was lost
 */
public record PathCount(
        String run,
        String boot,
        long told,
        String kind,
        boolean kept,
        String to,
        long began,
        long tries,
        long answers,
        long first,
        long last,
        long longest,
        long breaks) {

    private static final String FORM = "cf1";
    private static final String NEW = "new";
    private static final String KEPT = "kept";
    private static final int FIELDS = 14;

    public PathCount {
        requireNonNull(run, "run");
        requireNonNull(boot, "boot");
        requireNonNull(kind, "kind");
        requireNonNull(to, "to");
    }

    /** Reads a line of a prober; empty for any other, and for one that is cut. */
    public static Optional<PathCount> parse(String line) {
        String[] field = line.strip().split(" ", -1);
        if (field.length != FIELDS || !field[0].equals(FORM) || !(field[5].equals(NEW) || field[5].equals(KEPT))) {
            return Optional.empty();
        }
        try {
            PathCount count = new PathCount(
                    field[1],
                    field[2],
                    Long.parseLong(field[3]),
                    field[4],
                    field[5].equals(KEPT),
                    field[6],
                    Long.parseLong(field[7]),
                    Long.parseLong(field[8]),
                    Long.parseLong(field[9]),
                    Long.parseLong(field[10]),
                    Long.parseLong(field[11]),
                    Long.parseLong(field[12]),
                    Long.parseLong(field[13]));
            return count.isSound() ? Optional.of(count) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private boolean isSound() {
        return began >= 0
                && told >= began
                && answers >= 0
                && tries >= answers
                && (answers == 0) == (last == 0)
                && last >= first
                && last <= told
                && longest >= 0
                && longest <= told
                && breaks >= 0;
    }

    /** The line it was read from. */
    public String line() {
        return String.join(
                " ",
                FORM,
                run,
                boot,
                Long.toString(told),
                kind,
                kept ? KEPT : NEW,
                to,
                Long.toString(began),
                Long.toString(tries),
                Long.toString(answers),
                Long.toString(first),
                Long.toString(last),
                Long.toString(longest),
                Long.toString(breaks));
    }

    /** The one of the two, of one run and path, that was told later. */
    PathCount later(PathCount other) {
        return other.tries > tries ? other : this;
    }

    /** When an answer had last come; the begin where none has. */
    long seen() {
        return last == 0 ? began : last;
    }

    /** When an answer first came; when it was told that none has. */
    long found() {
        return first == 0 ? told : first;
    }
}
