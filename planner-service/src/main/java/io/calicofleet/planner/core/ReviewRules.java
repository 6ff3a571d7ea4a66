package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.PolicyCheck;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.TrafficGateSpec;
import io.calicofleet.event.TrafficMode;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.planner.core.CommandClauses.SeenCluster;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.PlannerTime;
import io.calicofleet.planner.core.campaign.StepInFlight;
import io.calicofleet.planner.core.route.PlannedStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a review of traffic between its verdict and the release:
 *
 * <ol>
 *   <li>its verdict says that a person decides: the executor's guard is asked about the suggested policy first, by one more
 *       review step that has no gates, so that its answer is in what the person sees;
 *   <li>an approval names the digest of what was seen. Then the traffic is confirmed: with the policy in place, in front of
 *       the temporary one, or with no policy where none is applied, the verifier looks for traffic that was not approved;
 *   <li>where there is some, the policy is taken back, and a person decides again and is told what is new; else the release
 *       follows at once, and no later than the confirmation holds.
 * </ol>
 */
final class ReviewRules {

    /** How long the traffic is listened to after an approval, where it was not observed for less. */
    private static final Duration CONFIRMATION = Duration.ofMinutes(1);

    /** How long after its confirmation the temporary policy may still be removed. */
    private static final Duration CONFIRMED_FOR = Duration.ofMinutes(15);

    private static final int NAMED = 3;

    /**
     * What later traffic is compared with.
     *
     * @param policies what was approved, and shown
     * @param kinds where there is no policy: how many kinds of traffic were known when the review was made
     */
    private record Approval(List<String> policies, int kinds) {

        GateRequirement of(GateRequirement gate, @Nullable Duration listen) {
            return policies.isEmpty() ? gate.approvedAt(kinds, listen) : gate.approved(policies, listen);
        }
    }

    private ReviewRules() {}

    /** The verifier leaves it to a person: the guard is asked first, where there is a policy to ask about. */
    static void needsApproval(DecisionBuilder decision, ClusterState cluster) {
        PlannedStep voided = cluster.inFlight().planned();
        if (voided.kind() == StepKind.RELEASE_HOST_ENDPOINTS
                && voided.parameters().applySuggestedPolicy()) {
            List<PlannedStep> steps = new ArrayList<>(cluster.todo());
            steps.addFirst(PlannedStep.once(
                    StepKind.RELEASE_HOST_ENDPOINTS,
                    voided.parameters().withSuggestedPolicy(false, null).withTemporaryPolicyKept()));
            decision.request(cluster, steps);
            return;
        }
        askGuard(decision, cluster);
    }

    private static void askGuard(DecisionBuilder decision, ClusterState cluster) {
        TrafficReview review = cluster.findings().review();
        if (review == null || review.suggestedPolicy().isBlank() || replacesHostEndpoints(cluster)) {
            hold(decision, cluster.reviewed(null));
            return;
        }
        StepParameters asked =
                cluster.inFlight().planned().parameters().withSuggestedPolicy(true, review.suggestedPolicy());
        List<PlannedStep> steps = new ArrayList<>(cluster.todo());
        steps.addFirst(PlannedStep.once(StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC, asked));
        decision.request(cluster, steps);
    }

    /** Whether the step only asks the guard. */
    static boolean asksGuard(StepInFlight step) {
        return step.id().kind() == StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC
                && step.planned().gates().isEmpty();
    }

    /** Whether the step only takes back the policy of an approval that traffic voided. */
    static boolean takesBack(StepInFlight step) {
        StepParameters asked = step.planned().parameters();
        return step.id().kind() == StepKind.RELEASE_HOST_ENDPOINTS
                && asked.keepTemporaryPolicy()
                && !asked.applySuggestedPolicy();
    }

    /** Such a step is done: a person decides anew. */
    static void settled(DecisionBuilder decision, ClusterState cluster) {
        if (takesBack(cluster.inFlight())) {
            askGuard(decision, cluster);
        } else {
            hold(decision, cluster);
        }
    }

    /** It could not be done: a person decides without, and is told. */
    static void failed(DecisionBuilder decision, ClusterState cluster, String said) {
        hold(
                decision,
                cluster.reviewed(new PolicyCheck(
                        List.of(),
                        List.of((takesBack(cluster.inFlight())
                                        ? "The policy of the approval that does not hold any more could not be taken"
                                                + " back, and is in force beside the temporary one; the release does that"
                                                + " first. The guard was not asked. "
                                        : "The guard did not look at this policy. ")
                                + said))));
    }

    /**
     * With a review that an approval can name. One that was advisory passed without, and is decided on after all where nothing else
     * opens the host endpoints; the guard looks at the policy when it is released.
     */
    static ClusterState approvable(ClusterState cluster) {
        TrafficReview review = cluster.findings().review();
        return review != null && review.digest() == null ? cluster.reviewed(null) : cluster;
    }

    /** Waits for a person, with the review as it is now. */
    static void hold(DecisionBuilder decision, ClusterState cluster) {
        decision.put(cluster.held(
                HoldReason.TRAFFIC_REVIEW, sentence(cluster.findings().review()), decision.now()));
    }

    private static String sentence(@Nullable TrafficReview review) {
        List<String> said = new ArrayList<>();
        if (review != null && !review.added().isEmpty()) {
            said.add("Traffic was seen that the approval does not cover: " + named(review.added()) + ".");
        }
        said.add(HoldReason.TRAFFIC_REVIEW.sentence());
        if (review != null
                && review.guard() != null
                && !review.guard().refusals().isEmpty()) {
            said.add("The suggested policy would be refused: "
                    + named(review.guard().refusals()) + ".");
        }
        return String.join(" ", said);
    }

    /** The first few of them. */
    static String named(List<String> all) {
        String first = String.join("; ", all.stream().limit(NAMED).toList());
        return all.size() > NAMED ? first + " and " + (all.size() - NAMED) + " more" : first;
    }

    /** Why this approval of the review as it is does not let the cluster go on; empty where it does. */
    static Optional<String> refusal(CampaignApproved command, SeenCluster cluster) {
        return command.applySuggestedPolicy() ? refusalOfPolicy(command, cluster) : edited(command);
    }

    private static Optional<String> edited(CampaignApproved command) {
        return command.policy() == null
                ? Optional.empty()
                : Optional.of("A policy was given but is not to be applied: say which is meant.");
    }

    private static Optional<String> refusalOfPolicy(CampaignApproved command, SeenCluster cluster) {
        TrafficReview review = Objects.requireNonNull(cluster.review());
        String id = cluster.cluster().value();
        if (cluster.replaced()) {
            return Optional.of("The suggested policy of cluster " + id + " is for host endpoints that this campaign"
                    + " replaces by automatic ones: approve without applying it, and write one that selects"
                    + " those by the labels of their nodes.");
        }
        if (command.policy() != null) {
            return Optional.empty();
        }
        if (review.suggestedPolicy().isBlank()) {
            return Optional.of(
                    "No policy is suggested for cluster " + id + ": approve without applying one, give one, or retry.");
        }
        PolicyCheck guard = review.guard();
        return guard == null || guard.refusals().isEmpty()
                ? Optional.empty()
                : Optional.of("The release of cluster " + id + " would be refused with the suggested policy: "
                        + named(guard.refusals()) + ". Approve with an edited one, or without.");
    }

    /** What follows an approval that {@link #refusal} has nothing against. */
    static List<PlannedStep> approved(DecisionBuilder decision, CampaignApproved command, ClusterState cluster) {
        TrafficReview review = Objects.requireNonNull(cluster.findings().review());
        String suggested = review.suggestedPolicy();
        String applied =
                command.applySuggestedPolicy() ? Objects.requireNonNullElse(command.policy(), suggested) : null;
        List<String> allowed = Stream.of(Optional.ofNullable(applied), Optional.ofNullable(suggested))
                .flatMap(Optional::stream)
                .filter(policy -> !policy.isBlank())
                .distinct()
                .toList();
        Approval approval = new Approval(allowed, Objects.requireNonNullElse(review.kinds(), 0));
        List<PlannedStep> left = cluster.todo().stream()
                .filter(step -> !confirms(step))
                .map(step -> step.kind() == StepKind.RELEASE_HOST_ENDPOINTS ? release(step, applied, approval) : step)
                .toList();
        return confirmed(decision, left, applied, approval);
    }

    private static PlannedStep release(PlannedStep step, @Nullable String applied, Approval approval) {
        return new PlannedStep(
                step.kind(),
                step.gates().stream().map(gate -> approval.of(gate, null)).toList(),
                step.parameters().withSuggestedPolicy(applied != null, applied).withNotAfter(null),
                step.times());
    }

    private static List<PlannedStep> confirmed(
            DecisionBuilder decision, List<PlannedStep> left, @Nullable String applied, Approval approval) {
        TrafficGateSpec traffic = decision.header().spec().gates().hostEndpointTraffic();
        Duration listen = traffic.observe().compareTo(CONFIRMATION) < 0 ? traffic.observe() : CONFIRMATION;
        GateRequirement gate = approval.of(
                new GateRequirement(
                        GateKind.HOST_ENDPOINT_TRAFFIC, traffic.deadline(), null, TrafficMode.REQUIRED, null, null),
                listen);
        StepParameters parameters = left.getFirst().parameters();
        List<PlannedStep> steps = new ArrayList<>(left);
        steps.addFirst(
                applied == null
                        ? PlannedStep.once(StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC, parameters, gate)
                        : PlannedStep.once(
                                StepKind.RELEASE_HOST_ENDPOINTS, parameters.withTemporaryPolicyKept(), gate));
        return steps;
    }

    /** Whether it is the confirmation of an approval. */
    private static boolean confirms(PlannedStep step) {
        return step.gates().stream()
                .anyMatch(gate -> gate.kind() == GateKind.HOST_ENDPOINT_TRAFFIC && gate.confirmsApproval());
    }

    /** The steps that are left; a release right after its confirmation is to be done while that holds. */
    static List<PlannedStep> left(ClusterState cluster, PlannerTime now) {
        List<PlannedStep> left = new ArrayList<>(cluster.todo());
        PlannedStep first = left.getFirst();
        if (confirms(cluster.inFlight().planned()) && first.kind() == StepKind.RELEASE_HOST_ENDPOINTS) {
            left.set(0, first.with(first.parameters().withNotAfter(now.clock().plus(CONFIRMED_FOR))));
        }
        return left;
    }

    /** The release came too late: the traffic is confirmed anew, by what was approved. */
    static void confirmAgain(DecisionBuilder decision, ClusterState cluster) {
        PlannedStep late = cluster.inFlight().planned();
        List<String> allowed = late.gates().stream()
                .flatMap(gate -> gate.approvedPolicies().stream())
                .distinct()
                .toList();
        List<PlannedStep> left = new ArrayList<>(cluster.todo());
        left.addFirst(late.with(late.parameters().withNotAfter(null)));
        String applied =
                late.parameters().applySuggestedPolicy() ? late.parameters().suggestedPolicy() : null;
        Integer kinds = late.gates().stream()
                .map(GateRequirement::approvedKinds)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        decision.request(
                cluster,
                confirmed(decision, left, applied, new Approval(allowed, Objects.requireNonNullElse(kinds, 0))));
    }

    private static boolean replacesHostEndpoints(ClusterState cluster) {
        return cluster.todo().stream().anyMatch(step -> step.kind() == StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS);
    }
}
