package io.calicofleet.executor.step.inspect;

import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.diff.ReleaseChange;
import io.calicofleet.model.release.diff.ReleaseDiff;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What changes between two releases, kept for the next cluster: most of a fleet goes from the same files to the same files. Only the very
 * same documents count, as they are where an install is as released.
 */
final class ReleaseComparisons {

    private static final int KEPT = 16;

    private record Comparison(ManifestDocuments before, ManifestDocuments after, List<ReleaseChange> changes) {}

    private final Deque<Comparison> kept = new ArrayDeque<>();

    /** As {@link ReleaseDiff#between(ManifestDocuments, ManifestDocuments)}. */
    List<ReleaseChange> between(ManifestDocuments before, ManifestDocuments after) {
        Optional<Comparison> known = known(before, after);
        if (known.isPresent()) {
            return known.get().changes();
        }
        List<ReleaseChange> changes = ReleaseDiff.between(before, after);
        synchronized (kept) {
            kept.addFirst(new Comparison(before, after, changes));
            if (kept.size() > KEPT) {
                kept.removeLast();
            }
        }
        return changes;
    }

    @SuppressWarnings("ReferenceEquality") // to compare the documents costs as much as what is spared
    private Optional<Comparison> known(ManifestDocuments before, ManifestDocuments after) {
        synchronized (kept) {
            return kept.stream()
                    .filter(each -> each.before() == before && each.after() == after)
                    .findFirst();
        }
    }
}
