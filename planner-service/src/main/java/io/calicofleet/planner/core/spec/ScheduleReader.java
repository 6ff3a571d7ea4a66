package io.calicofleet.planner.core.spec;

import io.calicofleet.event.FreezeSpec;
import io.calicofleet.event.ScheduleSpec;
import io.calicofleet.event.Weekday;
import io.calicofleet.event.WindowSpec;
import io.calicofleet.model.document.Suggestion;
import io.calicofleet.planner.core.document.ObjectReader;
import io.calicofleet.planner.core.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the field {@code schedule}. */
final class ScheduleReader {

    private static final Duration LONGEST = Duration.ofDays(7);
    private static final String MOMENT = "a date and time with its offset, such as 2026-12-01T22:00:00+01:00";
    private static final String TIME = "a time of day from 00:00 to 24:00, such as 22:00";
    private static final String ZONE = "the IANA name of a time zone, such as Europe/Berlin";

    private ScheduleReader() {}

    /** Null where there is none. */
    static @Nullable ScheduleSpec read(ObjectReader root) {
        if (!root.has("schedule")) {
            return null;
        }
        ObjectReader reader = root.object("schedule");
        Instant startAt = reader.value("startAt", ScheduleReader::moment, MOMENT);
        List<WindowSpec> windows = new ArrayList<>();
        for (ObjectReader window : reader.objects("windows")) {
            WindowSpec read = window(window);
            if (read != null) {
                windows.add(read);
            }
        }
        if (reader.isEmptyList("windows")) {
            reader.problem("windows", "has no window in which anything could start.", "at least one window");
        }
        List<FreezeSpec> freezes = reader.objects("freezes").stream()
                .flatMap(freeze -> Stream.ofNullable(freeze(freeze)))
                .toList();
        Duration expected = reader.value(
                "expectedDuration",
                CampaignDefaults.EXPECTED_DURATION,
                ScheduleReader::expected,
                "an ISO-8601 duration from PT1M to P7D, such as PT1H");
        reader.finish();
        return new ScheduleSpec(startAt, windows, freezes, expected);
    }

    private static @Nullable WindowSpec window(ObjectReader reader) {
        Map<String, String> labels = CampaignSpecReader.labels(reader);
        List<String> names = Stream.of(Weekday.values()).map(Weekday::encode).toList();
        List<String> days = reader.has("days") ? reader.choices("days", names) : names;
        if (reader.isEmptyList("days")) {
            reader.problem("days", "names no day, so the window never opens.", String.join(", ", names));
        }
        String from = reader.required("from", ScheduleReader::time, TIME);
        String to = reader.required("to", ScheduleReader::time, TIME);
        String zone = reader.required("zone", text -> text, ZONE);
        if (zone != null && !ZoneId.getAvailableZoneIds().contains(zone)) {
            String meant = Suggestion.of(zone, ZoneId.getAvailableZoneIds());
            reader.problem(
                    "zone",
                    "'" + zone + "' is no time zone." + (meant.isEmpty() ? "" : " Did you mean '" + meant + "'?"),
                    ZONE);
        }
        if (from != null && from.equals(to)) {
            reader.problem(
                    "to", "is the same as 'from', so the window never opens.", "00:00 and 24:00 for the whole day");
        }
        if ("24:00".equals(from)) {
            reader.problem("from", "24:00 is the end of a day: a window that begins then begins at 00:00.", TIME);
        }
        reader.finish();
        return from == null || to == null || zone == null
                ? null
                : new WindowSpec(labels, days.stream().map(Weekday::parse).toList(), from, to, zone);
    }

    private static @Nullable FreezeSpec freeze(ObjectReader reader) {
        Instant from = reader.required("from", ScheduleReader::moment, MOMENT);
        Instant to = reader.required("to", ScheduleReader::moment, MOMENT);
        String reason = reader.required("reason", ScheduleReader::reason, "a sentence of up to 1000 letters");
        if (from != null && to != null && !from.isBefore(to)) {
            reader.problem("to", "is not after 'from', so nothing is frozen.", "a later time");
        }
        reader.finish();
        return from == null || to == null || reason == null ? null : new FreezeSpec(from, to, reason);
    }

    private static String reason(String text) {
        if (text.isBlank() || text.length() > 1000) {
            throw new IllegalArgumentException("is empty or too long.");
        }
        return text.strip();
    }

    private static String time(String text) {
        if (!Schedule.isTimeOfDay(text)) {
            throw new IllegalArgumentException("'" + text + "' is no time of day from 00:00 to 24:00.");
        }
        return text;
    }

    private static Instant moment(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException expected) {
            throw new IllegalArgumentException("'" + text + "' is no date and time with an offset.", expected);
        }
    }

    private static Duration expected(String text) {
        Duration duration = CampaignSpecReader.duration(text);
        if (duration.compareTo(Duration.ofMinutes(1)) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("'" + text + "' is not what an upgrade takes.");
        }
        return duration;
    }
}
