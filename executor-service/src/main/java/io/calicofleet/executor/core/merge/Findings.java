package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what the merge of one object found, and decides conflicts as people did. */
final class Findings {

    private static final List<OnConflict> BOTH = List.of(OnConflict.KEEP_MINE, OnConflict.TAKE_NEW);

    private final ObjectKey object;
    private final Decisions decisions;
    private final List<Customisation> customisations = new ArrayList<>();
    private final List<FieldConflict> conflicts = new ArrayList<>();
    private final List<FieldConflict> resolved = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private final boolean known;
    private final Set<String> needed;

    /**
     * Findings about an object.
     *
     * @param known whether it is known what the installed release says of it
     * @param needed the paths of what others refer to, so that it cannot be missing
     */
    Findings(ObjectKey object, Decisions decisions, boolean known, Set<String> needed) {
        this.object = object;
        this.decisions = decisions;
        this.known = known;
        this.needed = needed;
    }

    /** Whether what people set can be told from what the release set. */
    boolean isBaseKnown() {
        return known;
    }

    /** Whether something refers to it and does not work without. */
    boolean isNeeded(FieldPath path) {
        return needed.contains(path.text());
    }

    /**
     * Only the cluster has this. People added it, and it stays; where the release is not known it may as well be what that
     * release had, which the target dropped, so it is to be decided. Returns what to go on with.
     */
    @Nullable
    JsonNode added(FieldPath path, @Nullable JsonNode value) {
        if (!known) {
            return conflict(path, null, value, null);
        }
        customised(path, value);
        return value;
    }

    /** People set this, or removed it where {@code value} is null, and it stays so. */
    void customised(FieldPath path, @Nullable JsonNode value) {
        Narrowed at = Narrowed.of(path, value, null, null);
        customisations.add(
                new Customisation(object.object(), at.path().text(), Redaction.text(object, at.path(), at.mine())));
    }

    /** What people removed stays so, though the release changed it. */
    void removed(FieldPath path, @Nullable JsonNode base, @Nullable JsonNode target) {
        customised(path, null);
        if (target == null || !target.isContainerNode()) {
            proposed(path, base, null, target);
        }
    }

    /** What people set stays so, though the release proposes something new or nothing any more. */
    void kept(FieldPath path, @Nullable JsonNode base, @Nullable JsonNode mine, @Nullable JsonNode target) {
        customised(path, mine);
        proposed(path, base, mine, target);
    }

    private void proposed(FieldPath path, @Nullable JsonNode base, @Nullable JsonNode mine, @Nullable JsonNode target) {
        Narrowed at = Narrowed.of(path, mine, base, target);
        notes.add(at.path() + ": what the cluster has stays, " + shown(at.path(), at.mine()) + "; the release had "
                + shown(at.path(), at.base()) + " and has " + shown(at.path(), at.target()));
    }

    private String shown(FieldPath path, @Nullable JsonNode value) {
        return value == null ? "nothing" : Redaction.text(object, path, value);
    }

    /** Something that a person should know, and nobody has to decide. */
    void note(String text) {
        notes.add(text);
    }

    /** People and the target changed this both; returns what to go on with. */
    @Nullable
    JsonNode conflict(FieldPath path, @Nullable JsonNode base, @Nullable JsonNode mine, @Nullable JsonNode target) {
        return conflict(path, base, mine, target, why(base, target), BOTH);
    }

    /**
     * Asks about a field; returns what to go on with.
     *
     * @param why why it has to be asked, a sentence
     * @param answers the answers that can succeed; what was decided counts only if it is one of them
     */
    @Nullable
    JsonNode conflict(
            FieldPath path,
            @Nullable JsonNode base,
            @Nullable JsonNode mine,
            @Nullable JsonNode target,
            String why,
            List<OnConflict> answers) {
        Narrowed at = Narrowed.of(path, mine, base, target);
        FieldConflict conflict = new FieldConflict(
                object.object(),
                at.path().text(),
                Redaction.text(object, at.path(), at.base()),
                Redaction.text(object, at.path(), at.mine()),
                Redaction.text(object, at.path(), at.target()),
                why,
                answers);
        OnConflict decided = decisions.on(conflict);
        if (!answers.contains(decided)) {
            conflicts.add(conflict);
            return mine;
        }
        resolved.add(conflict);
        if (decided == OnConflict.KEEP_MINE) {
            customised(path, mine);
            return mine;
        }
        return target;
    }

    private String why(@Nullable JsonNode base, @Nullable JsonNode target) {
        if (!known) {
            return "What the installed release says of it is not known, so the difference may be yours or the release's.";
        }
        if (target == null) {
            return "You changed it, and the release has it no more.";
        }
        return base == null
                ? "You have it, the release brings it anew, and the two differ."
                : "You changed it, and so did the release.";
    }

    /**
     * Asks where keeping theirs does not mean to leave it as it is; returns what to go on with.
     *
     * @param keep what it becomes where people keep theirs
     * @param take what it becomes where they take the target's
     * @param why why it has to be asked, a sentence
     */
    @Nullable
    JsonNode ask(
            FieldPath path,
            @Nullable JsonNode base,
            @Nullable JsonNode mine,
            JsonNode keep,
            JsonNode take,
            String why) {
        FieldConflict conflict = new FieldConflict(
                object.object(),
                path.text(),
                Redaction.text(object, path, base),
                Redaction.text(object, path, mine),
                Redaction.text(object, path, take),
                why,
                BOTH);
        OnConflict decided = decisions.on(conflict);
        if (decided == OnConflict.HOLD) {
            conflicts.add(conflict);
            return mine;
        }
        resolved.add(conflict);
        JsonNode result = decided == OnConflict.KEEP_MINE ? keep : take;
        if (decided == OnConflict.KEEP_MINE) {
            customised(path, keep);
        }
        return result;
    }

    /** A named entry of one more field is told by that field, as people know it: {@code env[IP].value}. */
    private record Narrowed(
            FieldPath path,
            @Nullable JsonNode base,
            @Nullable JsonNode mine,
            @Nullable JsonNode target) {

        static Narrowed of(
                FieldPath path, @Nullable JsonNode mine, @Nullable JsonNode base, @Nullable JsonNode target) {
            Set<String> fields = Json.names(base, mine, target);
            boolean named = path.text().endsWith("]") && fields.remove("name") && fields.size() == 1;
            if (!named) {
                return new Narrowed(path, base, mine, target);
            }
            String field = fields.iterator().next();
            return new Narrowed(
                    path.field(field), Json.get(base, field), Json.get(mine, field), Json.get(target, field));
        }
    }

    OnConflict decided(FieldConflict conflict) {
        return decisions.on(conflict);
    }

    List<Customisation> customisations() {
        return customisations;
    }

    List<FieldConflict> conflicts() {
        return conflicts;
    }

    List<FieldConflict> resolved() {
        return resolved;
    }

    List<String> notes() {
        return notes;
    }
}
