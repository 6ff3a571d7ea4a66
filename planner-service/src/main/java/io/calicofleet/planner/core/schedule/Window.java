package io.calicofleet.planner.core.schedule;

import io.calicofleet.event.Weekday;
import io.calicofleet.event.WindowSpec;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A maintenance window: it is open exactly while the clocks of its zone show a time within it. So a time that is left out when clocks
 * are put forward is not in it; of an hour that comes twice when they are put back, both are; and it is never open while they
 * show another time.
 *
 * @param labels the clusters it is for carry all these; empty: those no other window is for
 * @param days the days on which it begins
 * @param from the minute of such a day at which it opens
 * @param length in minutes on those clocks, 1 to 1440
 * @param zone whose clocks
 */
record Window(Map<String, String> labels, Set<DayOfWeek> days, int from, int length, ZoneId zone) {

    private static final int DAY = 24 * 60;
    private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]|24:00");

    /** Empty where it never opens: an unknown zone, no day, no time of day, or no time between the two. */
    static Optional<Window> of(WindowSpec spec) {
        int from = minute(spec.from()).orElse(DAY);
        int to = minute(spec.to()).orElse(from);
        if (from == to || from == DAY || !ZoneId.getAvailableZoneIds().contains(spec.zone())) {
            return Optional.empty();
        }
        Set<DayOfWeek> days = spec.days().stream().map(Weekday::day).collect(Collectors.toUnmodifiableSet());
        int length = to > from ? to - from : to + DAY - from;
        return days.isEmpty()
                ? Optional.empty()
                : Optional.of(new Window(spec.matchLabels(), days, from, length, ZoneId.of(spec.zone())));
    }

    /** The minute of the day that a time such as 22:00 is, up to 1440 for 24:00; empty where it is no time of day. */
    static OptionalInt minute(String time) {
        return TIME.matcher(time).matches()
                ? OptionalInt.of(Integer.parseInt(time.substring(0, 2)) * 60 + Integer.parseInt(time.substring(3)))
                : OptionalInt.empty();
    }

    /** When it is open between the two, and all of a time that it is open at their edges. */
    List<Interval> between(Instant first, Instant last) {
        // One that began the day before may be open still; an offset may be another by a day as well.
        LocalDate day = LocalDate.ofInstant(first, ZoneOffset.UTC).minusDays(3);
        LocalDate end = LocalDate.ofInstant(last, ZoneOffset.UTC).plusDays(3);
        List<Interval> open = new ArrayList<>();
        for (; !day.isAfter(end); day = day.plusDays(1)) {
            if (days.contains(day.getDayOfWeek())) {
                LocalDateTime opens = day.atStartOfDay().plusMinutes(from);
                shown(opens, opens.plusMinutes(length), open);
            }
        }
        return open;
    }

    /** Adds when the clocks show a time from {@code opens} until before {@code closes}: one stretch for each offset there is. */
    private void shown(LocalDateTime opens, LocalDateTime closes, List<Interval> found) {
        ZoneRules rules = zone.getRules();
        Instant last = closes.toInstant(ZoneOffset.MIN);
        Instant begins = opens.toInstant(ZoneOffset.MAX);
        while (begins.isBefore(last)) {
            ZoneOffset offset = rules.getOffset(begins);
            ZoneOffsetTransition next = rules.nextTransition(begins);
            Instant ends = next == null || next.getInstant().isAfter(last) ? last : next.getInstant();
            Instant from = later(begins, opens.toInstant(offset));
            Instant to = earlier(ends, closes.toInstant(offset));
            if (from.isBefore(to)) {
                found.add(new Interval(from, to));
            }
            begins = ends;
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
