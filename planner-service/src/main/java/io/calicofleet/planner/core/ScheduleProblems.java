package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FreezeSpec;
import io.calicofleet.event.ScheduleSpec;
import io.calicofleet.event.WindowSpec;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.schedule.Schedule;
import io.calicofleet.planner.core.schedule.Timing;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What speaks against the schedule of a campaign, on the clusters it has. */
final class ScheduleProblems {

    private static final int NAMED = 20;
    private static final int MOST = 100;
    private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");

    private final List<Problem> problems = new ArrayList<>();

    private ScheduleProblems() {}

    /** That it says it starts at a time that has passed; empty where it does not. */
    static Optional<Problem> past(CampaignSpec spec, Instant now) {
        Instant startAt = spec.schedule() == null ? null : spec.schedule().startAt();
        return startAt == null || startAt.isAfter(now)
                ? Optional.empty()
                : Optional.of(new Problem(
                        "schedule.startAt",
                        startAt + " has passed: it is " + now.truncatedTo(ChronoUnit.SECONDS) + ".",
                        "a time to come; leave it out to start at once",
                        ""));
    }

    /** What a reader of documents refuses, for commands that came another way. */
    static List<Problem> ofForm(@Nullable ScheduleSpec spec) {
        ScheduleProblems found = new ScheduleProblems();
        if (spec != null) {
            found.form(spec);
        }
        return found.problems;
    }

    /** What does not fit these clusters; by cluster its labels. */
    static List<Problem> of(ScheduleSpec spec, Map<ClusterId, Map<String, String>> clusters, Instant now) {
        ScheduleProblems found = new ScheduleProblems();
        found.clusters(spec, new TreeMap<>(clusters), now);
        return found.problems;
    }

    private void form(ScheduleSpec spec) {
        if (spec.windows().size() > MOST || spec.freezes().size() > MOST) {
            object("", "At most " + MOST + " windows and as many freezes can be looked at.");
        }
        if (spec.startAt() != null && isOutOfBounds(spec.startAt())) {
            object(".startAt", spec.startAt() + " is out of bounds: from 2000 to 2199.");
        }
        for (int i = 0; i < spec.windows().size(); i++) {
            WindowSpec window = spec.windows().get(i);
            if (!Schedule.opens(window)) {
                object(
                        ".windows[" + i + "]",
                        "The window from " + window.from() + " to " + window.to() + " (" + window.zone()
                                + ") never opens: it needs days, two different times, and a zone that is known.");
            }
        }
        for (int i = 0; i < spec.freezes().size(); i++) {
            FreezeSpec freeze = spec.freezes().get(i);
            if (!freeze.from().isBefore(freeze.to()) || isOutOfBounds(freeze.from()) || isOutOfBounds(freeze.to())) {
                object(
                        ".freezes[" + i + "]",
                        "A freeze ends after it begins, between 2000 and 2199: " + freeze.from() + " to " + freeze.to()
                                + ".");
            }
        }
    }

    private void clusters(ScheduleSpec spec, Map<ClusterId, Map<String, String>> clusters, Instant now) {
        for (int i = 0; i < spec.windows().size(); i++) {
            Map<String, String> wanted = spec.windows().get(i).matchLabels();
            if (clusters.values().stream().noneMatch(labels -> labels.entrySet().containsAll(wanted.entrySet()))) {
                object(".windows[" + i + "].matchLabels", "No cluster of the campaign carries " + wanted + ".");
            }
        }
        Schedule schedule = Schedule.of(spec);
        List<ClusterId> without = clusters.keySet().stream()
                .filter(cluster -> !schedule.has(Objects.requireNonNull(clusters.get(cluster))))
                .toList();
        if (!without.isEmpty()) {
            object(
                    ".windows",
                    "No window is for " + named(without)
                            + ". Add one without matchLabels: it is for all that no other is for.");
        }
        clusters.entrySet().stream()
                .filter(cluster -> schedule.has(cluster.getValue()))
                .collect(Collectors.groupingBy(
                        cluster ->
                                schedule.timing(schedule.asked(cluster.getValue()), now, schedule.expected(List.of())),
                        Collectors.mapping(Map.Entry::getKey, Collectors.toList())))
                .forEach(
                        (timing, alike) -> never(timing, alike.stream().sorted().toList()));
    }

    private void never(Timing timing, List<ClusterId> alike) {
        if (!timing.open() && timing.opensAt() == null) {
            object("", named(alike) + " would never start. " + timing.why());
        }
    }

    private static String named(List<ClusterId> clusters) {
        return clusters.stream().limit(NAMED).map(ClusterId::value).collect(Collectors.joining(", "))
                + (clusters.size() > NAMED ? " and " + (clusters.size() - NAMED) + " more" : "");
    }

    private static boolean isOutOfBounds(Instant moment) {
        return moment.isBefore(FIRST) || !moment.isBefore(LAST);
    }

    private void object(String field, String sentence) {
        problems.add(new Problem("schedule" + field, sentence, "", ""));
    }
}
