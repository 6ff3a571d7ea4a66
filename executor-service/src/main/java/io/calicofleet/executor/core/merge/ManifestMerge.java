package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Merges the manifest of a target release into a cluster.
 *
 * <ol>
 *   <li>The base of an object is what the installed release says of it; where that is not at hand, what was last applied,
 *       its images put back to where they are published ({@link PublishedImages}).
 *   <li>See from where people have their images ({@link ImageMoves}), and look at the target as if it came from there.
 *   <li>Merge every object of source and target ({@link ObjectMerge}), and those once more that lack what others refer to
 *       ({@link References}).
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
                .forEach((key, object) -> base(source, live, target, key).ifPresent(base -> moves.learn(base, object)));
        Set<ObjectKey> keys = new LinkedHashSet<>(target.keys());
        keys.addAll(source.keys());
        Map<ObjectKey, Set<String>> needed = new HashMap<>();
        Map<ObjectKey, MergedObject> merged = new LinkedHashMap<>();
        Set<ObjectKey> due = keys;
        while (!due.isEmpty()) {
            for (ObjectKey key : due) {
                ObjectNode has = live.find(key).orElse(null);
                ObjectNode wants = target.find(key).map(moves::apply).orElse(null);
                if (has != null || wants != null) {
                    ObjectNode was = base(source, live, target, key).orElse(null);
                    Set<String> paths = needed.getOrDefault(key, Set.of());
                    merged.put(key, ObjectMerge.merge(key, was, has, wants, onConflict, paths));
                }
            }
            due = new LinkedHashSet<>();
            for (var missing : References.missing(merged.values()).entrySet()) {
                if (needed.computeIfAbsent(missing.getKey(), none -> new TreeSet<>())
                        .addAll(missing.getValue())) {
                    due.add(missing.getKey());
                }
            }
        }
        List<MergedObject> ordered = merged.values().stream()
                .filter(object -> target.find(object.key()).isPresent())
                .sorted(Comparator.comparing(MergedObject::key, ApplyOrder.COMPARATOR))
                .collect(Collectors.toCollection(ArrayList::new));
        merged.values().stream()
                .filter(object -> target.find(object.key()).isEmpty())
                .forEach(ordered::add);
        return new MergePlan(ordered);
    }

    private static Optional<ObjectNode> base(
            ManifestDocuments source, ManifestDocuments live, ManifestDocuments target, ObjectKey key) {
        return source.find(key)
                .or(() -> live.find(key)
                        .flatMap(LastApplied::of)
                        .map(applied -> PublishedImages.restore(
                                applied, target.find(key).orElse(null))));
    }
}
