package io.calicofleet.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.client.ServerUnreachableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The clocks of the planner and of executors. An executor says once a minute what it serves, with its own time. So one that was heard in
 * the future is ahead; one that was heard more than a minute ago is behind, or was not heard: its next announcement tells, and is waited for.
 */
final class PlannerClocks {

    /** No executor that speaks is older than that: it announces its clusters each minute. */
    private static final Duration USUAL_AGE = Duration.ofSeconds(75);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(80);

    private final FleetClient client;
    private final InstantSource clock;

    PlannerClocks(FleetClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /**
     * What was heard.
     *
     * @param planner its clock; empty where it did not tell
     * @param heardAt by the name of an executor, when it was heard last, by its own clock
     */
    private record Heard(Optional<ClockReading> planner, Map<String, Instant> heardAt) {

        /** How far an executor was ahead of this machine when it was heard, if that was at {@code now}. */
        private ClockReading reading(String executor, Instant now, boolean atLeast) {
            return new ClockReading(
                    ClockReading.Kind.EXECUTOR,
                    "executor " + executor,
                    Duration.between(now, heardAt.getOrDefault(executor, now)),
                    atLeast);
        }
    }

    /** The clocks; none where the planner does not answer, which is told elsewhere. */
    Seen look() throws InterruptedException {
        try {
            Heard first = heard();
            if (first.planner().isEmpty()) {
                return Seen.of(List.of());
            }
            List<ClockReading> readings =
                    new ArrayList<>(first.planner().stream().toList());
            Map<String, Instant> doubtful = new HashMap<>();
            Instant now = clock.instant();
            first.heardAt().forEach((executor, at) -> {
                Duration age = Duration.between(at, now);
                if (age.compareTo(USUAL_AGE) > 0) {
                    doubtful.put(executor, at);
                } else if (age.isNegative()) {
                    readings.add(first.reading(executor, now, true));
                }
            });
            readings.addAll(next(doubtful));
            return new Seen(List.of(), readings, List.of());
        } catch (ServerUnreachableException | RequestRefusedException e) {
            return Seen.of(List.of());
        }
    }

    /** What the clocks of these showed when they were heard again; nothing of those who were not. */
    private List<ClockReading> next(Map<String, Instant> before) throws InterruptedException {
        List<ClockReading> readings = new ArrayList<>();
        Instant end = clock.instant().plus(LONGEST_WAIT);
        while (!before.isEmpty() && clock.instant().isBefore(end)) {
            TimeUnit.SECONDS.sleep(1);
            Heard heard = heard();
            Instant now = clock.instant();
            before.entrySet().removeIf(one -> {
                boolean again = !one.getValue().equals(heard.heardAt().getOrDefault(one.getKey(), one.getValue()));
                if (again) {
                    readings.add(heard.reading(one.getKey(), now, false));
                }
                return again;
            });
        }
        return readings;
    }

    private Heard heard() {
        Instant asked = clock.instant();
        FleetClient.Dated answer = client.dated("/executors");
        Map<String, Instant> heardAt = new TreeMap<>();
        for (JsonNode one : answer.body()) {
            try {
                heardAt.put(
                        one.path("executor").asText(),
                        Instant.parse(one.path("heardAt").asText()));
            } catch (DateTimeParseException e) {
                // a planner of a release that does not tell
            }
        }
        return new Heard(
                ClockReading.of(ClockReading.Kind.PLANNER, "the planner", answer.date(), asked, clock.instant()),
                heardAt);
    }
}
