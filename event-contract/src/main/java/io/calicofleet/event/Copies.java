package io.calicofleet.event;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Immutable copies for compact constructors; what a sender left out reads as empty. */
final class Copies {

    private Copies() {}

    static <T> List<T> list(@Nullable List<T> values) {
        return values == null ? List.of() : List.copyOf(values);
    }

    /** Sorted by key, so that the same content always has the same JSON; a key without a value is as good as none. */
    static <V> Map<String, V> map(@Nullable Map<String, V> values) {
        if (values == null) {
            return Map.of();
        }
        Map<String, V> sorted = new TreeMap<>(values);
        sorted.values().removeIf(Objects::isNull);
        return Collections.unmodifiableMap(sorted);
    }
}
