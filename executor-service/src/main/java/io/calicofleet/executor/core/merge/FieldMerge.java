package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.model.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The three-way merge, field by field: <em>base</em> is what the installed release says, <em>mine</em> what the cluster
 * has, <em>target</em> what the new release says. "Same" is always meant by {@link NormalForm}.
 *
 * <pre>
 * merge(base, mine, target):
 *   1. A field that servers write, and neither release has, says nothing: leave it out.
 *   2. Objects on both sides: merge their fields, each by its rule. Fields of which only one may be set (value and
 *      valueFrom, exec and httpGet) are one value where the sides chose differently.
 *   3. Lists whose entries have a key: merge entry by entry. Sets: target, less what people removed, plus what they added.
 *   4. Anything else:
 *        what others refer to               keep it where the target drops it, ask where people removed it
 *        mine is as base                    take the target's, also where it dropped the field
 *        mine is as target                  fine
 *        target is as base                  keep mine: a customisation, also where people removed the field
 *        mine is gone                       it stays removed, whatever the release made of it
 *        target dropped it, and mine is base but for the registry of its images    drop it
 *        a setting                          keep mine, also where the target dropped it, and say what the release proposes
 *        images, text, lists of scalars     try to merge the parts ({@link ValueMerge})
 *        else                               a conflict
 * </pre>
 *
 * <p>What comes out is shaped like a manifest: what people added is kept without the defaults a server wrote into it.
 */
final class FieldMerge {

    private final Findings findings;
    private final ListMerge lists;
    private final ValueMerge values;

    FieldMerge(Findings findings) {
        this.findings = findings;
        this.lists = new ListMerge(this, findings);
        this.values = new ValueMerge(this, findings);
    }

    @Nullable
    JsonNode merge(FieldPath path, FieldRule rule, Side base, Side mine, Side target) {
        if (rule.assigned() && base.isAbsent() && target.isAbsent()) {
            return null;
        }
        if (areObjects(rule, mine, target)) {
            ObjectNode merged = mergeObjects(path, rule.shape(), base.value(), mine.value(), target.value());
            return merged.isEmpty() && target.value() == null ? null : merged;
        }
        if (rule.isKeyed() || rule.kind() == FieldRule.Kind.SET) {
            if (base.isListOrAbsent() && mine.isListOrAbsent() && target.isListOrAbsent()) {
                return lists.merge(path, rule, base, mine, target);
            }
        }
        return mergeValues(path, rule, base, mine, target);
    }

    /** Merges the fields of objects. A side that is no object counts as empty. */
    ObjectNode mergeObjects(
            FieldPath path,
            FieldSchema shape,
            @Nullable JsonNode base,
            @Nullable JsonNode mine,
            @Nullable JsonNode target) {
        ObjectNode result = Json.object();
        Set<String> together = arms(shape, base, mine, target);
        for (String name : Json.names(target, mine, base)) {
            if (together.contains(name)) {
                continue;
            }
            FieldRule rule = shape.field(name);
            JsonNode merged = merge(
                    path.field(name),
                    rule,
                    Side.field(rule, name, base),
                    Side.field(rule, name, mine),
                    Side.field(rule, name, target));
            if (merged != null) {
                result.set(name, merged);
            }
        }
        if (!together.isEmpty()) {
            FieldRule rule = FieldRule.of(shape.kindOf(together), shape);
            JsonNode merged = mergeValues(
                    path,
                    rule,
                    Side.of(rule, pick(base, together)),
                    Side.of(rule, pick(mine, together)),
                    Side.of(rule, pick(target, together)));
            if (merged instanceof ObjectNode chosen) {
                result.setAll(chosen);
            }
        }
        shape.dropInvalid(result);
        return result;
    }

    @Nullable
    JsonNode mergeValues(FieldPath path, FieldRule rule, Side base, Side mine, Side target) {
        if (mine.sameAs(target)) {
            return values.spelling(rule, mine, target);
        }
        if (findings.isNeeded(path) && target.isAbsent()) {
            JsonNode kept = Pruning.prune(rule, mine.value());
            findings.customised(path, kept);
            return kept;
        }
        if (findings.isNeeded(path) && mine.isAbsent() && !base.isAbsent()) {
            return findings.conflict(
                    path,
                    base.value(),
                    null,
                    target.value(),
                    "You removed it, and what you kept or the release refers to it: pods could not start without.",
                    List.of(OnConflict.TAKE_NEW));
        }
        if (base.sameAs(mine)) {
            return target.value();
        }
        if (rule.kind() == FieldRule.Kind.TEXT && values.areDocuments(mine, target)) {
            return values.mergeDocuments(path, base, mine, target);
        }
        boolean image = rule.kind() == FieldRule.Kind.IMAGE && !mine.isAbsent();
        if (base.sameAs(target) && !image) {
            JsonNode kept = mine.isAbsent() ? null : Pruning.prune(rule, mine.value());
            if (base.isAbsent()) {
                return findings.added(path, kept);
            }
            findings.customised(path, kept);
            return kept;
        }
        if (mine.isAbsent()) {
            findings.removed(path, base.value(), target.value());
            return null;
        }
        boolean dropped = target.isAbsent() && NormalForm.sameButForRegistry(rule, base.value(), mine.value());
        return dropped ? null : values.merge(path, rule, base, mine, target);
    }

    /** Objects are merged by field where both sides have one; a map, and what is empty if absent, also where one has none. */
    private static boolean areObjects(FieldRule rule, Side mine, Side target) {
        if (rule.shape().isWhole()) {
            return false;
        }
        if (mine.isObject() && target.isObject()) {
            return true;
        }
        return (rule.shape().isMap() || rule.isEmptyIfAbsent()) && mine.isObjectOrAbsent() && target.isObjectOrAbsent();
    }

    /** The fields of which only one may be set, where the sides do not all set the same one. */
    private static Set<String> arms(
            FieldSchema shape, @Nullable JsonNode base, @Nullable JsonNode mine, @Nullable JsonNode target) {
        Set<String> used = new TreeSet<>();
        for (String arm : shape.arms()) {
            FieldRule rule = shape.field(arm);
            boolean set = NormalForm.ofField(rule, arm, base) != null
                    || NormalForm.ofField(rule, arm, mine) != null
                    || NormalForm.ofField(rule, arm, target) != null;
            if (set) {
                used.add(arm);
            }
        }
        return used.size() > 1 ? new LinkedHashSet<>(shape.arms()) : Set.of();
    }

    private static @Nullable JsonNode pick(@Nullable JsonNode object, Set<String> names) {
        ObjectNode picked = Json.object();
        for (String name : names) {
            JsonNode value = Json.get(object, name);
            if (value != null) {
                picked.set(name, value);
            }
        }
        return picked.isEmpty() ? null : picked;
    }
}
