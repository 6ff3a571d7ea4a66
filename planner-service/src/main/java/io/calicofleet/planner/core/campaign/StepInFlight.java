package io.calicofleet.planner.core.campaign;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.Lines;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.planner.core.route.PlannedStep;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The step a cluster is in, or was in when it stopped.
 *
 * @param id which attempt of which step
 * @param planned what was asked for
 * @param requestedAt when
 * @param heardAt when anything was last heard of it
 * @param heardAfter the same, in the time planners have worked
 * @param accepted whether an executor has taken it up
 * @param acted whether it has done what it does
 * @param verdict what the verifier said; null: nothing yet
 * @param done progress
 * @param total of so many; 0 where unknown
 * @param unit of what; empty where unknown
 * @param waitsFor what it waits for at present, in the words of who keeps it waiting; null where it goes on
 * @param missing what its gates still miss, as the verifier says once they have waited a while; empty: nothing was said
 * @param overdue whether nothing was heard of it for longer than it should take
 */
public record StepInFlight(
        StepId id,
        PlannedStep planned,
        Instant requestedAt,
        Instant heardAt,
        Duration heardAfter,
        boolean accepted,
        boolean acted,
        @Nullable Outcome verdict,
        int done,
        int total,
        String unit,
        @Nullable String waitsFor,
        List<String> missing,
        boolean overdue) {

    /** How many lines of what is missing are kept; the event has all. */
    private static final int KEPT = 10;

    public StepInFlight {
        requireNonNull(id, "id");
        requireNonNull(planned, "planned");
        requireNonNull(requestedAt, "requestedAt");
        requireNonNull(heardAt, "heardAt");
        // One that was stored before there was this: its silence begins with the count.
        heardAfter = Objects.requireNonNullElse(heardAfter, Duration.ZERO);
        requireNonNull(unit, "unit");
        missing = Lines.few(missing, KEPT);
    }

    /** Asked for at {@code at}, nothing heard yet. */
    static StepInFlight requested(StepId id, PlannedStep planned, PlannerTime at) {
        return new StepInFlight(
                id, planned, at.clock(), at.clock(), at.worked(), false, false, null, 0, 0, "", null, List.of(), false);
    }

    /** Whether the next step may start: it has done what it does, and every gate has passed. */
    public boolean complete() {
        return acted && (planned.gates().isEmpty() || verdict == Outcome.PASSED);
    }

    /** What it waits for, the most telling first; empty: it goes on, or nothing was said yet. */
    public List<String> waits() {
        return waitsFor == null ? missing : List.of(waitsFor);
    }

    /** Taken up. */
    StepInFlight accepted(PlannerTime at) {
        return heard(at, true, acted, verdict, waitsFor, missing);
    }

    /** Further on; never back, since reports may come twice or late. */
    StepInFlight progressed(StepProgressed progress, PlannerTime at) {
        int further = progress.total() == total ? Math.max(done, progress.done()) : progress.done();
        return new StepInFlight(
                id,
                planned,
                requestedAt,
                at.clock(),
                at.worked(),
                true,
                acted,
                verdict,
                further,
                progress.total(),
                progress.unit(),
                progress.waitsFor(),
                missing,
                false);
    }

    /** Done with acting. */
    StepInFlight acted(PlannerTime at) {
        return heard(at, true, true, verdict, null, missing);
    }

    /** Judged. */
    StepInFlight judged(Outcome outcome, PlannerTime at) {
        return heard(at, accepted, acted, outcome, null, List.of());
    }

    /** Something was heard of it, and it is as far as it was. */
    private StepInFlight heard(
            PlannerTime at,
            boolean taken,
            boolean over,
            @Nullable Outcome judged,
            @Nullable String waiting,
            List<String> missed) {
        return new StepInFlight(
                id,
                planned,
                requestedAt,
                at.clock(),
                at.worked(),
                taken,
                over,
                judged,
                done,
                total,
                unit,
                waiting,
                missed,
                false);
    }

    /** Nobody answers. */
    StepInFlight silent() {
        return told(missing, true);
    }

    /** Its gates miss something; that the verifier waits says nothing of who acts. */
    StepInFlight missing(List<String> said) {
        return told(said, overdue);
    }

    /** Nothing was heard of it; something is known of it all the same. */
    private StepInFlight told(List<String> missed, boolean unanswered) {
        return new StepInFlight(
                id,
                planned,
                requestedAt,
                heardAt,
                heardAfter,
                accepted,
                acted,
                verdict,
                done,
                total,
                unit,
                waitsFor,
                missed,
                unanswered);
    }
}
