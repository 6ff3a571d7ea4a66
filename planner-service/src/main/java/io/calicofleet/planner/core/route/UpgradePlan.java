package io.calicofleet.planner.core.route;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.GatesSpec;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.NetworkBaseline;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.TrafficGateSpec;
import io.calicofleet.event.TrafficMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What all routes share: the steps around the one that upgrades, and the gates of that one.
 *
 * <pre>
 * 1. backup                        before any write
 * 2. protect-host-endpoints        where the way there makes '*' host endpoints deny by default and there are some
 * 3. prepare                       where the catalogue names something that has to be right first
 * 4. the upgrade of the route      unless the cluster is at the target already
 * 5. replace-calicoctl             where one that runs in the cluster is not the target's
 * 6. review-host-endpoint-traffic  where 2 was done, or the temporary policy and its label are found there
 * 7. release-host-endpoints        after 6, or where the temporary policy or its label is found there
 * </pre>
 *
 * <p>6 and 7 go by what is found as well, because an earlier attempt may have protected the cluster and upgraded it, so
 * that its version no longer tells. Without a review (mode off) the temporary policy stays, and a note says so.
 */
public final class UpgradePlan {

    /** The steps that bring a new release; a cluster is half way between two once one of them has begun. */
    public static final Set<StepKind> UPGRADING =
            Set.copyOf(EnumSet.of(StepKind.UPGRADE, StepKind.UPGRADE_OPERATOR, StepKind.UPGRADE_HELM_RELEASE));

    /** How long the temporary policy and its label may take to be seen, or to be gone. */
    static final Duration HOST_ENDPOINT_DEADLINE = Duration.ofMinutes(5);

    private final UpgradeRequest request;
    private final List<PlannedStep> steps = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private UpgradePlan(UpgradeRequest request) {
        this.request = request;
    }

    /** All steps of an upgrade that is done by a step of {@code kind}. */
    static RoutePlan of(UpgradeRequest request, StepKind kind) {
        return new UpgradePlan(request).plan(kind);
    }

    private RoutePlan plan(StepKind kind) {
        boolean upgrade = !request.nothingToUpgrade();
        boolean protect = upgrade
                && request.closesHostEndpoints()
                && request.facts().hostEndpoints().stream().anyMatch(HostEndpointFact::needsProtection);
        if (protect) {
            add(
                    StepKind.PROTECT_HOST_ENDPOINTS,
                    GateRequirement.of(GateKind.HOST_ENDPOINT_PROTECTION, HOST_ENDPOINT_DEADLINE));
        }
        if (upgrade && request.prepare()) {
            add(StepKind.PREPARE);
        }
        if (upgrade) {
            add(kind, gates(kind));
        } else {
            notes.add("It runs " + request.target() + " already; the upgrade itself was left out.");
        }
        if (hasOtherCalicoctl()) {
            add(StepKind.REPLACE_CALICOCTL);
        }
        reopen(protect);
        if (!steps.isEmpty()) {
            steps.addFirst(step(StepKind.BACKUP));
        }
        return new RoutePlan(steps, notes);
    }

    /** Review and release, where there is something to take back. */
    private void reopen(boolean protect) {
        boolean policy = request.facts().temporaryPolicyPresent();
        boolean labelled = request.facts().hostEndpoints().stream().anyMatch(HostEndpointFact::labelled);
        TrafficGateSpec traffic = request.spec().gates().hostEndpointTraffic();
        if (!protect && !policy && !labelled) {
            return;
        }
        if (traffic.mode() == TrafficMode.OFF) {
            notes.add("The temporary policy of the host endpoints stays in place, since"
                    + " gates.hostEndpointTraffic.mode is off; remove it by a campaign with a review.");
            return;
        }
        if (protect || (policy && labelled)) {
            add(
                    StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC,
                    new GateRequirement(
                            GateKind.HOST_ENDPOINT_TRAFFIC,
                            traffic.deadline(),
                            traffic.observe(),
                            traffic.mode(),
                            null,
                            null));
        }
        add(
                StepKind.RELEASE_HOST_ENDPOINTS,
                GateRequirement.of(GateKind.HOST_ENDPOINT_RELEASE, HOST_ENDPOINT_DEADLINE));
    }

    /**
     * What the new release is judged by. The baseline is that of the newest inspection: whoever retries after the network
     * changed takes it as it is now.
     */
    private GateRequirement[] gates(StepKind kind) {
        GatesSpec gates = request.spec().gates();
        Duration all = gates.pods().deadline().plus(gates.version().deadline());
        List<GateRequirement> required = new ArrayList<>();
        if (kind != StepKind.UPGRADE) {
            required.add(GateRequirement.ofOperator(all, request.operatorVersion()));
        }
        required.add(new GateRequirement(
                GateKind.PODS, gates.pods().deadline(), null, null, gates.pods().expectedReady(), null));
        required.add(GateRequirement.of(GateKind.VERSION, gates.version().deadline()));
        NetworkBaseline baseline = request.facts().baseline();
        if (baseline != null) {
            required.add(GateRequirement.of(GateKind.NETWORK_UNCHANGED, all, baseline));
            if (baseline.aggregatedApi()) {
                required.add(GateRequirement.of(GateKind.AGGREGATED_API, all, baseline));
            }
        }
        return required.toArray(GateRequirement[]::new);
    }

    private boolean hasOtherCalicoctl() {
        return request.facts().calicoctl().stream()
                .anyMatch(image -> !CalicoVersion.ofImage(image.image())
                        .map(request.target()::equals)
                        .orElse(false));
    }

    private void add(StepKind kind, GateRequirement... gates) {
        steps.add(step(kind, gates));
    }

    private PlannedStep step(StepKind kind, GateRequirement... gates) {
        StepParameters parameters = StepParameters.ofUpgrade(
                request.facts().installMethod(),
                request.source(),
                request.target(),
                request.spec().onConflict());
        return PlannedStep.once(kind, parameters, gates);
    }
}
