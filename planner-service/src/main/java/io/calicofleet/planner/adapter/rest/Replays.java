package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Topic;
import io.calicofleet.planner.adapter.rest.ReplayDocument.Moment;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.access.Act;
import io.calicofleet.planner.core.access.Rights.Placed;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.replay.Change;
import io.calicofleet.planner.core.replay.Recorded;
import io.calicofleet.planner.core.replay.Replay;
import io.calicofleet.planner.core.why.Explanations;
import io.calicofleet.planner.port.DecisionReader;
import io.calicofleet.planner.port.FleetView;
import io.calicofleet.planner.port.TopicUnavailableException;
import io.calicofleet.planner.port.journal.Changed;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Decides campaigns once more, up to a time, from what was written down. */
final class Replays {

    private static final int BETWEEN = 1000;

    /** A cluster that only who sees every cluster sees. */
    private static final Placed ANY = new Placed(ClusterId.of("any"), Map.of());

    private final Callers callers;
    private final Permits permits;
    private final FleetView view;
    private final Lookups lookups;
    private final PlannerCore core;
    private final DecisionReader decisions;

    Replays(
            Callers callers,
            Permits permits,
            FleetView view,
            Lookups lookups,
            PlannerCore core,
            DecisionReader decisions) {
        this.callers = callers;
        this.permits = permits;
        this.view = view;
        this.lookups = lookups;
        this.core = core;
        this.decisions = decisions;
    }

    ReplayDocument replay(String name, @Nullable String at, @Nullable String to) {
        Predicate<Recorded> until = until("at", at);
        Predicate<Recorded> later = until("to", to);
        Optional<CampaignName> parsed = Lookups.parse(name, CampaignName::of);
        Optional<CampaignStatus> known = parsed.flatMap(view::campaign);
        // All its clusters are told of. Those of one that is not in the view are not known before it is read.
        if (known.isPresent()) {
            permits.check(callers.rights(), Act.SEE, known.orElseThrow().campaign(), (ClusterId) null);
        } else if (parsed.isPresent() && !callers.rights().sees(parsed.orElseThrow(), ANY)) {
            lookups.campaign(name);
        }
        CampaignName campaign = parsed.orElseGet(() -> lookups.campaign(name).campaign());
        Run run = new Run(
                new Replay(core, decision -> Changed.of(decision).checksum()), until, to == null ? null : later);
        String unreadable;
        try {
            unreadable = decisions.read(
                    campaign, known.map(CampaignStatus::createdAt).orElse(null), run::take);
        } catch (TopicUnavailableException e) {
            throw ProblemDocument.unavailable(String.valueOf(e.getMessage()));
        }
        run.end();
        return document(name, run, unreadable);
    }

    private ReplayDocument document(String name, Run run, @Nullable String unreadable) {
        Recorded first = run.first;
        Recorded last = run.last;
        if (first == null || last == null) {
            String missing = run.dropped ? "how it began is not" : "none of its decisions is";
            if (!run.dropped) {
                lookups.campaign(name);
            }
            throw ProblemDocument.conflict(
                    "Campaign " + name + " cannot be replayed: " + missing + " kept. Decisions are kept for "
                            + Topic.LONG_RETENTION.toDays() + " days where " + Topic.DECISIONS
                            + " has its own settings, and planners before this release wrote none down.",
                    List.of());
        }
        Seen then = run.then;
        if (then == null) {
            throw ProblemDocument.conflict(
                    "Campaign " + name + " was not there then: its first decision that is kept is of "
                            + first.input().at().clock() + ", at offset " + first.offset() + ".",
                    List.of());
        }
        Seen now = run.until == null ? then : run.until;
        return new ReplayDocument(
                name,
                Moment.of(first),
                Moment.of(last),
                run.count,
                Moment.of(then.by()),
                run.until == null ? null : Moment.of(now.by()),
                now.status(),
                now.clusters(),
                now.status() == null
                        ? null
                        : Explanations.of(
                                now.status(),
                                now.clusters(),
                                now.by().input().at().clock()),
                run.until == null
                        ? List.of()
                        : Change.between(then.status(), then.clusters(), now.status(), now.clusters()),
                run.between,
                doubt(run, now.by(), unreadable));
    }

    private static @Nullable String doubt(Run run, Recorded shown, @Nullable String unreadable) {
        Optional<Recorded> differs = run.replay.differs().filter(other -> other.offset() <= shown.offset());
        if (differs.isPresent()) {
            return Replay.otherwise(differs.orElseThrow());
        }
        return unreadable;
    }

    /** Up to which decision: by its offset, or by its time; an absent one is the last. */
    private static Predicate<Recorded> until(String parameter, @Nullable String asked) {
        if (asked == null) {
            return recorded -> true;
        }
        if (asked.matches("\\d{1,18}")) {
            long offset = Long.parseLong(asked);
            return recorded -> recorded.offset() <= offset;
        }
        try {
            Instant time = OffsetDateTime.parse(asked).toInstant();
            return recorded -> !recorded.input().at().clock().isAfter(time);
        } catch (DateTimeParseException e) {
            throw ProblemDocument.wrongQuery(
                    "'" + asked + "' is no time and no offset.",
                    List.of(new Problem(
                            parameter,
                            "'" + asked + "' is neither a time with its zone nor the offset of a decision.",
                            "2026-11-28T10:00:00Z, 2026-11-28T11:00:00+01:00, 4711",
                            "")));
        }
    }

    /**
     * What was said of it.
     *
     * @param by the last decision before
     * @param status null where the campaign was deleted
     * @param clusters its clusters
     */
    private record Seen(Recorded by, @Nullable CampaignStatus status, List<ClusterStatus> clusters) {}

    /** One replay: it goes on to the end of what is written down, so that it can be told how far that goes. */
    private static final class Run {

        private final Predicate<Recorded> at;
        private final @Nullable Predicate<Recorded> to;
        private final List<Moment> between = new ArrayList<>();
        private final Replay replay;
        private int count;
        private boolean dropped;
        private boolean passed;
        private @Nullable Recorded first;
        private @Nullable Recorded last;
        private @Nullable Seen then;
        private @Nullable Seen until;

        Run(Replay replay, Predicate<Recorded> at, @Nullable Predicate<Recorded> to) {
            this.replay = replay;
            this.at = at;
            this.to = to;
        }

        void take(Recorded next) {
            if (first == null && replay.decide(next).isEmpty()) {
                dropped = true;
                return;
            }
            if (first == null) {
                first = next;
                passed = !at.test(next);
            } else {
                goOn(next);
            }
            last = next;
            count++;
        }

        private void goOn(Recorded next) {
            if (!passed && !at.test(next)) {
                passed = true;
                then = seen();
            }
            if (!passed) {
                replay.decide(next);
            } else if (to != null && until == null && to.test(next)) {
                replay.decide(next);
                if (between.size() < BETWEEN) {
                    between.add(Moment.of(next));
                }
            } else if (to != null && until == null) {
                until = seen();
            }
        }

        /** Everything is read: what was asked for may be where it ends. */
        void end() {
            if (!passed) {
                then = seen();
            }
            if (to != null && until == null && then != null) {
                until = seen();
            }
        }

        private @Nullable Seen seen() {
            return replay.last()
                    .map(by -> new Seen(by, replay.status(), replay.clusters()))
                    .orElse(null);
        }
    }
}
