package io.calicofleet.executor.core.merge;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.merge.ContainerMoves.Followed;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.release.Containers;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Merges the manifest of a target release into a cluster.
 *
 * <ol>
 *   <li>The base of an object is what the installed release says of it. Where that is not known, nothing is but of images
 *       ({@link ImageMoves}); what was last applied is what somebody said, not a release.
 *   <li>Look at base and live as if everything in a pod had always been where the target has it ({@link ContainerMoves}).
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

    private static final Decisions HOLD = Decisions.of(OnConflict.HOLD);
    private static final Decisions TAKE = Decisions.of(OnConflict.TAKE_NEW);

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
        Set<ObjectKey> unknown = source.objects().isEmpty() ? live.keys() : Set.of();
        return plan(source, live, target, onConflict, unknown, onConflict);
    }

    /**
     * The same where it is not known of some objects what their release says: then each difference from the target is to be
     * decided, those in which only the cluster has something, too.
     *
     * @param unknown those objects
     * @param withoutBase what to do with their differences
     */
    public static MergePlan plan(
            ManifestDocuments source,
            ManifestDocuments live,
            ManifestDocuments target,
            OnConflict onConflict,
            Set<ObjectKey> unknown,
            OnConflict withoutBase) {
        return plan(source, live, target, Decisions.of(onConflict), unknown, Decisions.of(withoutBase));
    }

    /** The same with answers to single questions. */
    public static MergePlan plan(
            ManifestDocuments source,
            ManifestDocuments live,
            ManifestDocuments target,
            Decisions decisions,
            Set<ObjectKey> unknown,
            Decisions withoutBase) {
        Map<ObjectKey, Followed> placed = new HashMap<>();
        ImageMoves moves = new ImageMoves();
        live.objects().forEach((key, object) -> {
            ObjectNode wants = target.find(key).orElse(null);
            Decisions rule = unknown.contains(key) ? withoutBase : decisions;
            Followed sides = Followed.in(key, source.find(key).orElse(null), object, wants, rule);
            placed.put(key, sides);
            moves.learn(key, sides.base(), requireNonNull(sides.live()), sides.target());
        });
        Set<ObjectKey> keys = new LinkedHashSet<>(target.keys());
        keys.addAll(source.keys());
        Map<ObjectKey, Set<String>> needed = new HashMap<>();
        Map<ObjectKey, MergedObject> merged = new LinkedHashMap<>();
        Set<ObjectKey> due = keys;
        while (!due.isEmpty()) {
            for (ObjectKey key : due) {
                ObjectNode has = live.find(key).orElse(null);
                Decisions rule = unknown.contains(key) ? withoutBase : decisions;
                Findings places = new Findings(key, rule, true, Set.of());
                Followed sides = placed.computeIfAbsent(
                        key,
                        absent -> Followed.in(
                                absent,
                                source.find(absent).orElse(null),
                                null,
                                target.find(absent).orElse(null),
                                rule));
                ObjectNode wants = sides.target() == null ? null : moves.apply(key, sides.target(), places);
                if (has != null || wants != null) {
                    Set<String> paths = needed.getOrDefault(key, Set.of());
                    MergedObject object = ObjectMerge.merge(
                            key, sides.base(), has, sides.live(), wants, rule, !unknown.contains(key), paths);
                    merged.put(
                            key,
                            object.with(sides.findings(), List.of())
                                    .with(places, ImageLines.of(has, object.manifest(), wants)));
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

    /**
     * What is still to be done with an object of a plan that is being carried out: its changes, and no others. Whatever else
     * was changed meanwhile stays as it is.
     *
     * @param planned what the plan made of it
     * @param before how the cluster had it when the plan was made; null where it had none
     * @param live how the cluster has it now; null where it has none
     * @param written whether the plan wrote it already: then what differs was undone, and is put in place again; else what
     *     the plan and others changed both is a conflict
     */
    public static MergedObject again(
            MergedObject planned, @Nullable ObjectNode before, @Nullable ObjectNode live, boolean written) {
        ObjectNode wanted =
                withImagesOfOthers(requireNonNull(planned.manifest(), "a change without its manifest"), before, live);
        ObjectNode was = before == null ? Json.object() : ObjectMerge.asManifest(planned.key(), before);
        if (live == null) {
            return ObjectMerge.merge(planned.key(), null, null, null, wanted, TAKE, true, Set.of());
        }
        if (written) {
            return ObjectMerge.merge(planned.key(), was, live, live, wanted, TAKE, true, Set.of());
        }
        // Somebody may have moved the images meanwhile.
        ImageMoves moves = new ImageMoves();
        moves.learn(planned.key(), was, live, wanted);
        Findings places = new Findings(planned.key(), HOLD, true, Set.of());
        ObjectNode placed = moves.apply(planned.key(), wanted, places);
        return ObjectMerge.merge(planned.key(), was, live, live, placed, HOLD, true, Set.of())
                .with(places, planned.images());
    }

    /** An image the plan leaves as it was is nothing of the plan: whoever changed it has changed it. */
    private static ObjectNode withImagesOfOthers(
            ObjectNode manifest, @Nullable ObjectNode before, @Nullable ObjectNode live) {
        ObjectNode copy = manifest.deepCopy();
        if (before == null || live == null) {
            return copy;
        }
        for (JsonNode container : Containers.of(copy)) {
            String name = Json.text(container, "name");
            String image = Json.text(container, "image");
            boolean planned = Containers.of(before).stream()
                    .noneMatch(was -> Json.text(was, "name").equals(name)
                            && ImageReference.parse(Json.text(was, "image"))
                                    .canonical()
                                    .equals(ImageReference.parse(image).canonical()));
            if (!planned && container instanceof ObjectNode object) {
                Containers.of(live).stream()
                        .filter(now -> Json.text(now, "name").equals(name))
                        .findFirst()
                        .ifPresent(now -> object.put("image", Json.text(now, "image")));
            }
        }
        return copy;
    }
}
