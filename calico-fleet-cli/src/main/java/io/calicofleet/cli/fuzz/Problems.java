package io.calicofleet.cli.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was found, by what must be true; of each kind the first few with what was seen. Thread-safe. */
final class Problems {

    private static final int EXAMPLES = 12;

    private final Map<Truth, List<String>> examples = new LinkedHashMap<>();
    private final Map<Truth, Long> counts = new LinkedHashMap<>();

    synchronized void found(Truth truth, String what) {
        counts.merge(truth, 1L, Long::sum);
        List<String> some = examples.computeIfAbsent(truth, none -> new ArrayList<>());
        if (some.size() < EXAMPLES) {
            some.add(what);
        }
    }

    synchronized long count(Truth truth) {
        return counts.getOrDefault(truth, 0L);
    }

    synchronized List<String> examples(Truth truth) {
        return List.copyOf(examples.getOrDefault(truth, List.of()));
    }

    synchronized boolean none() {
        return counts.isEmpty();
    }
}
