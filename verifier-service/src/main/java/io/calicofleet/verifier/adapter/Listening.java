package io.calicofleet.verifier.adapter;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When this verifier last heard of a cluster, and since when it waits, by a clock that nobody sets. In memory only: what
 * passes while no verifier runs is measured by nobody.
 */
final class Listening {

    private final InstantSource steady;
    private final Map<String, Instant> words = new HashMap<>();
    private final Map<String, Instant> counted = new HashMap<>();
    private final Map<String, Boolean> silent = new HashMap<>();

    Listening(InstantSource steady) {
        this.steady = steady;
    }

    Instant now() {
        return steady.instant();
    }

    /** From now on {@code cluster} is waited for. */
    void begin(String cluster) {
        forget(cluster);
        counted.put(cluster, now());
    }

    /** Nothing of {@code cluster} is waited for any more. */
    void forget(String cluster) {
        words.remove(cluster);
        counted.remove(cluster);
        silent.remove(cluster);
    }

    /** The time since the last word of {@code cluster}; null: this verifier has heard none. */
    @Nullable
    Duration since(String cluster) {
        Instant word = words.get(cluster);
        return word == null ? null : Duration.between(word, now());
    }

    /** A word of {@code cluster} came. */
    void heard(String cluster) {
        words.put(cluster, now());
        silent.remove(cluster);
    }

    /** The time {@code cluster} was waited for since this was asked last. */
    Duration waited(String cluster) {
        Instant now = now();
        Instant before = counted.put(cluster, now);
        return before == null ? Duration.ZERO : Duration.between(before, now);
    }

    /** Whether {@code cluster} has just become silent: true once, until it is heard again. */
    boolean becameSilent(String cluster, Duration after) {
        Duration since = since(cluster);
        return since != null && since.compareTo(after) > 0 && silent.put(cluster, true) == null;
    }
}
