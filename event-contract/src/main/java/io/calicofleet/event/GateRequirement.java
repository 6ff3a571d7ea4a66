package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gate a step must pass.
 *
 * @param kind which gate
 * @param deadline how long the cluster may be seen without passing it: from the first observation after the step has acted; for the version while the pods are settled; for the traffic from the end of its observation; time nobody sees the cluster does not count
 * @param observe how long to listen first while the cluster is seen; only the traffic gate has it
 * @param mode whether to wait for an approval; only the traffic gate has it
 * @param expectedReady ready of all containers, such as 1/2; only the pods gate has it
 * @param baseline what must be as it was; only the gates that compare have it
 * @param operatorVersion the oldest release of the operator that belongs to the target, such as v1.25.13; later patches of it do, too; only the operator gate has it, null where the catalogue does not know
 * @param approvedPolicies what a person approved, GlobalNetworkPolicies as YAML: traffic that none of them allows voids the approval; only the traffic gate and the gate of the release after an approval have them
 * @param approvedKinds how many kinds of traffic were told apart when a review was approved that has no policy to compare with: those that came later void the approval; null where there is one
 * @param continuity what is too long without an answer; only the continuity gate has it
 */
public record GateRequirement(
        GateKind kind,
        Duration deadline,
        @Nullable Duration observe,
        @Nullable TrafficMode mode,
        @Nullable String expectedReady,
        @Nullable NetworkBaseline baseline,
        @Nullable String operatorVersion,
        List<String> approvedPolicies,
        @Nullable Integer approvedKinds,
        @Nullable ContinuitySpec continuity) {

    public GateRequirement {
        requireNonNull(kind, "kind");
        Durations.bounded(deadline, "deadline");
        Durations.boundedIfThere(observe, "observe");
        approvedPolicies = Copies.list(approvedPolicies);
    }

    /** A gate that is not about the operator. */
    public GateRequirement(
            GateKind kind,
            Duration deadline,
            @Nullable Duration observe,
            @Nullable TrafficMode mode,
            @Nullable String expectedReady,
            @Nullable NetworkBaseline baseline) {
        this(kind, deadline, observe, mode, expectedReady, baseline, null, List.of(), null, null);
    }

    /** A gate that has nothing but a deadline. */
    public static GateRequirement of(GateKind kind, Duration deadline) {
        return new GateRequirement(kind, deadline, null, null, null, null, null, List.of(), null, null);
    }

    /** A gate that compares with what was before. */
    public static GateRequirement of(GateKind kind, Duration deadline, @Nullable NetworkBaseline baseline) {
        return new GateRequirement(kind, deadline, null, null, null, baseline, null, List.of(), null, null);
    }

    /** The gate of what was measured of the traffic. */
    public static GateRequirement ofContinuity(Duration deadline, ContinuitySpec continuity) {
        return new GateRequirement(
                GateKind.CONTINUITY, deadline, null, null, null, null, null, List.of(), null, continuity);
    }

    /** The gate of the operator that belongs to the target; null where the catalogue does not know which that is. */
    public static GateRequirement ofOperator(Duration deadline, @Nullable String operatorVersion) {
        return new GateRequirement(
                GateKind.OPERATOR, deadline, null, null, null, null, operatorVersion, List.of(), null, null);
    }

    /** The same after an approval of these policies, as YAML, listened to for so long; null: for no time of its own. */
    public GateRequirement approved(List<String> policies, @Nullable Duration listen) {
        return new GateRequirement(
                kind, deadline, listen, mode, expectedReady, baseline, operatorVersion, policies, null, continuity);
    }

    /** The same after an approval of a review without a policy, made when so many kinds of traffic were told apart. */
    public GateRequirement approvedAt(int kinds, @Nullable Duration listen) {
        return new GateRequirement(
                kind, deadline, listen, mode, expectedReady, baseline, operatorVersion, List.of(), kinds, continuity);
    }

    /** Whether it confirms an approval. */
    public boolean confirmsApproval() {
        return !approvedPolicies.isEmpty() || approvedKinds != null;
    }
}
