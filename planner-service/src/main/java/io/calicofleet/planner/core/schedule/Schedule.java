package io.calicofleet.planner.core.schedule;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.FreezeSpec;
import io.calicofleet.event.ScheduleSpec;
import io.calicofleet.event.WindowSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * When the clusters of a campaign may be started.
 *
 * <ol>
 *   <li>Nothing before {@code startAt}, and nothing in a freeze.
 *   <li>A cluster has the windows whose labels it carries; one that carries the labels of none has those without labels. Where the
 *       campaign has no window at all, any time is right.
 *   <li>Nothing starts that is not expected to be done before its window closes, or the next freeze begins. Windows that meet or overlap are one.
 * </ol>
 */
public final class Schedule {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mmxxx", Locale.ROOT);

    /** How far ahead a time is looked for. */
    private static final Duration AHEAD = Duration.ofDays(400);

    /** A week, and as much again for days on which a time is left out. */
    private static final Duration ROUND = Duration.ofDays(15);

    private static final Duration SOON = Duration.ofDays(2);

    private final @Nullable ScheduleSpec spec;
    private final List<Window> windows;
    private final List<FreezeSpec> freezes;

    private Schedule(@Nullable ScheduleSpec spec) {
        this.spec = spec;
        this.windows = spec == null
                ? List.of()
                : spec.windows().stream()
                        .flatMap(window -> Window.of(window).stream())
                        .toList();
        this.freezes = spec == null
                ? List.of()
                : spec.freezes().stream()
                        .sorted(Comparator.comparing(FreezeSpec::from))
                        .toList();
    }

    /** What a campaign says; null: nothing, so any time is right. */
    public static Schedule of(@Nullable ScheduleSpec spec) {
        return new Schedule(spec);
    }

    /** Whether there is anything to wait for. */
    public boolean says() {
        return spec != null;
    }

    /** Whether this is a time of day, from 00:00 to 24:00. */
    public static boolean isTimeOfDay(String text) {
        return Window.minute(text).isPresent();
    }

    /** Whether a window opens at all. */
    public static boolean opens(WindowSpec window) {
        return Window.of(window).isPresent();
    }

    /** Those of a cluster's labels that it asks for. */
    public Map<String, String> asked(Map<String, String> labels) {
        Map<String, String> asked = new TreeMap<>();
        for (Window window : windows) {
            for (String key : window.labels().keySet()) {
                String value = labels.get(key);
                if (value != null) {
                    asked.put(key, value);
                }
            }
        }
        return asked;
    }

    /** How long a cluster is expected to take, where these took so long, the shortest first. */
    public Expected expected(List<Duration> taken) {
        return spec == null ? new Expected(Duration.ZERO, 0) : Expected.of(taken, spec.expectedDuration());
    }

    /** Whether a cluster with these labels has a window, or needs none. */
    public boolean has(Map<String, String> labels) {
        return spec == null || spec.windows().isEmpty() || !of(labels).isEmpty();
    }

    /**
     * A maintenance window that is open.
     *
     * @param labels the clusters it is for carry all these; empty: those no other window is for
     * @param from its first moment
     * @param to the first moment after it
     */
    public record Open(Map<String, String> labels, Instant from, Instant to) {
        public Open {
            labels = Map.copyOf(labels);
            requireNonNull(from, "from");
            requireNonNull(to, "to");
        }
    }

    /** When windows are open between the two, the first first; freezes are not looked at. */
    public List<Open> open(Instant first, Instant last) {
        return windows.stream()
                .flatMap(window -> Interval.joined(window.between(first, last)).stream()
                        .filter(open -> open.from().isBefore(last) && open.to().isAfter(first))
                        .map(open -> new Open(window.labels(), open.from(), open.to())))
                .sorted(Comparator.comparing(Open::from))
                .toList();
    }

    /** Whether a cluster with these labels may be started now. */
    public Timing timing(Map<String, String> labels, Instant now, Expected expected) {
        if (spec == null) {
            return Timing.OPEN;
        }
        List<Window> mine = of(labels);
        Instant start = spec.startAt();
        Instant earliest = start != null && now.isBefore(start) ? start : now;
        Optional<Opening> opening = has(labels) ? next(mine, earliest, expected.duration()) : Optional.empty();
        Instant opensAt = opening.map(Opening::at).orElse(null);
        if (opensAt != null && !now.isBefore(opensAt)) {
            return Timing.OPEN;
        }
        String zone = opening.flatMap(Opening::zone).map(ZoneId::getId).orElse("");
        return new Timing(false, why(mine, now, expected) + " " + opens(opening, expected), opensAt, zone);
    }

    /** The first time from {@code from} on that lasts for {@code needed}. */
    private Optional<Opening> next(List<Window> mine, Instant from, Duration needed) {
        Instant cursor = from;
        Instant horizon = from.plus(AHEAD);
        while (cursor.isBefore(horizon)) {
            FreezeSpec frozen = frozen(cursor);
            if (frozen != null) {
                cursor = frozen.to();
                continue;
            }
            Instant freeze = nextFreeze(cursor);
            Opening open = spec != null && spec.windows().isEmpty()
                    ? new Opening(cursor, null, Optional.empty())
                    : windowAfter(mine, cursor, needed);
            if (open == null) {
                return Optional.empty();
            }
            Instant end = earlier(open.until(), freeze);
            if (end == null || !open.at().plus(needed).isAfter(end)) {
                return Optional.of(open);
            }
            cursor = end;
        }
        return Optional.empty();
    }

    /** The window that is open at {@code cursor} or opens next; null where none does. */
    private static @Nullable Opening windowAfter(List<Window> mine, Instant cursor, Duration needed) {
        for (Duration reach : List.of(SOON, ROUND)) {
            Instant last = cursor.plus(reach).plus(needed);
            List<Interval> all = new ArrayList<>();
            mine.forEach(window -> all.addAll(window.between(cursor, last)));
            for (Interval open : Interval.joined(all)) {
                if (open.to().isAfter(cursor) && !open.from().isAfter(cursor.plus(reach))) {
                    Instant at = open.from().isAfter(cursor) ? open.from() : cursor;
                    return new Opening(at, open.to(), zone(mine, at));
                }
            }
        }
        return null;
    }

    private static Optional<ZoneId> zone(List<Window> mine, Instant at) {
        return mine.stream()
                .filter(window -> window.between(at, at).stream()
                        .anyMatch(open -> !open.from().isAfter(at) && open.to().isAfter(at)))
                .map(Window::zone)
                .findFirst();
    }

    private String why(List<Window> mine, Instant now, Expected expected) {
        FreezeSpec frozen = frozen(now);
        if (frozen != null) {
            return "Nothing starts in a freeze, which lasts until " + frozen.to() + ": " + frozen.reason() + ".";
        }
        Instant start = spec == null ? null : spec.startAt();
        if (start != null && now.isBefore(start)) {
            return "Nothing starts before " + start + ", as startAt says.";
        }
        Opening open = mine.isEmpty() ? null : windowAfter(mine, now, expected.duration());
        boolean isOpen = mine.isEmpty() || (open != null && !open.at().isAfter(now));
        if (!isOpen) {
            return "No window is open.";
        }
        Instant closes = open == null ? null : open.until();
        Instant freeze = nextFreeze(now);
        return open != null && closes != null && (freeze == null || closes.isBefore(freeze))
                ? "The window closes at " + shown(closes, open.zone()) + ", too soon for a cluster, which takes "
                        + expected + "."
                : "A freeze begins at " + freeze + ", too soon for a cluster, which takes " + expected + ".";
    }

    private String opens(Optional<Opening> opening, Expected expected) {
        if (opening.isEmpty()) {
            return "No time comes within " + AHEAD.toDays() + " days that is long enough for a cluster, which takes "
                    + expected + ".";
        }
        Opening next = opening.orElseThrow();
        return next.zone().isPresent()
                ? "The next window opens at " + shown(next.at(), next.zone()) + "."
                : "It goes on at " + next.at() + ".";
    }

    private static String shown(Instant at, Optional<ZoneId> zone) {
        return zone.map(there -> CLOCK.format(at.atZone(there)) + " (" + there + ")")
                .orElse(at.toString());
    }

    private List<Window> of(Map<String, String> labels) {
        List<Window> labelled = windows.stream()
                .filter(window -> !window.labels().isEmpty()
                        && labels.entrySet().containsAll(window.labels().entrySet()))
                .toList();
        return labelled.isEmpty()
                ? windows.stream().filter(window -> window.labels().isEmpty()).toList()
                : labelled;
    }

    private @Nullable FreezeSpec frozen(Instant at) {
        return freezes.stream()
                .filter(freeze -> !at.isBefore(freeze.from()) && at.isBefore(freeze.to()))
                .max(Comparator.comparing(FreezeSpec::to))
                .orElse(null);
    }

    private @Nullable Instant nextFreeze(Instant after) {
        return freezes.stream()
                .filter(freeze -> freeze.from().isBefore(freeze.to()))
                .map(FreezeSpec::from)
                .filter(from -> from.isAfter(after))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }

    /**
     * A time at which a cluster may start.
     *
     * @param at from then on
     * @param until before this; null: for ever
     * @param zone of the window; empty where it is none
     */
    private record Opening(Instant at, @Nullable Instant until, Optional<ZoneId> zone) {

        Opening {
            requireNonNull(at, "at");
        }
    }
}
