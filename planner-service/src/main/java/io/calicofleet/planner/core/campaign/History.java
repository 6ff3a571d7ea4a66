package io.calicofleet.planner.core.campaign;

import io.calicofleet.event.StepRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last hundred steps of a cluster, oldest first. */
final class History {

    private static final int KEPT = 100;

    private History() {}

    /** With one more. */
    static List<StepRecord> with(List<StepRecord> history, StepRecord next) {
        List<StepRecord> longer =
                new ArrayList<>(history.subList(Math.max(0, history.size() + 1 - KEPT), history.size()));
        longer.add(next);
        return longer;
    }

    /**
     * With the last one in this state.
     *
     * @param finishedAt when it finished; null: it has not, or had before
     */
    static List<StepRecord> last(List<StepRecord> history, String state, String message, @Nullable Instant finishedAt) {
        if (history.isEmpty()) {
            return history;
        }
        StepRecord last = history.getLast();
        List<StepRecord> changed = new ArrayList<>(history);
        changed.set(
                changed.size() - 1,
                new StepRecord(
                        last.step(),
                        state,
                        last.startedAt(),
                        finishedAt == null ? last.finishedAt() : finishedAt,
                        message));
        return changed;
    }
}
