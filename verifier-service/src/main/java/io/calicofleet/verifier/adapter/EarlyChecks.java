package io.calicofleet.verifier.adapter;

import io.calicofleet.event.StepId;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest check of each step that is not known yet: topics are read side by side, so a check may overtake the request. Most never come of
 * a request, so they are kept for a while and up to a number; who is forgotten is observed again.
 */
final class EarlyChecks {

    /** How long a request may take longer than a check. */
    static final Duration KEPT = Duration.ofMinutes(1);

    /** For so many steps. */
    static final int MOST = 1000;

    /** Whoever was kept first is first. */
    private final Map<StepId, Kept> checks = new LinkedHashMap<>();

    /** A check and when it came. */
    private record Kept(Inbound.Checked check, Instant at) {}

    /**
     * Keeps it.
     *
     * @param now by a clock that nobody sets
     */
    void keep(Inbound.Checked check, Instant now) {
        checks.remove(check.step());
        checks.put(check.step(), new Kept(check, now));
        drop(now);
    }

    /** What was kept of {@code step}, which is known now; null where nothing was. */
    Inbound.@Nullable Checked take(StepId step, Instant now) {
        drop(now);
        Kept kept = checks.remove(step);
        return kept == null ? null : kept.check();
    }

    void clear() {
        checks.clear();
    }

    int size() {
        return checks.size();
    }

    private void drop(Instant now) {
        Iterator<Kept> oldest = checks.values().iterator();
        while (oldest.hasNext()) {
            boolean old = Duration.between(oldest.next().at(), now).compareTo(KEPT) > 0;
            if (!old && checks.size() <= MOST) {
                return;
            }
            oldest.remove();
        }
    }
}
