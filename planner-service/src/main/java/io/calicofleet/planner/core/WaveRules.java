package io.calicofleet.planner.core;

import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.ApprovalTime;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FailureBudget;
import io.calicofleet.event.NeededApproval;
import io.calicofleet.event.StepApprovals;
import io.calicofleet.event.Stop;
import io.calicofleet.event.WaveApproval;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.model.approval.ApprovalDigests;
import io.calicofleet.planner.core.approval.Approvable;
import io.calicofleet.planner.core.approval.Gate;
import io.calicofleet.planner.core.campaign.CampaignHeader;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.LabelValue;
import io.calicofleet.planner.core.campaign.PlannerTime;
import io.calicofleet.planner.core.campaign.Standing;
import io.calicofleet.planner.core.campaign.Tally;
import io.calicofleet.planner.core.campaign.WaveProgress;
import io.calicofleet.planner.core.schedule.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts what may start, and says in which phase the campaign is. Run after every input, on the state it left.
 *
 * <p>How many may be in flight, and whether anything new may start, is asked for each cluster anew, so that no order of
 * inputs can get past it.
 */
final class WaveRules {

    private static final int NAMED = 5;
    private static final String NOTHING_NEW =
            ", so none of them starts: retry or skip those that failed, approve to go on" + " without them, or abort.";

    private WaveRules() {}

    /** Goes on as far as it can without waiting. */
    static void advance(DecisionBuilder decision) {
        CampaignHeader header = decision.header();
        if (header.standing() == Standing.REFUSED || header.phase().terminal()) {
            return;
        }
        markFinished(decision);
        lapse(decision);
        if (header.standing() == Standing.GO && header.stop() == null) {
            StartRules.start(decision);
            while (nextWave(decision.state())
                    .filter(index -> mayStart(decision.state(), index, decision.now()))
                    .isPresent()) {
                int index = nextWave(decision.state()).orElseThrow();
                decision.header(decision.header()
                        .wave(index, decision.header().waves().get(index).asStarted(decision.now()), decision.now()));
                RevisionRules.begun(decision);
                StartRules.start(decision);
                markFinished(decision);
            }
        }
        Position position = position(decision.state(), decision.now());
        CampaignHeader now = decision.header();
        if (now.phase() != position.phase() || !now.reason().equals(position.reason())) {
            decision.header(now.in(position.phase(), position.reason(), decision.now()));
        }
        RevisionRules.ended(decision);
    }

    /** What the wave at {@code index} waits for before it starts; empty where for nothing, or where it has started. */
    static String waitsFor(CampaignState state, int index, PlannerTime now) {
        if (state.header().waves().get(index).startedAt() != null
                || state.tally().open() == 0) {
            return "";
        }
        int next = nextWave(state).orElse(-1);
        if (next != index) {
            return "the waves before it";
        }
        return blocked(state, index, now).map(Position::reason).orElse("");
    }

    /** The wave whose approval is the next to be given, where nothing but that, and perhaps a soak, is missing. */
    static Optional<Integer> awaitsApproval(CampaignState state) {
        return nextWave(state)
                .filter(next -> state.tally().open() > 0)
                .filter(next -> unfinished(state, next).isEmpty())
                .filter(next -> unmet(state, next).isEmpty() && !budgetSpent(state))
                .flatMap(next -> unapproved(state, next));
    }

    /** The first wave without its approval of those that have to be approved before the one at {@code next} starts. */
    private static Optional<Integer> unapproved(CampaignState state, int next) {
        for (int i = 0; i <= next; i++) {
            ApprovalTime time = i == next ? ApprovalTime.BEFORE : ApprovalTime.AFTER;
            if (wave(state, i).approved(time) && !state.header().waves().get(i).approved()) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** The approval that the wave at {@code index} needs. */
    static Gate gate(CampaignState state, int index) {
        return new Gate(
                wave(state, index),
                state.header().author(),
                state.header().authorIdentity(),
                state.header().waves().get(index).approvals());
    }

    /** All that an approval is of, as things are. */
    static Approvable approvable(CampaignState state) {
        Map<ClusterId, Integer> waves = new HashMap<>();
        state.clusters().forEach((id, cluster) -> waves.put(id, cluster.wave()));
        return new Approvable(state.header().spec(), state.header().createdAt(), waves);
    }

    /** What an approval of the wave at {@code index} is of. */
    static ApprovalSubject subject(CampaignState state, int index) {
        return approvable(state).subject(what(state, index));
    }

    private static String what(CampaignState state, int index) {
        WaveSpec wave = wave(state, index);
        return ApprovalSubject.of(
                wave.approved(ApprovalTime.AFTER) ? ApprovalTime.AFTER : ApprovalTime.BEFORE, wave.name());
    }

    /**
     * What a step of this cluster carries of the approvals its wave had to have; null where it had to have none. One that was given before a revision is
     * of another document: that of the revision is in its place.
     */
    static @Nullable StepApprovals approvals(CampaignState state, ClusterState cluster) {
        CampaignHeader header = state.header();
        List<Integer> asked = new ArrayList<>();
        for (int i = 0; i <= cluster.wave(); i++) {
            if (wave(state, i).approved(i == cluster.wave() ? ApprovalTime.BEFORE : ApprovalTime.AFTER)) {
                asked.add(i);
            }
        }
        NeededApproval revised = header.revised();
        if (asked.isEmpty() && revised == null) {
            return null;
        }
        Approvable now = approvable(state);
        List<NeededApproval> needed = new ArrayList<>();
        if (revised != null) {
            needed.add(revised);
        }
        for (int index : asked) {
            String digest = ApprovalDigests.of(now.subject(what(state, index)));
            List<WaveApproval> given = header.waves().get(index).approvals();
            if (given.stream().anyMatch(approval -> digest.equals(approval.digest()))) {
                needed.add(new NeededApproval(
                        what(state, index),
                        wave(state, index).approvalRule(),
                        header.author(),
                        header.authorIdentity(),
                        given));
            }
        }
        return needed.isEmpty() ? null : now.of(cluster.cluster(), needed);
    }

    /** Forgets approvals that hold no longer, of what has not started. */
    private static void lapse(DecisionBuilder decision) {
        List<WaveProgress> waves = decision.header().waves();
        for (int i = 0; i < waves.size(); i++) {
            WaveProgress progress = waves.get(i);
            boolean isAfter = wave(decision.state(), i).approved(ApprovalTime.AFTER) && i + 1 < waves.size();
            boolean isPassed = (isAfter ? waves.get(i + 1) : progress).startedAt() != null;
            Gate before = gate(decision.state(), i);
            Gate after = before.at(decision.now().clock());
            if (!isPassed && after.given().size() < before.given().size()) {
                decision.tell("An approval of wave " + before.wave().name() + " holds no longer.");
                decision.header(
                        decision.header().wave(i, progress.asApproved(after.passed(), after.given()), decision.now()));
            }
        }
    }

    /** Whether failures that an approval can forgive keep something from starting. */
    static boolean heldByFailures(CampaignState state) {
        return stoppedByFailures(state).isPresent() || partlySpent(state).isPresent();
    }

    /** Whether more failed than the budget allows. */
    static boolean budgetSpent(CampaignState state) {
        int allowed = state.header()
                .spec()
                .failureBudget()
                .maxFailures()
                .atMostOf(state.tally().total());
        return state.tally().failures() > allowed;
    }

    /** Whether more failed than the budget of the campaign, or that of this wave, allows. */
    static boolean budgetSpent(CampaignState state, int index) {
        return budgetSpent(state) || ofWaveSpent(state, index);
    }

    private static boolean ofWaveSpent(CampaignState state, int index) {
        FailureBudget budget = wave(state, index).failureBudget();
        Tally tally = state.tally(index);
        return budget != null && tally.failures() > budget.maxFailures().atMostOf(tally.total());
    }

    /** Why clusters of a wave that has started do not start, though the campaign goes on: those with a label, or of that wave, failed too often. */
    private static Optional<String> partlySpent(CampaignState state) {
        for (int i = 0; i < state.header().waves().size(); i++) {
            if (state.header().waves().get(i).startedAt() == null
                    || state.fresh(i).isEmpty()) {
                continue;
            }
            if (ofWaveSpent(state, i)) {
                return Optional.of("More clusters of wave " + wave(state, i).name()
                        + " failed than its failure budget allows" + NOTHING_NEW);
            }
            Optional<LabelValue> spent = state.fresh(i).labels().stream()
                    .flatMap(labels -> LabelRules.spent(state, labels).stream())
                    .min(Comparator.naturalOrder());
            if (spent.isPresent()) {
                return Optional.of(
                        "More clusters with " + spent.orElseThrow() + " failed than perLabel allows" + NOTHING_NEW);
            }
        }
        return Optional.empty();
    }

    private static void markFinished(DecisionBuilder decision) {
        for (int i = 0; i < decision.header().waves().size(); i++) {
            WaveProgress wave = decision.header().waves().get(i);
            boolean done = decision.state().tally(i).keeping() == 0;
            if (wave.startedAt() != null && done != (wave.finishedAt() != null)) {
                decision.header(
                        decision.header().wave(i, wave.asFinished(done ? decision.now() : null), decision.now()));
            }
        }
    }

    /** The first wave that has not started; empty where all have. */
    private static Optional<Integer> nextWave(CampaignState state) {
        for (int i = 0; i < state.header().waves().size(); i++) {
            if (state.header().waves().get(i).startedAt() == null) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    private static boolean mayStart(CampaignState state, int index, PlannerTime now) {
        return state.tally().open() > 0 && blocked(state, index, now).isEmpty();
    }

    /** Why the next wave, at {@code index}, may not start. */
    private static Optional<Position> blocked(CampaignState state, int index, PlannerTime now) {
        Optional<WaveSpec> open = unfinished(state, index);
        if (open.isPresent()) {
            return Optional.of(new Position(
                    CampaignPhase.RUNNING, "wave " + open.orElseThrow().name() + " is not finished"));
        }
        Optional<String> failed = unmet(state, index).or(() -> spent(state));
        if (failed.isPresent()) {
            return Optional.of(new Position(CampaignPhase.HELD, failed.orElseThrow()));
        }
        if (index > 0 && soaks(state, index - 1, now)) {
            WaveProgress before = state.header().waves().get(index - 1);
            Instant until = Objects.requireNonNull(before.finishedAt())
                    .plus(wave(state, index - 1).soak());
            return Optional.of(new Position(
                    CampaignPhase.SOAKING,
                    "Wave " + wave(state, index - 1).name() + " soaks until " + until
                            + ", and longer by as much as no planner worked."));
        }
        Optional<Integer> unapproved = unapproved(state, index);
        if (unapproved.isPresent()) {
            return Optional.of(new Position(
                    CampaignPhase.AWAITING_APPROVAL,
                    gate(state, unapproved.orElseThrow()).asks()));
        }
        return StartRules.untimely(state, List.of(state.fresh(index)), now)
                .map(timing -> new Position(CampaignPhase.SCHEDULED, timing.why()));
    }

    /** The first wave before {@code index} that is not finished. */
    private static Optional<WaveSpec> unfinished(CampaignState state, int index) {
        for (int i = 0; i < index; i++) {
            if (state.tally(i).keeping() > 0) {
                return Optional.of(wave(state, i));
            }
        }
        return Optional.empty();
    }

    /** Why nothing new starts, where that is because of clusters that failed. */
    private static Optional<String> stoppedByFailures(CampaignState state) {
        if (state.tally().pending() == state.tally().unreached()
                || state.tally().failures() == 0) {
            return Optional.empty();
        }
        int next = nextWave(state).orElse(0);
        return spent(state).or(() -> unfinished(state, next).isPresent() ? Optional.empty() : unmet(state, next));
    }

    /** What is missing to the success rule of a wave before {@code index}. */
    private static Optional<String> unmet(CampaignState state, int index) {
        for (int i = 0; i < index; i++) {
            Tally tally = state.tally(i);
            int counted = tally.total() - tally.skipped() - tally.forgiven() - tally.unreached();
            int needed = wave(state, i).minSucceeded().atLeastOf(counted);
            if (tally.succeeded() < needed) {
                return Optional.of("In wave " + wave(state, i).name() + " " + tally.succeeded() + " of " + counted
                        + " clusters succeeded, and " + needed
                        + " have to: retry or skip those that failed, approve to go"
                        + " on without them, or abort.");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> spent(CampaignState state) {
        return budgetSpent(state)
                ? Optional.of("More clusters failed than the failure budget allows (maxFailures: "
                        + state.header().spec().failureBudget().maxFailures()
                        + "), so nothing new starts: retry or skip those that failed, approve to go on without them, or"
                        + " abort.")
                : Optional.empty();
    }

    private static boolean soaks(CampaignState state, int index, PlannerTime now) {
        Duration finished = state.header().waves().get(index).finishedAfter();
        return finished != null
                && now.since(finished).compareTo(wave(state, index).soak()) < 0;
    }

    private static WaveSpec wave(CampaignState state, int index) {
        return state.header().spec().waves().get(index);
    }

    private static Position position(CampaignState state, PlannerTime now) {
        CampaignHeader header = state.header();
        Tally tally = state.tally();
        if (header.standing() == Standing.ABORTED) {
            return new Position(tally.open() == 0 ? CampaignPhase.ABORTED : CampaignPhase.ABORTING, header.said());
        }
        if (tally.open() == 0) {
            return tally.failed() == 0
                    ? new Position(CampaignPhase.SUCCEEDED, "")
                    : new Position(
                            CampaignPhase.FAILED,
                            tally.failed() + " of " + tally.total()
                                    + " clusters failed: retry or skip them, or abort.");
        }
        if (header.standing() == Standing.PAUSED) {
            return new Position(CampaignPhase.PAUSED, header.said());
        }
        Stop stop = header.stop();
        if (stop != null) {
            return new Position(CampaignPhase.STOPPED, stopped(state, stop));
        }
        String stopped = stoppedByFailures(state).orElse("");
        if (tally.running() > 0) {
            Optional<String> partly = partlySpent(state);
            String waits = !stopped.isEmpty() || partly.isPresent()
                    ? (stopped.isEmpty() ? partly.orElse("") : stopped)
                    : state.kept().isEmpty()
                            ? StartRules.untimely(state, now).map(Timing::why).orElse("")
                            : keptWaiting(state);
            return new Position(CampaignPhase.RUNNING, state.silent().isEmpty() ? waits : unanswered(state));
        }
        if (tally.held() > 0) {
            return new Position(
                    CampaignPhase.HELD,
                    tally.held() + (tally.held() == 1 ? " cluster waits" : " clusters wait") + " for a person."
                            + (stopped.isEmpty() ? "" : " " + stopped));
        }
        if (tally.pending() == tally.unreached()) {
            return new Position(CampaignPhase.RUNNING, UnreachableRules.waits(state));
        }
        if (!stopped.isEmpty()) {
            return new Position(CampaignPhase.HELD, stopped);
        }
        if (!state.kept().isEmpty()) {
            return new Position(CampaignPhase.RUNNING, keptWaiting(state));
        }
        Optional<String> partly = partlySpent(state);
        if (partly.isPresent() && StartRules.untimely(state, now).isEmpty()) {
            return new Position(CampaignPhase.HELD, partly.orElseThrow());
        }
        Optional<Timing> untimely = StartRules.untimely(state, now);
        if (untimely.isPresent()) {
            return new Position(
                    CampaignPhase.SCHEDULED, untimely.map(Timing::why).orElseThrow());
        }
        return nextWave(state)
                .flatMap(index -> blocked(state, index, now))
                .orElse(new Position(CampaignPhase.RUNNING, ""));
    }

    /** Why it is not time for the next clusters to start, those of the next wave ahead of its time included; empty where it is, or none waits. */
    static Optional<Timing> untimely(CampaignState state, PlannerTime now) {
        return StartRules.untimely(state, now)
                .or(() ->
                        nextWave(state).flatMap(index -> StartRules.untimely(state, List.of(state.fresh(index)), now)));
    }

    private static String stopped(CampaignState state, Stop stop) {
        String said = "Everything is stopped by " + stop.who() + " since "
                + stop.at().truncatedTo(ChronoUnit.SECONDS) + ": "
                + stop.reason() + (stop.reason().endsWith(".") ? "" : ".");
        List<ClusterId> next = stop.failure() == null ? List.of() : next(state, NAMED);
        return next.isEmpty()
                ? said
                : said + " In this campaign "
                        + next.stream().map(ClusterId::value).collect(Collectors.joining(", ")) + " would start next.";
    }

    /** The clusters that would start next, at most so many: those to be tried again, those of waves that have started, then those of the next wave. */
    static List<ClusterId> next(CampaignState state, int most) {
        List<ClusterId> next = new ArrayList<>();
        for (int i = 0; i < state.header().waves().size() && next.size() < most; i++) {
            Stream.of(state.retried(i), state.fresh(i))
                    .flatMap(waiting -> waiting.alike().values().stream())
                    .flatMap(Collection::stream)
                    .sorted()
                    .limit(most - next.size())
                    .forEach(next::add);
        }
        return next;
    }

    private static String keptWaiting(CampaignState state) {
        if (state.kept().isEmpty()) {
            return "";
        }
        String names = state.kept().stream()
                .limit(NAMED)
                .map(id -> id + " ("
                        + Objects.requireNonNull(state.cluster(id)).claimed().holder() + ")")
                .collect(Collectors.joining(", "));
        int more = state.kept().size() - NAMED;
        return "Other campaigns have clusters of this one: " + names + (more > 0 ? " and " + more + " more" : "")
                + ". They start when those are done with them.";
    }

    private static String unanswered(CampaignState state) {
        String names =
                state.silent().stream().limit(NAMED).map(ClusterId::toString).collect(Collectors.joining(", "));
        long more = state.silent().stream().skip(NAMED).count();
        return "No executor answers for " + names + (more > 0 ? " and " + more + " more" : "")
                + ": check that one is running and serves them.";
    }

    /** Where a campaign is, and why. */
    private record Position(CampaignPhase phase, String reason) {}
}
