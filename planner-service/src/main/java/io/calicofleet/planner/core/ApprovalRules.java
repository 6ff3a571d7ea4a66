package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.WaveApproval;
import io.calicofleet.model.approval.ApprovalDigests;
import io.calicofleet.planner.core.approval.Gate;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.route.PlanRoute;
import io.calicofleet.planner.core.route.PlannedStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an approval lets go on. For one cluster: the review of its traffic, its
 * customisation conflicts, how it goes on without a proven base, or the policies that would select its automatic host endpoints. For the whole
 * campaign: those of all its clusters, the wave that waits for an approval, and failures that keep new clusters from
 * starting, which then count no longer; where it has a digest, nothing but what shows that digest, and where it names the wave it is of, nothing
 * but that.
 */
final class ApprovalRules {

    private final StepRules steps;

    ApprovalRules(StepRules steps) {
        this.steps = steps;
    }

    void approve(DecisionBuilder decision, CampaignApproved command, @Nullable String actor, String said) {
        ClusterId id = command.cluster();
        if (id != null) {
            CommandRules.named(decision, command, id).ifPresent(cluster -> approve(decision, command, cluster, said));
            return;
        }
        if (CommandClauses.isOfOne(command) && !CommandClauses.isByDigest(command)) {
            if (WaveRules.awaitsApproval(decision.state()).isEmpty()) {
                decision.refuse(command, CommandClauses.OF_ANOTHER);
            } else {
                approveWave(decision, command, actor);
            }
            return;
        }
        List<ClusterState> waiting =
                CommandRules.all(decision, cluster -> SeenState.seen(cluster).approvable());
        boolean byDigest = CommandClauses.isByDigest(command);
        if (!byDigest) {
            approveWave(decision, command, actor);
            forgive(decision);
        }
        waiting.stream()
                .filter(cluster -> SeenState.seen(cluster).refusal(command).isEmpty())
                .forEach(cluster -> approve(decision, command, cluster, said));
        if (!byDigest) {
            CommandClauses.goesOnWaiting(
                            command, waiting.stream().map(SeenState::seen).toList())
                    .forEach(left -> decision.refuse(command, left));
        }
    }

    private static void approveWave(DecisionBuilder decision, CampaignApproved command, @Nullable String actor) {
        Optional<Integer> awaited = WaveRules.awaitsApproval(decision.state());
        if (awaited.isEmpty()) {
            return;
        }
        int index = awaited.orElseThrow();
        Gate gate = WaveRules.gate(decision.state(), index);
        Optional<String> refusal = gate.refusal(actor, command);
        if (refusal.isPresent()) {
            decision.refuse(command, refusal.orElseThrow());
            return;
        }
        String digest = ApprovalDigests.of(WaveRules.subject(decision.state(), index));
        if (command.subject() != null && !command.subject().equals(digest)) {
            decision.refuse(command, CommandClauses.OF_ANOTHER);
            return;
        }
        Gate after = gate.with(new WaveApproval(
                actor,
                command.reason(),
                decision.now().clock(),
                command.identity(),
                command.breakGlass(),
                digest,
                command.passkey()));
        if (command.breakGlass()) {
            decision.tell("The glass is broken: " + actor + " alone approved wave "
                    + gate.wave().name() + ": " + command.reason());
        }
        decision.header(decision.header()
                .wave(
                        index,
                        decision.header().waves().get(index).asApproved(after.passed(), after.given()),
                        decision.now()));
    }

    private static void forgive(DecisionBuilder decision) {
        if (!WaveRules.heldByFailures(decision.state())) {
            return;
        }
        CommandRules.all(decision, cluster -> cluster.phase() == ClusterPhase.FAILED)
                .forEach(cluster -> decision.put(cluster.forgiven(decision.now())));
    }

    private void approve(DecisionBuilder decision, CampaignApproved command, ClusterState cluster, String said) {
        Answers answers = Answers.to(cluster.findings().conflicts(), command);
        StepParameters asked = cluster.inFlight().planned().parameters();
        switch (reason(cluster)) {
            case CUSTOMISATION_CONFLICTS -> {
                StepParameters decided = asked.withAnswers(answers.single(asked.answers()));
                again(
                        decision,
                        remembering(cluster, answers),
                        answers.rule().map(decided::withOnConflict).orElse(decided));
            }
            case BASE_UNKNOWN ->
                again(
                        decision,
                        remembering(cluster, answers),
                        asked.withAnswers(answers.single(asked.answers()))
                                .withRuleWithoutBase(answers.rule().orElse(OnConflict.KEEP_MINE)));
            case AUTO_HOST_ENDPOINT_POLICIES -> again(decision, cluster, asked.withPoliciesAccepted());
            case PLAN_CHANGED ->
                again(decision, cluster.accepting(command.digest()), asked.withAcceptedPlan(command.digest()));
            default -> review(decision, command, cluster, said);
        }
    }

    /** Keep-mine loses nothing, so it holds for later attempts; what take-new would lose then was not shown yet. */
    private static ClusterState remembering(ClusterState cluster, Answers answers) {
        return answers.rule().filter(OnConflict.KEEP_MINE::equals).isPresent()
                        && answers.single(List.of()).isEmpty()
                ? cluster.keepingMine(reason(cluster))
                : cluster.remembering(answers.kept());
    }

    /** Asks for the held step once more, with what the person decided. */
    private static void again(DecisionBuilder decision, ClusterState cluster, StepParameters decided) {
        boolean plan = cluster.inFlight().id().kind() == StepKind.PLAN;
        List<PlannedStep> again = new ArrayList<>();
        again.add(cluster.inFlight().planned().with(plan ? PlanRoute.decided(decided) : decided));
        cluster.todo()
                .forEach(step -> again.add(plan ? step.with(PlanRoute.decided(step.parameters(), decided)) : step));
        decision.request(cluster, again);
    }

    private void review(DecisionBuilder decision, CampaignApproved command, ClusterState cluster, String said) {
        if (cluster.todo().isEmpty()) {
            steps.next(decision, cluster.approved(said, decision.now()), null);
        } else {
            decision.request(cluster.approved(said, decision.now()), ReviewRules.approved(decision, command, cluster));
        }
    }

    private static HoldReason reason(ClusterState cluster) {
        HoldReason reason = cluster.findings().holdReason();
        return reason == null ? HoldReason.STEP_FAILED : reason;
    }
}
