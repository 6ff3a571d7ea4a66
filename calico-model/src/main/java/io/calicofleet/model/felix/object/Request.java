package io.calicofleet.model.felix.object;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a rule has that decides on no packet: what it says of HTTP, and its annotations. All of it has to be read for the rule
 * to be read; what Calico's API asks of it decides on labels of profiles alone.
 *
 * @param methods methods of HTTP; null: nothing is said of HTTP
 * @param paths paths of HTTP
 * @param annotations the annotations of the rule
 */
record Request(@Nullable List<String> methods, List<Path> paths, Map<String, String> annotations) {

    private static final int MOST_ANNOTATED = 256 << 10;
    private static final Pattern ANNOTATION =
            Pattern.compile("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[a-z0-9]([-a-z0-9_.]{0,61}[a-z0-9])?");

    /** A path, or what it begins with; empty: not said. */
    record Path(String exact, String prefix) {

        private boolean isTaken() {
            String either = exact.isEmpty() ? prefix : exact;
            return (exact.isEmpty() || prefix.isEmpty())
                    && either.startsWith("/")
                    && either.chars().noneMatch(c -> "? #".indexOf(c) >= 0);
        }
    }

    static Request of(Fields rule) {
        Fields http = rule.object("http");
        List<String> methods = http.texts("methods");
        return new Request(
                rule.has("http") ? methods : null,
                http.objects("paths", path -> new Path(path.text("exact"), path.text("prefix"))),
                rule.object("metadata").labels("annotations"));
    }

    /** Whether it says anything of HTTP. */
    boolean isHttp() {
        return methods != null;
    }

    /** Whether Calico's API takes it (libcalico-go/lib/validator/v3/validator.go). */
    boolean isTaken() {
        Set<String> names = new HashSet<>(methods == null ? List.of() : methods);
        return names.size() == (methods == null ? 0 : methods.size())
                && paths.stream().allMatch(Path::isTaken)
                && annotations.keySet().stream()
                        .allMatch(name -> ANNOTATION
                                .matcher(name.toLowerCase(Locale.ROOT))
                                .matches())
                && annotations.entrySet().stream()
                                .mapToInt(entry -> entry.getKey().length()
                                        + entry.getValue().length())
                                .sum()
                        <= MOST_ANNOTATED;
    }
}
