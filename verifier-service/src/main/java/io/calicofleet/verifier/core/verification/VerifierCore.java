package io.calicofleet.verifier.core.verification;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ContinuityObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.TraceContext;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.model.Durations;
import io.calicofleet.verifier.core.gate.Blindness;
import io.calicofleet.verifier.core.gate.Check;
import io.calicofleet.verifier.core.gate.Evidence;
import io.calicofleet.verifier.core.gate.Gate;
import io.calicofleet.verifier.core.gate.GateVerdict;
import io.calicofleet.verifier.core.gate.Gates;
import io.calicofleet.verifier.core.gate.ObservationHistory;
import io.calicofleet.verifier.core.traffic.PolicyReader;
import io.calicofleet.verifier.core.traffic.TrafficTally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The verifier as pure functions. A step with gates {@link #open opens} a verification, every observation is
 * {@link #see folded} into it, and after each, and when its time comes, it is {@link #judge judged}:
 *
 * <ol>
 *   <li>a gate whose cluster somebody else changes leaves the step to a person at once, whatever else has failed: that may be of it;
 *   <li>a gate that failed fails the step at once, with what the others miss;
 *   <li>else a gate that is not passed yet leaves it open, and makes it undecided once its limit is reached;
 *   <li>else a gate that needs an approval makes the step need it;
 *   <li>else the step has passed. All gates pass on the same evidence, none keeps a pass from an earlier observation.
 * </ol>
 *
 * <p>A verdict is final: nothing changes a closed verification.
 */
public final class VerifierCore {

    private VerifierCore() {}

    /** A verification of {@code request}, asked for {@code at}. */
    public static Verification open(StepRequested request, @Nullable TraceContext trace, Instant at) {
        return new Verification(
                request.step(),
                at,
                request.gates(),
                expected(request.parameters()),
                trace,
                request.parameters().grant(),
                request.parameters().place(),
                Objects.requireNonNullElse(request.limit(), Verification.LONGEST),
                Duration.ZERO,
                ObservationHistory.NONE,
                null);
    }

    /**
     * Whether {@code request} comes too late to matter: of another campaign than {@code known}, it is of one that does not have the cluster; of
     * the same one, it was asked for before. It changes nothing; its executor refuses it, too.
     */
    public static boolean isOutranked(Verification known, StepRequested request) {
        StepParameters of = request.parameters();
        return known.step().campaign().equals(request.step().campaign())
                ? of.grant() != 0 && of.precedes(StepParameters.NONE.withEpoch(known.epoch(), known.sequence()))
                : of.grant() < known.epoch();
    }

    /** The version that will run: some releases, and forks, come with files whose images name an older one. */
    private static @Nullable CalicoVersion expected(StepParameters parameters) {
        return parameters.targetImages() == null ? parameters.target() : parameters.targetImages();
    }

    /**
     * With {@code check} folded in; empty where it tells nothing new.
     *
     * @param since the time since the last word on the step, by a clock of the verifier that nobody sets; null: it did not
     *     measure that, for it began anew, or this is the first word
     */
    public static Optional<Verification> see(Verification verification, Check check, @Nullable Duration since) {
        if (verification.history().knows(check.run(), check.sequence())) {
            return Optional.empty();
        }
        Verification seen = verification.with(verification.history().with(check, since));
        // With an operator the pods of the release before are settled for as long as it has not changed them.
        return Optional.of(seen.with(seen.history()
                .judgedPods(passes(seen, GateKind.PODS), passes(seen, GateKind.OPERATOR), seen.target())));
    }

    /** With the executor not seeing the cluster; empty where that tells nothing new. {@code since} as for {@link #see}. */
    public static Optional<Verification> lose(Verification verification, Blindness lost, @Nullable Duration since) {
        return verification.history().knows(lost.run(), lost.sequence())
                ? Optional.empty()
                : Optional.of(verification.with(verification.history().with(lost, since)));
    }

    /** What becomes of it; for a step that is about no policy. {@code now} is for people. */
    public static Judgement judge(Verification verification, TrafficTally traffic, Instant now) {
        return judge(verification, traffic, PolicyReader.NONE, now);
    }

    /** What becomes of it. {@code now} is for people: what was seen, and for how long, decides. */
    public static Judgement judge(Verification verification, TrafficTally traffic, PolicyReader policies, Instant now) {
        if (!verification.isOpen()) {
            return new Judgement.Open(verification, List.of());
        }
        Evidence evidence = evidence(verification, traffic, policies);
        List<GateResult> results = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<GateResult> undecided = new ArrayList<>();
        Duration seen = verification.history().observed();
        Gate failing = null;
        GateVerdict.Failed failure = null;
        GateResult contested = null;
        TrafficReview review = null;
        Outcome outcome = Outcome.PASSED;
        for (GateRequirement requirement : verification.gates()) {
            Gate gate = Gates.of(requirement.kind());
            switch (gate.judge(requirement, evidence, seen)) {
                case GateVerdict.Failed failed -> {
                    failing = failing == null ? gate : failing;
                    failure = failure == null ? failed : failure;
                }
                case GateVerdict.Contested by ->
                    contested = result(gate.kind(), Outcome.CONTESTED, by.reason(), by.evidence());
                case GateVerdict.NotYet notYet -> {
                    notYet.missing().forEach(line -> missing.add(gate.kind() + ": " + line));
                    undecided.add(result(
                            gate.kind(),
                            Outcome.UNDECIDED,
                            "Still missing: " + notYet.missing().getFirst() + ".",
                            notYet.evidence()));
                }
                case GateVerdict.NeedsApproval needs -> {
                    outcome = Outcome.NEEDS_APPROVAL;
                    review = needs.review();
                    results.add(result(gate.kind(), Outcome.NEEDS_APPROVAL, needs.reason(), needs.evidence()));
                }
                case GateVerdict.Passed passed -> {
                    review = passed.review() == null ? review : passed.review();
                    results.add(result(gate.kind(), Outcome.PASSED, passed.reason(), passed.evidence()));
                }
            }
        }
        List<String> told = verification.history().told();
        if (contested != null) {
            results.add(with(contested, joined(also(missing), told)));
            return decided(verification, Outcome.CONTESTED, results, null, now);
        }
        if (failing != null && failure != null) {
            results.add(result(
                    failing.kind(),
                    Outcome.FAILED,
                    failure.reason(),
                    joined(failure.evidence(), joined(also(missing), told))));
            return decided(verification, Outcome.FAILED, results, null, now);
        }
        if (missing.isEmpty()) {
            results.set(0, with(results.getFirst(), told));
            return decided(verification, outcome, results, review, now);
        }
        if (!verification.left().isPositive()) {
            undecided.set(0, with(undecided.getFirst(), told));
            results.addAll(undecided);
            return decided(verification, Outcome.UNDECIDED, results, null, now);
        }
        return new Judgement.Open(verification, missing);
    }

    /** Whether {@code verification} has a gate of {@code kind}. */
    public static boolean asksFor(Verification verification, GateKind kind) {
        return verification.gates().stream().anyMatch(gate -> gate.kind() == kind);
    }

    private static Judgement decided(
            Verification verification,
            Outcome outcome,
            List<GateResult> results,
            @Nullable TrafficReview review,
            Instant now) {
        String step = verification.step().kind() + " on " + verification.step().cluster();
        String summary = switch (outcome) {
            case PASSED -> "Every gate of " + step + " passed.";
            case NEEDS_APPROVAL -> "The review of " + step + " waits for an approval.";
            case UNDECIDED ->
                "The gates of " + step + " are undecided: within " + verification.limit() + " the cluster was seen for "
                        + Durations.shortly(verification.history().observed()) + ". "
                        + results.getLast().reason();
            case CONTESTED -> results.getLast().reason();
            case FAILED ->
                "The gate " + results.getLast().gate() + " of " + step + " failed. "
                        + results.getLast().reason();
        };
        List<GateResult> told =
                results.stream().map(result -> measured(verification, result)).toList();
        Verdict verdict = new Verdict(new StepJudged(verification.step(), outcome, told, review, summary), now);
        return new Judgement.Decided(verification.closed(verdict), verdict);
    }

    /** The one of the continuity gate with what it judged in figures. */
    private static GateResult measured(Verification verification, GateResult result) {
        ClusterObservation latest = verification.history().latest();
        ContinuityObservation seen =
                result.gate() == GateKind.CONTINUITY && latest != null ? latest.continuity() : null;
        return seen == null
                ? result
                : new GateResult(result.gate(), result.outcome(), result.reason(), result.evidence(), seen.kinds());
    }

    private static GateResult result(GateKind gate, Outcome outcome, String reason, List<String> evidence) {
        return new GateResult(gate, outcome, reason, evidence);
    }

    private static Evidence evidence(Verification verification, TrafficTally traffic, PolicyReader policies) {
        return new Evidence(
                verification.requestedAt(), verification.target(), verification.history(), traffic, policies);
    }

    /** Whether the newest observation passes the gate of {@code kind}; one that is not asked for stands in no way. */
    private static boolean passes(Verification verification, GateKind kind) {
        return verification.gates().stream().filter(gate -> gate.kind() == kind).allMatch(gate -> switch (Gates.of(kind)
                .look(
                        gate,
                        evidence(verification, TrafficTally.NOTHING_HEARD, PolicyReader.NONE),
                        verification.history().observed())) {
            case GateVerdict.Passed passed -> true;
            case GateVerdict.Failed failed -> false;
            case GateVerdict.Contested contested -> false;
            case GateVerdict.NotYet notYet -> false;
            case GateVerdict.NeedsApproval needsApproval -> false;
        });
    }

    private static GateResult with(GateResult result, List<String> lines) {
        return result(result.gate(), result.outcome(), result.reason(), joined(result.evidence(), lines));
    }

    /** What other gates miss, beside the one that failed: it may be the cause. */
    private static List<String> also(List<String> missing) {
        return missing.stream().map(line -> "also missing: " + line).toList();
    }

    private static List<String> joined(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
