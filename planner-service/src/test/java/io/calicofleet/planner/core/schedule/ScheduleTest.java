package io.calicofleet.planner.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.FreezeSpec;
import io.calicofleet.event.ScheduleSpec;
import io.calicofleet.event.Weekday;
import io.calicofleet.event.WindowSpec;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.planner.core.ByTheMinute;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ScheduleTest {

    private static final Expected HOUR = new Expected(Duration.ofHours(1), 0);
    private static final Expected MINUTE = new Expected(Duration.ofMinutes(1), 0);
    private static final List<String> ZONES = List.of(
            "Europe/Berlin",
            "America/New_York",
            "America/St_Johns",
            "America/Santiago",
            "Australia/Lord_Howe",
            "Pacific/Chatham",
            "Africa/Casablanca",
            "Asia/Kathmandu",
            "Europe/Dublin",
            "Asia/Beirut",
            "UTC");

    @Test
    void finds_what_a_look_at_the_clock_each_minute_finds_also_when_clocks_change() {
        Seeds.from(20261129L, 300).forEach(seed -> {
            Random random = new Random(seed);
            ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
            Instant from = near(zone, random);
            ScheduleSpec spec = schedule(zone, from, random);
            Map<String, String> labels = random.nextBoolean() ? Map.of("region", "eu") : Map.of("region", "us");
            Duration needed = Duration.ofMinutes(1 + random.nextInt(random.nextBoolean() ? 120 : 1500));
            // When
            Timing timing = Schedule.of(spec).timing(labels, from, new Expected(needed, 0));
            Optional<Instant> found = ByTheMinute.next(spec, labels, from, needed, 12);
            // Then
            String what = "with -Dcalicofleet.seed=" + seed + ": " + spec + " from " + from + " for " + needed;
            if (found.isPresent()) {
                assertThat(timing.open() ? from : timing.opensAt()).as(what).isEqualTo(found.orElseThrow());
            } else {
                Instant opens = timing.open() ? from : timing.opensAt();
                assertThat(opens == null
                                || !opens.isBefore(
                                        from.plus(Duration.ofDays(12)).minus(needed)))
                        .as(what + " opens " + opens)
                        .isTrue();
            }
        });
    }

    @Test
    void a_time_that_is_left_out_when_clocks_are_put_forward_is_in_no_window() {
        // Given: in the night to 29 March 2026 the clocks of Berlin go from 02:00 to 03:00
        Schedule schedule = schedule(window("02:00", "03:00", "Europe/Berlin", Weekday.values()));
        // When, Then
        assertThat(next(schedule, "2026-03-28T12:00:00Z", MINUTE)).isEqualTo("2026-03-30T00:00:00Z");
    }

    @Test
    void an_hour_that_comes_twice_when_clocks_are_put_back_is_in_its_window_twice() {
        // Given: in the night to 25 October 2026 the clocks of Berlin go from 03:00 to 02:00
        Schedule schedule = schedule(window("02:00", "03:00", "Europe/Berlin", Weekday.values()));
        Expected two = new Expected(Duration.ofHours(2), 0);
        // When, Then: it is open for two hours in that night, and then in that of the next year
        assertThat(next(schedule, "2026-10-20T12:00:00Z", two)).isEqualTo("2026-10-25T00:00:00Z");
        assertThat(next(schedule, "2026-10-26T12:00:00Z", two)).isEqualTo("2027-10-31T00:00:00Z");
    }

    @Test
    void a_window_over_midnight_belongs_to_the_day_on_which_it_begins() {
        // Given
        Schedule schedule = schedule(window("22:00", "04:00", "Europe/Berlin", Weekday.SAT));
        // When, Then: 28 November 2026 is a Saturday
        assertThat(open(schedule, "2026-11-28T20:59:00Z")).isFalse();
        assertThat(open(schedule, "2026-11-28T21:00:00Z")).isTrue();
        assertThat(open(schedule, "2026-11-29T02:00:00Z")).isTrue();
        assertThat(open(schedule, "2026-11-29T02:01:00Z")).isFalse();
        assertThat(schedule.timing(Map.of(), Instant.parse("2026-11-29T02:30:00Z"), HOUR)
                        .why())
                .isEqualTo(
                        "The window closes at Sun 2026-11-29 04:00+01:00 (Europe/Berlin), too soon for a cluster, which"
                                + " takes PT1H, as the campaign says. The next window opens at Sat 2026-12-05 22:00+01:00"
                                + " (Europe/Berlin).");
        assertThat(schedule.timing(Map.of(), Instant.parse("2026-11-28T02:30:00Z"), HOUR)
                        .why())
                .isEqualTo("No window is open. The next window opens at Sat 2026-11-28 22:00+01:00 (Europe/Berlin).");
    }

    @Test
    void windows_that_meet_are_one() {
        // Given
        Schedule schedule =
                schedule(window("22:00", "24:00", "UTC", Weekday.SAT), window("00:00", "06:00", "UTC", Weekday.SUN));
        // When, Then: eight hours from Saturday on
        assertThat(next(schedule, "2026-11-27T00:00:00Z", new Expected(Duration.ofHours(8), 0)))
                .isEqualTo("2026-11-28T22:00:00Z");
    }

    @Test
    void a_freeze_wins_over_a_window_and_says_why() {
        // Given
        Schedule schedule = Schedule.of(new ScheduleSpec(
                null,
                List.of(window("22:00", "04:00", "UTC", Weekday.values())),
                List.of(new FreezeSpec(
                        Instant.parse("2026-12-20T00:00:00Z"), Instant.parse("2027-01-07T12:00:00Z"), "end of year")),
                Duration.ofHours(1)));
        // When
        Timing frozen = schedule.timing(Map.of(), Instant.parse("2026-12-24T23:00:00Z"), HOUR);
        Timing before = schedule.timing(Map.of(), Instant.parse("2026-12-19T23:30:00Z"), HOUR);
        // Then
        assertThat(frozen.why())
                .isEqualTo(
                        "Nothing starts in a freeze, which lasts until 2027-01-07T12:00:00Z: end of year. The next window"
                                + " opens at Thu 2027-01-07 22:00+00:00 (UTC).");
        assertThat(before.why()).startsWith("A freeze begins at 2026-12-20T00:00:00Z, too soon for a cluster");
        assertThat(frozen.opensAt()).isEqualTo(before.opensAt()).isEqualTo("2027-01-07T22:00:00Z");
    }

    @Test
    void a_cluster_has_the_windows_whose_labels_it_carries_and_else_those_without() {
        // Given
        Schedule schedule = schedule(
                window("22:00", "04:00", "UTC", Weekday.values()),
                new WindowSpec(Map.of("region", "us"), List.of(Weekday.values()), "06:00", "10:00", "UTC"));
        Instant night = Instant.parse("2026-11-29T00:00:00Z");
        // When, Then
        assertThat(schedule.timing(Map.of("region", "eu"), night, HOUR).open()).isTrue();
        assertThat(schedule.timing(Map.of("region", "us"), night, HOUR).opensAt())
                .isEqualTo("2026-11-29T06:00:00Z");
    }

    @Test
    void its_windows_are_told_in_order_with_whose_they_are_and_no_other_time() {
        // Given
        Schedule schedule = schedule(
                window("22:00", "04:00", "UTC", Weekday.values()),
                window("03:00", "05:00", "UTC", Weekday.values()),
                new WindowSpec(Map.of("region", "us"), List.of(Weekday.values()), "06:00", "10:00", "UTC"));
        // When, Then
        assertThat(schedule.open(Instant.parse("2026-11-29T04:30:00Z"), Instant.parse("2026-11-29T23:00:00Z")))
                .extracting(open -> open.labels() + " " + open.from() + " " + open.to())
                .containsExactly(
                        "{} 2026-11-29T03:00:00Z 2026-11-29T05:00:00Z",
                        "{region=us} 2026-11-29T06:00:00Z 2026-11-29T10:00:00Z",
                        "{} 2026-11-29T22:00:00Z 2026-11-30T04:00:00Z");
        assertThat(Schedule.of(null).open(Instant.EPOCH, Instant.EPOCH.plusSeconds(1)))
                .isEmpty();
    }

    @Test
    void what_takes_longer_than_any_window_never_starts_and_says_so() {
        Timing timing = schedule(window("22:00", "23:00", "UTC", Weekday.values()))
                .timing(Map.of(), Instant.parse("2026-11-29T22:00:00Z"), new Expected(Duration.ofMinutes(61), 12));
        assertThat(timing.open()).isFalse();
        assertThat(timing.opensAt()).isNull();
        assertThat(timing.why())
                .endsWith(
                        "No time comes within 400 days that is long enough for a cluster, which takes PT1H1M, as 95% of 12"
                                + " did.");
    }

    @Test
    void what_is_measured_counts_once_there_is_enough_of_it() {
        Duration declared = Duration.ofHours(1);
        List<Duration> taken = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            taken.add(Duration.ofMinutes(i));
        }
        assertThat(Expected.of(taken.subList(0, 4), declared)).isEqualTo(new Expected(declared, 0));
        assertThat(Expected.of(taken.subList(0, 5), declared)).isEqualTo(new Expected(Duration.ofMinutes(5), 5));
        assertThat(Expected.of(taken, declared)).isEqualTo(new Expected(Duration.ofMinutes(95), 100));
    }

    private static boolean open(Schedule schedule, String at) {
        // Sixty minutes have to fit in.
        return schedule.timing(Map.of(), Instant.parse(at), HOUR).open();
    }

    private static Instant next(Schedule schedule, String from, Expected needed) {
        return schedule.timing(Map.of(), Instant.parse(from), needed).opensAt();
    }

    private static Schedule schedule(WindowSpec... windows) {
        return Schedule.of(new ScheduleSpec(null, List.of(windows), List.of(), Duration.ofHours(1)));
    }

    private static WindowSpec window(String from, String to, String zone, Weekday... days) {
        return new WindowSpec(Map.of(), List.of(days), from, to, zone);
    }

    /** A minute within two days of a change of the zone's clocks, where it has any. */
    private static Instant near(ZoneId zone, Random random) {
        Instant some = Instant.parse("2024-01-01T00:00:00Z").plus(Duration.ofDays(random.nextInt(1500)));
        ZoneOffsetTransition next = zone.getRules().nextTransition(some);
        Instant change = next == null ? some : next.getInstant();
        return change.plus(Duration.ofMinutes(random.nextInt(4 * 24 * 60) - 3 * 24 * 60));
    }

    private static ScheduleSpec schedule(ZoneId zone, Instant near, Random random) {
        List<WindowSpec> windows = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            windows.add(window(random.nextInt(4) == 0 ? ZoneId.of("America/New_York") : zone, random));
        }
        List<FreezeSpec> freezes = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            Instant from = near.plus(Duration.ofMinutes(random.nextInt(5000) - 500));
            freezes.add(new FreezeSpec(from, from.plus(Duration.ofMinutes(1 + random.nextInt(3000))), "why"));
        }
        Instant startAt = random.nextInt(3) == 0 ? near.plus(Duration.ofMinutes(random.nextInt(3000) - 1000)) : null;
        return new ScheduleSpec(startAt, windows, freezes, Duration.ofHours(1));
    }

    private static WindowSpec window(ZoneId zone, Random random) {
        Set<Weekday> days = EnumSet.noneOf(Weekday.class);
        for (Weekday day : Weekday.values()) {
            if (random.nextInt(3) > 0) {
                days.add(day);
            }
        }
        days.add(Weekday.SUN);
        // Most changes are in the small hours.
        int from = random.nextInt(random.nextBoolean() ? 5 * 60 : 24 * 60);
        int to = (from + 1 + random.nextInt(random.nextBoolean() ? 90 : 24 * 60 - 2)) % (24 * 60);
        Map<String, String> labels = random.nextInt(3) == 0 ? Map.of("region", "eu") : Map.of();
        return new WindowSpec(labels, List.copyOf(days), clock(from), to == 0 ? "24:00" : clock(to), zone.getId());
    }

    private static String clock(int minute) {
        return "%02d:%02d".formatted(minute / 60, minute % 60);
    }
}
