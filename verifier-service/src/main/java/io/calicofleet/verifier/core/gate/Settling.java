package io.calicofleet.verifier.core.gate;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Since when the pods stand settled, and for how long they did. Every time is one of {@link ObservationHistory#observed}.
 *
 * @param podsSince since when the pods gate passes; null: it does not
 * @param podsLast when it last passed
 * @param podsFrom from when the time of the pods gate runs: the end of the last stretch that lasted
 * @param since since when the pods gate and that of an operator pass; null: one of them does not
 * @param before how long both passed in earlier stretches, all together
 * @param round how many rounds of its measurements there had been when both passed; null: they do not pass, or nothing is measured
 */
record Settling(
        @Nullable Duration podsSince,
        Duration podsLast,
        Duration podsFrom,
        @Nullable Duration since,
        Duration before,
        @Nullable Long round) {

    static final Settling NOT_YET = new Settling(null, Duration.ZERO, Duration.ZERO, null, Duration.ZERO, null);

    Settling {
        requireNonNull(podsLast, "podsLast");
        requireNonNull(podsFrom, "podsFrom");
        requireNonNull(before, "before");
    }

    /**
     * With what was seen {@code now}: whether the pods gate passes, and whether that of an operator does as well.
     *
     * @param rounds how many rounds of measurements there were; fewer than before tell that another executor counts; null where nothing is measured
     */
    Settling with(boolean pods, boolean all, Duration now, @Nullable Long rounds) {
        boolean lasted = podsSince != null && podsLast.minus(podsSince).compareTo(PodsGate.SETTLE) >= 0;
        return new Settling(
                pods ? podsSince == null ? now : podsSince : null,
                pods ? now : podsLast,
                lasted ? now : podsFrom,
                all ? since == null ? now : since : null,
                all || since == null ? before : before.plus(now).minus(since),
                !all ? null : round == null || rounds == null || rounds < round ? rounds : round);
    }

    /** Whether every path was dialled again since, from its begin: the first of two more rounds had begun before. */
    boolean measuredSince(long rounds) {
        return round != null && rounds >= round + 2;
    }

    /** When {@code length} of settled time is used up, where nothing unsettles it; null: that time does not run. */
    @Nullable
    Duration after(Duration length) {
        return since == null ? null : since.plus(length).minus(before);
    }
}
