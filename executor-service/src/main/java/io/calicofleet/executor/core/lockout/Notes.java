package io.calicofleet.executor.core.lockout;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Lists that are short enough to read. */
final class Notes {

    private Notes() {}

    static List<String> few(Collection<String> texts, int limit) {
        return texts.size() <= limit
                ? List.copyOf(texts)
                : Stream.concat(texts.stream().limit(limit), Stream.of("and " + (texts.size() - limit) + " more"))
                        .toList();
    }

    static String some(List<String> names) {
        return names.size() <= 3
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, 3)) + " and " + (names.size() - 3) + " more";
    }
}
