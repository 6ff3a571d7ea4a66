package io.calicofleet.planner.core.audit;

import io.calicofleet.event.AuditLeftOut;
import io.calicofleet.event.Identity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Counts requests that get no record of their own, by who asked, route and answer, until a record has told of them. However many kinds come,
 * it stays small: the number of all of them is right, and what is too much has no kind. Thread-safe.
 */
public final class LeftOut {

    /** So many kinds are told apart. */
    static final int KINDS = 100;

    /** So many kinds of people nobody knows, who choose their paths freely: they crowd out nobody. */
    static final int OF_STRANGERS = KINDS / 2;

    /** The route of what has no kind. */
    static final String OTHERS = "others";

    private static final Pattern NAMES = Pattern.compile("(/(?:campaigns|plans|clusters|passkeys)/)[^/]+");
    private static final int LONGEST = 200;

    private static final Kind WITHOUT = new Kind(null, OTHERS, 0);

    private final Map<Kind, Long> counts = new HashMap<>();

    private record Kind(@Nullable String who, String request, int status) {}

    /** Counts one. */
    public synchronized void add(Asked asked) {
        Kind kind = new Kind(
                Optional.ofNullable(asked.who()).map(Identity::name).orElse(null),
                route(asked.request()),
                asked.status());
        counts.merge(counts.containsKey(kind) || hasRoomFor(kind) ? kind : WITHOUT, 1L, Long::sum);
    }

    private static String route(String request) {
        String route = NAMES.matcher(request).replaceAll("$1*");
        return route.substring(0, Math.min(route.length(), LONGEST));
    }

    private boolean hasRoomFor(Kind kind) {
        long strangers =
                counts.keySet().stream().filter(one -> one.who() == null).count();
        return counts.size() < KINDS && (kind.who() != null || strangers < OF_STRANGERS);
    }

    /** What no record has told yet, the most frequent first. */
    public synchronized List<AuditLeftOut> untold() {
        List<AuditLeftOut> all = new ArrayList<>();
        counts.forEach((kind, count) -> all.add(new AuditLeftOut(kind.who(), kind.request(), kind.status(), count)));
        all.sort(Comparator.comparingLong(AuditLeftOut::count)
                .reversed()
                .thenComparing(AuditLeftOut::request)
                .thenComparing(AuditLeftOut::status)
                .thenComparing(one -> String.valueOf(one.who())));
        return all;
    }

    /** A record has told of these. */
    public synchronized void told(List<AuditLeftOut> written) {
        for (AuditLeftOut one : written) {
            counts.computeIfPresent(
                    new Kind(one.who(), one.request(), one.status()),
                    (kind, count) -> count > one.count() ? count - one.count() : null);
        }
    }

    /** What a record says that does nothing else than to tell of these. */
    public static Asked telling(List<AuditLeftOut> leftOut) {
        long all = leftOut.stream().mapToLong(AuditLeftOut::count).sum();
        int status = leftOut.stream().mapToInt(AuditLeftOut::status).max().orElse(0);
        return new Asked(
                null,
                "",
                OTHERS,
                null,
                null,
                null,
                status,
                all + " requests have no record of their own: too many came, or none could be written.");
    }
}
