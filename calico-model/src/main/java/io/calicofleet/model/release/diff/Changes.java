package io.calicofleet.model.release.diff;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The changes of one object, while they are collected. */
final class Changes {

    private final String object;
    private final Set<ReleaseChange> found;

    Changes(String object, Set<ReleaseChange> found) {
        this.object = object;
        this.found = found;
    }

    /** An empty collection. */
    static Set<ReleaseChange> none() {
        return new LinkedHashSet<>();
    }

    String object() {
        return object;
    }

    void add(ChangeArea area, String item, @Nullable String before, @Nullable String after) {
        found.add(new ReleaseChange(area, object, item, before, after));
    }

    /** The same of no single object. */
    void addAnywhere(ChangeArea area, String item, @Nullable String before, @Nullable String after) {
        found.add(new ReleaseChange(area, "", item, before, after));
    }

    /** What differs between two trees. */
    void compare(ChangeArea area, String item, @Nullable JsonNode before, @Nullable JsonNode after) {
        Trees.compare(
                item,
                before,
                after,
                (path, old, now) ->
                        add(area, path, old == null ? null : Trees.text(old), now == null ? null : Trees.text(now)));
    }

    /** What differs between two sets of words, a change for each side. */
    void words(ChangeArea area, String item, Collection<String> before, Collection<String> after) {
        Set<String> gone = new LinkedHashSet<>(before);
        gone.removeAll(after);
        Set<String> come = new LinkedHashSet<>(after);
        come.removeAll(before);
        if (!gone.isEmpty()) {
            add(area, item, String.join(", ", gone), null);
        }
        if (!come.isEmpty()) {
            add(area, item, null, String.join(", ", come));
        }
    }
}
