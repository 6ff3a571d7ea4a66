package io.calicofleet.planner.core;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPlan;
import io.calicofleet.event.DatastoreLock;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.GatesMissing;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.Standing;
import io.calicofleet.planner.core.campaign.StepInFlight;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.preflight.Preflight;
import io.calicofleet.planner.core.preflight.PreflightResult;
import io.calicofleet.planner.core.route.PlanRoute;
import io.calicofleet.planner.core.route.PlannedStep;
import io.calicofleet.planner.core.route.RouteChoice;
import io.calicofleet.planner.core.route.RoutePlan;
import io.calicofleet.planner.core.route.Routes;
import io.calicofleet.planner.core.route.UpgradeRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What reports and verdicts do to the step in flight. Whatever is not about the step in flight changes nothing. */
final class StepRules {

    static final String ABORT_SAID = "The campaign was aborted after this step.";
    static final List<String> LEFT_OPEN = List.of("The temporary policy of its host endpoints may still be in place; it"
            + " allows their traffic. Remove it by another campaign to the same target, which reviews it first.");

    /** What a person decides who approves a policy: which one, and whether. */
    private static final Set<FailureReason> OF_THE_POLICY = Set.of(
            FailureReason.HOST_ENDPOINT_WOULD_BE_CLOSED, FailureReason.WOULD_LOCK_OUT, FailureReason.INVALID_OBJECT);

    /** No clock of a machine shows that; times of it are not to be counted on from. */
    private static final Instant NO_TIME = Instant.parse("9999-01-01T00:00:00Z");

    private static final int EXPIRIES = 5;

    private final VersionCatalogue catalogue;
    private final PlannerSettings settings;
    private final Preflight preflight;

    StepRules(VersionCatalogue catalogue, PlannerSettings settings) {
        this.catalogue = catalogue;
        this.settings = settings;
        this.preflight = new Preflight(catalogue);
    }

    void progress(DecisionBuilder decision, StepProgress progress, @Nullable Twin twin) {
        ClusterState cluster = decision.state().cluster(progress.step().cluster());
        if (cluster == null || !cluster.isIn(progress.step())) {
            return;
        }
        StepInFlight step = cluster.inFlight();
        switch (progress) {
            case StepAccepted accepted -> {
                if (!step.accepted() || step.overdue()) {
                    decision.put(cluster.accepted(decision.now()));
                }
            }
            case StepProgressed progressed -> decision.put(cluster.progressed(progressed, decision.now()));
            case StepSucceeded succeeded -> {
                if (!step.acted() && step.id().kind() == StepKind.INSPECT && twin != null) {
                    String said = twin.said(cluster.cluster());
                    decision.put(cluster.refused(List.of(said), said, decision.now()));
                } else if (!step.acted()) {
                    ClusterState acted = cluster.acted(succeeded.summary(), succeeded.notes(), decision.now())
                            .planned(succeeded.plan());
                    settle(
                            decision,
                            ReviewRules.asksGuard(step) ? acted.reviewed(succeeded.policyCheck()) : acted,
                            succeeded.facts());
                }
            }
            case StepHeld held -> held(decision, cluster, held);
            case StepFailed failed -> failed(decision, cluster, failed);
        }
    }

    void verdict(DecisionBuilder decision, StepJudged verdict) {
        ClusterState cluster = decision.state().cluster(verdict.step().cluster());
        if (cluster == null || !cluster.isIn(verdict.step())) {
            return;
        }
        StepInFlight step = cluster.inFlight();
        if (!step.planned().gates().isEmpty() && step.verdict() != verdict.outcome()) {
            settle(decision, cluster.judged(verdict, decision.now()), null);
        }
    }

    /** What its gates miss is for people to read; where it was judged meanwhile, it is of before. */
    void missing(DecisionBuilder decision, GatesMissing said) {
        ClusterState cluster = decision.state().cluster(said.step().cluster());
        if (cluster != null && cluster.isIn(said.step()) && cluster.inFlight().verdict() == null) {
            decision.put(cluster.missing(said.missing(), decision.now()));
        }
    }

    /** Marks the steps nobody answers for; where the campaign is being aborted, there is nothing left to wait for. */
    void lookForSilence(DecisionBuilder decision) {
        for (ClusterId id : decision.state().running()) {
            ClusterState cluster = Objects.requireNonNull(decision.state().cluster(id));
            StepInFlight step = cluster.inFlight();
            if (!step.overdue() && decision.now().since(step.heardAfter()).compareTo(patience(step)) > 0) {
                String said = step.accepted()
                        ? "Nothing was heard of it since " + step.heardAt() + ": check its executor."
                        : "No executor has taken it up since " + step.requestedAt()
                                + ": check that one is running and serves this cluster.";
                decision.put(cluster.silent(said, decision.now()));
                if (decision.header().standing() == Standing.ABORTED) {
                    abortUnanswered(decision, id);
                } else if (decision.header().spec().procedure() == Procedure.PLAN) {
                    // Whoever plans waits for an answer, and that is one.
                    decision.put(cluster.held(HoldReason.NOT_SEEN, said, decision.now()));
                }
            }
        }
    }

    /** Ends a cluster whose step nobody answers for. */
    static void abortUnanswered(DecisionBuilder decision, ClusterId id) {
        ClusterState cluster = Objects.requireNonNull(decision.state().cluster(id));
        decision.put(cluster.aborted(
                "The campaign was aborted while nobody answered for "
                        + cluster.inFlight().id() + "; an executor that comes back may still do it.",
                left(cluster),
                decision.now()));
    }

    /**
     * Whether the step in flight writes nothing (any more) and lasts as long as people let it: the review of the traffic, or the wait for
     * others to bring the release. Nobody who wants to stop, or to go back, has to wait for that.
     */
    static boolean onlyWatches(ClusterState cluster) {
        StepInFlight step = cluster.inFlight();
        return step.acted()
                ? step.id().kind() == StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC
                : step.planned().parameters().byOthers();
    }

    /** Whether this campaign has asked for a step that upgrades it, in any attempt. */
    static boolean upgradeBegun(ClusterState cluster) {
        return Stream.of(StepKind.values()).filter(StepKind::upgrades).anyMatch(cluster::hasBeenAsked);
    }

    /** Whether what its upgrade did was taken back since, by its backup. */
    private static boolean isTakenBack(ClusterState cluster) {
        return cluster.history().reversed().stream()
                .filter(record -> record.step().kind().upgrades()
                        || (record.step().kind() == StepKind.RESTORE
                                && record.state().equals("passed")))
                .findFirst()
                .filter(record -> record.step().kind() == StepKind.RESTORE)
                .isPresent();
    }

    /** What has to be said of a cluster that ends in between. */
    static List<String> left(ClusterState cluster) {
        List<String> left = new ArrayList<>(cluster.mayBeUnderTemporaryPolicy() ? LEFT_OPEN : List.of());
        if (DatastoreLock.leftBy(cluster.history(), cluster.findings().objections())
                .isPresent()) {
            left.add("Its datastore is locked, so that new pods wait: restore it, which takes the move back.");
        }
        return left;
    }

    private Duration patience(StepInFlight step) {
        // However long its gates may take: while they are open its executor repeats from time to time how far it is.
        return step.accepted() ? settings.silencePatience() : settings.acceptPatience();
    }

    private void held(DecisionBuilder decision, ClusterState cluster, StepHeld held) {
        if (cluster.inFlight().acted()) {
            return;
        }
        if (decision.header().standing() == Standing.ABORTED) {
            decision.put(cluster.aborted(ABORT_SAID, left(cluster), decision.now()));
        } else if (held.reason() == HoldReason.TRAFFIC_REVIEW) {
            ReviewRules.confirmAgain(decision, cluster);
        } else {
            decision.put(cluster.heldFor(
                            held.reason(), held.details(), held.conflicts(), said(cluster, held), decision.now())
                    .planned(held.plan()));
        }
    }

    /** What the executor said, without the name of the cluster in front: whoever tells it says which it is. */
    private static String said(ClusterState cluster, StepHeld held) {
        String name = cluster.cluster() + ": ";
        String said = held.summary().startsWith(name) ? held.summary().substring(name.length()) : held.summary();
        return said.isBlank() ? held.reason().sentence() : said;
    }

    private static void failed(DecisionBuilder decision, ClusterState cluster, StepFailed failed) {
        String said = joined(failed.reason().sentence(), failed.message());
        boolean aborted = decision.header().standing() == Standing.ABORTED;
        if (failed.reason() == FailureReason.EXPIRED && expired(decision, cluster, failed, said)) {
            return;
        }
        if (failed.reason() == FailureReason.KUBECONFIG_UNUSABLE
                && failed.step().kind() == StepKind.INSPECT
                && !aborted) {
            // Nothing is wrong with the upgrade: it is an objection against this cluster, and no failure of the
            // campaign.
            decision.put(cluster.refused(List.of(failed.message()), failed.message(), decision.now()));
            return;
        }
        if (!aborted && UnreachableRules.deferred(decision, cluster, failed)) {
            return;
        }
        boolean reviewed = cluster.findings().review() != null
                && failed.step().kind() == StepKind.RELEASE_HOST_ENDPOINTS
                && OF_THE_POLICY.contains(failed.reason());
        boolean between = ReviewRules.asksGuard(cluster.inFlight()) || ReviewRules.takesBack(cluster.inFlight());
        if (between && !aborted) {
            ReviewRules.failed(decision, cluster, said);
        } else if (reviewed && !aborted) {
            decision.put(ReviewRules.approvable(cluster)
                    .heldBeforeAgain(HoldReason.TRAFFIC_REVIEW, said, failed.evidence(), decision.now()));
        } else {
            FailureRules.failed(decision, cluster, failed, said);
        }
    }

    /**
     * Nothing was done, so it is asked for again, or given up with its campaign. False where that would not help: its executor has no clock, or
     * it said so {@link #EXPIRIES} times on end.
     */
    private static boolean expired(DecisionBuilder decision, ClusterState cluster, StepFailed failed, String said) {
        if (decision.header().standing() == Standing.ABORTED) {
            decision.put(cluster.aborted(ABORT_SAID, left(cluster), decision.now()));
            return true;
        }
        Instant there = failed.clock();
        ClusterState ended = cluster.ended("expired", said, List.of(), decision.now());
        long times = ended.history().reversed().stream()
                .takeWhile(record -> record.step().kind() == failed.step().kind()
                        && record.state().equals("expired"))
                .count();
        if (there == null || there.isAfter(NO_TIME) || times >= EXPIRIES) {
            return false;
        }
        decision.requestAgain(ended, there);
        return true;
    }

    /** Goes on where the step is done with, stops where it failed, and else keeps what was learnt. */
    private void settle(DecisionBuilder decision, ClusterState cluster, @Nullable ClusterFacts facts) {
        StepInFlight step = cluster.inFlight();
        if (step.complete()) {
            next(decision, cluster.stepDone(decision.now()), facts);
            return;
        }
        switch (step.verdict()) {
            case FAILED -> FailureRules.gateFailed(decision, cluster);
            case CONTESTED -> contested(decision, cluster);
            case UNDECIDED -> undecided(decision, cluster);
            case NEEDS_APPROVAL -> {
                if (!step.acted()) {
                    decision.put(cluster);
                } else if (decision.header().standing() == Standing.ABORTED) {
                    decision.put(cluster.aborted(ABORT_SAID, left(cluster), decision.now()));
                } else {
                    ReviewRules.needsApproval(decision, cluster);
                }
            }
            case PASSED -> decision.put(cluster);
            case null -> {
                if (decision.header().standing() == Standing.ABORTED && onlyWatches(cluster)) {
                    decision.put(cluster.aborted(ABORT_SAID, left(cluster), decision.now()));
                } else {
                    decision.put(cluster);
                }
            }
        }
    }

    /** Somebody else changes the version: whatever was seen is of that, so it is no failure, and nothing is taken back. */
    private static void contested(DecisionBuilder decision, ClusterState cluster) {
        if (decision.header().standing() == Standing.ABORTED) {
            decision.put(cluster.aborted(ABORT_SAID, left(cluster), decision.now()));
        } else {
            decision.put(
                    cluster.held(HoldReason.SECOND_UPGRADER, cluster.findings().message(), decision.now()));
        }
    }

    /** Nobody saw the cluster for long enough to judge it: that is no failure, and nothing is taken back for it. */
    private static void undecided(DecisionBuilder decision, ClusterState cluster) {
        if (decision.header().standing() == Standing.ABORTED) {
            decision.put(cluster.aborted(ABORT_SAID, left(cluster), decision.now()));
            return;
        }
        String late = cluster.inFlight().acted()
                ? ""
                : " An executor that comes back may still do "
                        + cluster.inFlight().id() + ".";
        decision.put(cluster.held(HoldReason.NOT_SEEN, cluster.findings().message() + late, decision.now()));
    }

    /** The step after one that is complete. */
    void next(DecisionBuilder decision, ClusterState cluster, @Nullable ClusterFacts facts) {
        boolean inspected = cluster.inFlight().id().kind() == StepKind.INSPECT;
        boolean last = !inspected && cluster.todo().isEmpty();
        if (decision.header().standing() == Standing.ABORTED && !last) {
            decision.put(cluster.aborted(ABORT_SAID, left(cluster), decision.now()));
        } else if (ReviewRules.asksGuard(cluster.inFlight()) || ReviewRules.takesBack(cluster.inFlight())) {
            ReviewRules.settled(decision, cluster);
        } else if (inspected) {
            inspected(decision, cluster, facts);
        } else if (last && cluster.rollingBack()) {
            FailureRules.wentBack(decision, cluster);
        } else if (last) {
            String said = cluster.inFlight().id().kind() == StepKind.PLAN
                    ? cluster.findings().message()
                    : "Every step is done and every gate passed.";
            decision.put(cluster.succeeded(said, decision.now()));
        } else {
            decision.request(cluster, ReviewRules.left(cluster, decision.now()));
        }
    }

    private void inspected(DecisionBuilder decision, ClusterState cluster, @Nullable ClusterFacts facts) {
        CampaignSpec spec = decision.header().spec();
        boolean changes = spec.upgradeOrDefault().change() != null;
        if (facts == null || (spec.target() == null && !changes)) {
            decision.put(cluster.failed(
                    HoldReason.STEP_FAILED,
                    "The inspection brought no facts: a fault of its executor.",
                    List.of(),
                    decision.now()));
            return;
        }
        boolean begun = upgradeBegun(cluster);
        ClusterState known = cluster.inspected(facts.calicoVersion(), List.of());
        CalicoVersion source = known.findings().source();
        StepParameters asked = cluster.inFlight().planned().parameters();
        CalicoVersion target = changes ? source : spec.target();
        PreflightResult result = changes || target == null
                ? preflight.judgeChange(facts, spec.upgradeOrDefault(), begun)
                : preflight.judge(facts, source, target, spec.upgradeOrDefault(), asked.withoutBase(), begun);
        known = known.inspected(null, result.notes());
        if (!result.objections().isEmpty() || source == null || target == null) {
            List<String> objections = Stream.concat(result.objections().stream(), result.withoutBase().stream())
                    .toList();
            decision.put(known.refused(objections, objected(objections), decision.now()));
            return;
        }
        if (!result.withoutBase().isEmpty()) {
            decision.put(known.heldWithoutBase(
                    result.withoutBase(),
                    facts.conflicts(),
                    joined(
                            HoldReason.BASE_UNKNOWN.sentence(),
                            result.withoutBase().getFirst()),
                    decision.now()));
            return;
        }
        switch (Routes.of(facts.installMethod())) {
            case RouteChoice.Refused refused ->
                decision.put(known.refused(List.of(refused.sentence()), refused.sentence(), decision.now()));
            case RouteChoice.Upgraded upgraded -> {
                UpgradeRequest request = new UpgradeRequest(spec, facts, source, target, begun, catalogue, asked);
                RoutePlan plan = upgraded.route().plan(request);
                known = known.inspected(null, plan.notes());
                if (plan.steps().isEmpty()) {
                    decision.put(known.succeeded("Nothing had to be done.", decision.now()));
                } else {
                    decision.request(known, planned(request, known, plan.steps()));
                }
            }
        }
    }

    /**
     * With the plan of the steps in front, where one was accepted or others are to be told what to bring, or in their place; what has begun is
     * another cluster than was planned for, unless it was taken back. What is there of ours from before the upgrade is no reason to ask: then only what
     * the upgrade would write is compared.
     */
    private static List<PlannedStep> planned(UpgradeRequest request, ClusterState cluster, List<PlannedStep> steps) {
        StepParameters asked = request.parameters();
        if (request.spec().procedure() == Procedure.PLAN) {
            return List.of(PlanRoute.of(asked.asBeside(), steps));
        }
        String accepted = cluster.acceptedPlan();
        boolean wanted = accepted != null || request.spec().upgradeOrDefault().appliedByOthers();
        if (!wanted || (request.begun() && !isTakenBack(cluster))) {
            return steps;
        }
        ClusterPlan made = cluster.plan();
        String ofUpgrade = made == null || !made.digest().equals(accepted) ? null : made.ofUpgrade();
        boolean prepared = ofUpgrade != null && cluster.hasBeenAsked(StepKind.BACKUP);
        List<PlannedStep> all = new ArrayList<>(steps);
        all.addFirst(PlanRoute.of(asked.withAcceptedPlan(prepared ? ofUpgrade : accepted), steps));
        return all;
    }

    private static String objected(List<String> objections) {
        return objections.size() == 1 ? objections.getFirst() : objections.size() + " objections to the upgrade.";
    }

    private static String joined(String first, String second) {
        return second.isEmpty() ? first : first + " " + second;
    }
}
