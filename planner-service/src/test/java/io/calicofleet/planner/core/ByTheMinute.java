package io.calicofleet.planner.core;

import io.calicofleet.event.ScheduleSpec;
import io.calicofleet.event.Weekday;
import io.calicofleet.event.WindowSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a schedule says, found by looking at the clock each minute: slow, and another way than the planner's. */
public final class ByTheMinute {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private ByTheMinute() {}

    /** Whether a cluster with these labels may start at that time, however short it is. */
    public static boolean isOpen(ScheduleSpec spec, Map<String, String> labels, Instant at) {
        if (spec.startAt() != null && at.isBefore(spec.startAt())) {
            return false;
        }
        if (spec.freezes().stream().anyMatch(freeze -> !at.isBefore(freeze.from()) && at.isBefore(freeze.to()))) {
            return false;
        }
        return spec.windows().isEmpty() || windows(spec, labels).stream().anyMatch(window -> shows(window, at));
    }

    /** The first minute from {@code from} on after which it is open for {@code needed}, looked for over so many days. */
    public static Optional<Instant> next(
            ScheduleSpec spec, Map<String, String> labels, Instant from, Duration needed, int days) {
        Instant last = from.plus(Duration.ofDays(days));
        Instant since = null;
        for (Instant at = from; at.isBefore(last); at = at.plus(MINUTE)) {
            if (!isOpen(spec, labels, at)) {
                since = null;
                continue;
            }
            since = since == null ? at : since;
            if (Duration.between(since, at.plus(MINUTE)).compareTo(needed) >= 0) {
                return Optional.of(since);
            }
        }
        return Optional.empty();
    }

    private static List<WindowSpec> windows(ScheduleSpec spec, Map<String, String> labels) {
        List<WindowSpec> own = spec.windows().stream()
                .filter(window -> !window.matchLabels().isEmpty())
                .filter(window -> window.matchLabels().entrySet().stream()
                        .allMatch(label -> label.getValue().equals(labels.get(label.getKey()))))
                .toList();
        return own.isEmpty()
                ? spec.windows().stream()
                        .filter(window -> window.matchLabels().isEmpty())
                        .toList()
                : own;
    }

    private static boolean shows(WindowSpec window, Instant at) {
        ZonedDateTime shown = at.atZone(ZoneId.of(window.zone()));
        int minute = shown.getHour() * 60 + shown.getMinute();
        int from = minute(window.from());
        int to = minute(window.to());
        boolean today = begins(window, shown);
        boolean yesterday = begins(window, shown.minusDays(1));
        return from < to
                ? today && minute >= from && minute < to
                : (today && minute >= from) || (yesterday && minute < to);
    }

    private static boolean begins(WindowSpec window, ZonedDateTime day) {
        String name = day.getDayOfWeek().name().substring(0, 3);
        return window.days().stream().map(Weekday::name).anyMatch(name::equals);
    }

    private static int minute(String time) {
        return Integer.parseInt(time.substring(0, 2)) * 60 + Integer.parseInt(time.substring(3));
    }
}
