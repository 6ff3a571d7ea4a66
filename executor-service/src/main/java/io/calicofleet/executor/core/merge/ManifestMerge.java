package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Merges the manifest of a target release into a cluster.
 *
 * <ol>
 *   <li>The base of an object is what the installed release says of it; where that is not at hand, what was last applied.
 *   <li>See from where people have their images ({@link ImageMoves}), and look at the target as if it came from there.
 *   <li>Merge every object of source and target ({@link ObjectMerge}).
 *   <li>Order the outcome ({@link ApplyOrder}); what the target has no more comes last.
 * </ol>
 *
 * <p>Invariants: without local changes the manifest of an object is the target's; with a target like the base it is what
 * people have; merging again what was written writes nothing; whatever people changed is in the manifest, among the
 * conflicts, or, where a rule decided a conflict for the target, among the resolved.
 */
public final class ManifestMerge {

    private ManifestMerge() {}

    /**
     * The plan for bringing the target's manifest to a cluster.
     *
     * @param source the pristine manifest of the release that is installed; EMPTY where it is not at hand
     * @param live the objects of source and target as the cluster has them, read in the API version of the target
     * @param target the pristine manifest of the target release
     * @param onConflict what to do with what both sides changed
     */
    public static MergePlan plan(
            ManifestDocuments source, ManifestDocuments live, ManifestDocuments target, OnConflict onConflict) {
        ImageMoves moves = new ImageMoves();
        live.objects()
                .forEach((key, object) -> moves.learn(
                        key,
                        base(source, live, key).orElse(null),
                        object,
                        target.find(key).orElse(null)));
        Set<ObjectKey> keys = new LinkedHashSet<>(target.keys());
        keys.addAll(source.keys());
        List<MergedObject> wanted = new ArrayList<>();
        List<MergedObject> obsolete = new ArrayList<>();
        for (ObjectKey key : keys) {
            ObjectNode has = live.find(key).orElse(null);
            Findings places = new Findings(key, onConflict);
            ObjectNode wants = target.find(key)
                    .map(object -> moves.apply(key, object, places))
                    .orElse(null);
            if (has == null && wants == null) {
                continue;
            }
            MergedObject merged = ObjectMerge.merge(key, base(source, live, key).orElse(null), has, wants, onConflict);
            merged = merged.with(places, ImageLines.of(has, merged.manifest(), wants));
            (wants == null ? obsolete : wanted).add(merged);
        }
        wanted.sort(Comparator.comparing(MergedObject::key, ApplyOrder.COMPARATOR));
        wanted.addAll(obsolete);
        return new MergePlan(wanted);
    }

    private static Optional<ObjectNode> base(ManifestDocuments source, ManifestDocuments live, ObjectKey key) {
        return source.find(key).or(() -> live.find(key).flatMap(LastApplied::of));
    }
}
