package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what the merge of one object found, and decides conflicts by the campaign's rule. */
final class Findings {

    private final ObjectKey object;
    private final OnConflict onConflict;
    private final List<Customisation> customisations = new ArrayList<>();
    private final List<FieldConflict> conflicts = new ArrayList<>();
    private final List<FieldConflict> resolved = new ArrayList<>();

    Findings(ObjectKey object, OnConflict onConflict) {
        this.object = object;
        this.onConflict = onConflict;
    }

    /** People set this, or removed it where {@code value} is null, and it stays so. */
    void customised(FieldPath path, @Nullable JsonNode value) {
        customisations.add(new Customisation(object.object(), path.text(), Redaction.text(object, path, value)));
    }

    /** People and the target changed this both; returns what to go on with. */
    @Nullable
    JsonNode conflict(FieldPath path, @Nullable JsonNode base, @Nullable JsonNode mine, @Nullable JsonNode target) {
        FieldConflict conflict = new FieldConflict(
                object.object(),
                path.text(),
                Redaction.text(object, path, base),
                Redaction.text(object, path, mine),
                Redaction.text(object, path, target));
        return switch (onConflict) {
            case HOLD -> {
                conflicts.add(conflict);
                yield mine;
            }
            case KEEP_MINE -> {
                resolved.add(conflict);
                customised(path, mine);
                yield mine;
            }
            case TAKE_NEW -> {
                resolved.add(conflict);
                yield target;
            }
        };
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
}
