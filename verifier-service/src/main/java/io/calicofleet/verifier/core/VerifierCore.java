package io.calicofleet.verifier.core;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.verifier.core.gate.Check;
import io.calicofleet.verifier.core.gate.Evidence;
import io.calicofleet.verifier.core.gate.Gate;
import io.calicofleet.verifier.core.gate.GateVerdict;
import io.calicofleet.verifier.core.gate.Gates;
import io.calicofleet.verifier.core.gate.Sightings;
import io.calicofleet.verifier.core.traffic.PolicyReader;
import io.calicofleet.verifier.core.traffic.TrafficTally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The verifier as pure functions. A step with gates {@link #open opens} a verification, every observation is
 * {@link #see folded} into it, and after each, and when its time comes, it is {@link #judge judged}:
 *
 * <ol>
 *   <li>a gate that failed fails the step at once;
 *   <li>else a gate that is not passed yet leaves it open, until the earliest time that may change that;
 *   <li>else a gate that needs an approval makes the step need it;
 *   <li>else the step has passed. All gates pass on the same evidence, none keeps a pass from an earlier observation.
 * </ol>
 *
 * <p>A verdict is final: nothing changes a closed verification.
 */
public final class VerifierCore {

    private VerifierCore() {}

    /** A verification of {@code request}, asked for {@code at}. */
    public static Verification open(StepRequested request, @Nullable String traceparent, Instant at) {
        return new Verification(
                request.step(), at, request.gates(), expected(request.parameters()), traceparent, Sightings.NONE, null);
    }

    /** The version that will run: some releases, and forks, come with files whose images name an older one. */
    private static @Nullable CalicoVersion expected(StepParameters parameters) {
        return parameters.targetImages() == null ? parameters.target() : parameters.targetImages();
    }

    /** With {@code check} folded in; empty where it tells nothing new. */
    public static Optional<Verification> see(Verification verification, Check check) {
        if (verification.sightings().knows(check)) {
            return Optional.empty();
        }
        Verification seen = verification.with(verification.sightings().with(check));
        // With an operator the pods of the release before are settled for as long as it has not changed them.
        boolean settled =
                check.acted() && passes(seen, GateKind.PODS, check.at()) && passes(seen, GateKind.OPERATOR, check.at());
        return Optional.of(seen.with(seen.sightings().judgedPods(settled, seen.target())));
    }

    /** What becomes of it at {@code now}; for a step that is about no policy. */
    public static Judgement judge(Verification verification, TrafficTally traffic, Instant now) {
        return judge(verification, traffic, PolicyReader.NONE, now);
    }

    /** What becomes of it at {@code now}. */
    public static Judgement judge(Verification verification, TrafficTally traffic, PolicyReader policies, Instant now) {
        if (verification.verdict() != null || verification.gates().isEmpty()) {
            return new Judgement.Open(verification, null, List.of());
        }
        Evidence evidence = evidence(verification, traffic, policies);
        List<GateResult> results = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        Instant nextLook = null;
        TrafficReview review = null;
        Outcome outcome = Outcome.PASSED;
        for (GateRequirement requirement : verification.gates()) {
            Gate gate = Gates.of(requirement.kind());
            switch (gate.judge(requirement, evidence, now)) {
                case GateVerdict.Failed failed -> {
                    results.add(result(gate, Outcome.FAILED, failed.reason(), failed.evidence()));
                    return decided(verification, Outcome.FAILED, results, null, now);
                }
                case GateVerdict.NotYet notYet -> {
                    notYet.missing().forEach(line -> missing.add(gate.kind() + ": " + line));
                    nextLook = earlier(nextLook, notYet.nextLook());
                }
                case GateVerdict.NeedsApproval needs -> {
                    outcome = Outcome.NEEDS_APPROVAL;
                    review = needs.review();
                    results.add(result(gate, Outcome.NEEDS_APPROVAL, needs.reason(), needs.evidence()));
                }
                case GateVerdict.Passed passed -> {
                    review = passed.review() == null ? review : passed.review();
                    results.add(result(gate, Outcome.PASSED, passed.reason(), passed.evidence()));
                }
            }
        }
        return missing.isEmpty()
                ? decided(verification, outcome, results, review, now)
                : new Judgement.Open(verification, nextLook, missing);
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
            case FAILED ->
                "The gate " + results.getLast().gate() + " of " + step + " failed. "
                        + results.getLast().reason();
        };
        Verdict verdict = new Verdict(new StepJudged(verification.step(), outcome, results, review, summary), now);
        return new Judgement.Decided(verification.closed(verdict), verdict);
    }

    private static GateResult result(Gate gate, Outcome outcome, String reason, List<String> evidence) {
        return new GateResult(gate.kind(), outcome, reason, evidence);
    }

    private static Evidence evidence(Verification verification, TrafficTally traffic, PolicyReader policies) {
        return new Evidence(
                verification.requestedAt(),
                verification.target(),
                asksFor(verification, GateKind.PODS),
                verification.sightings(),
                traffic,
                policies);
    }

    /** Whether the newest observation passes the gate of {@code kind}; one that is not asked for stands in no way. */
    private static boolean passes(Verification verification, GateKind kind, Instant at) {
        return verification.gates().stream().filter(gate -> gate.kind() == kind).allMatch(gate -> switch (Gates.of(kind)
                .look(gate, evidence(verification, TrafficTally.NOTHING_HEARD, PolicyReader.NONE), at)) {
            case GateVerdict.Passed passed -> true;
            case GateVerdict.Failed failed -> false;
            case GateVerdict.NotYet notYet -> false;
            case GateVerdict.NeedsApproval needsApproval -> false;
        });
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }
}
