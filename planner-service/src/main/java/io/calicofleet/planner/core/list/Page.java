package io.calicofleet.planner.core.list;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param entries in their order
 * @param total how many there are on all pages
 * @param next the cursor of the next page; null where this is the last one, or its order changes as it is read
 * @param <T> the entries
 */
public record Page<T>(List<T> entries, int total, @Nullable String next) {

    public Page {
        entries = List.copyOf(entries);
    }
}
