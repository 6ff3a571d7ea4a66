package io.calicofleet.planner.core.route;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.GatesSpec;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.TrafficGateSpec;
import io.calicofleet.event.TrafficMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Upgrades {@code calico.yaml} on the Kubernetes datastore, with or without Typha.
 *
 * <pre>
 * 1. backup                        before any write
 * 2. protect-host-endpoints        where the way there makes '*' host endpoints deny by default and there are some
 * 3. upgrade                       unless the cluster is at the target already
 * 4. replace-calicoctl             where one that runs in the cluster is not the target's
 * 5. review-host-endpoint-traffic  where 2 was done, or the temporary policy and its label are found there
 * 6. release-host-endpoints        after 5, or where the temporary policy or its label is found there
 * </pre>
 *
 * <p>5 and 6 go by what is found as well, because an earlier attempt may have protected the cluster and upgraded it, so
 * that its version no longer tells. Without a review (mode off) the temporary policy stays, and a note says so.
 */
public final class ManifestKddRoute implements Route {

    /** How long the temporary policy and its label may take to be seen, or to be gone. */
    static final Duration HOST_ENDPOINT_DEADLINE = Duration.ofMinutes(5);

    @Override
    public RoutePlan plan(UpgradeRequest request) {
        boolean upgrade = !request.nothingToUpgrade();
        boolean protect = upgrade
                && request.closesHostEndpoints()
                && request.facts().hostEndpoints().stream().anyMatch(HostEndpointFact::needsProtection);
        List<PlannedStep> steps = new ArrayList<>();
        if (protect) {
            steps.add(step(
                    request,
                    StepKind.PROTECT_HOST_ENDPOINTS,
                    GateRequirement.of(GateKind.HOST_ENDPOINT_PROTECTION, HOST_ENDPOINT_DEADLINE)));
        }
        if (upgrade) {
            steps.add(upgrade(request));
        }
        if (hasOtherCalicoctl(request)) {
            steps.add(step(request, StepKind.REPLACE_CALICOCTL));
        }
        List<String> notes = new ArrayList<>();
        reopen(request, protect, steps, notes);
        if (!upgrade) {
            notes.add("It runs " + request.target() + " already; the upgrade itself was left out.");
        }
        if (!steps.isEmpty()) {
            steps.addFirst(step(request, StepKind.BACKUP));
        }
        return new RoutePlan(steps, notes);
    }

    /** Review and release, where there is something to take back. */
    private static void reopen(UpgradeRequest request, boolean protect, List<PlannedStep> steps, List<String> notes) {
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
            steps.add(step(
                    request,
                    StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC,
                    new GateRequirement(
                            GateKind.HOST_ENDPOINT_TRAFFIC,
                            traffic.deadline(),
                            traffic.observe(),
                            traffic.mode(),
                            null,
                            null)));
        }
        steps.add(step(
                request,
                StepKind.RELEASE_HOST_ENDPOINTS,
                GateRequirement.of(GateKind.HOST_ENDPOINT_RELEASE, HOST_ENDPOINT_DEADLINE)));
    }

    private static PlannedStep upgrade(UpgradeRequest request) {
        GatesSpec gates = request.spec().gates();
        return step(
                request,
                StepKind.UPGRADE,
                new GateRequirement(
                        GateKind.PODS,
                        gates.pods().deadline(),
                        null,
                        null,
                        gates.pods().expectedReady(),
                        null),
                GateRequirement.of(GateKind.VERSION, gates.version().deadline()));
    }

    private static boolean hasOtherCalicoctl(UpgradeRequest request) {
        return request.facts().calicoctl().stream()
                .anyMatch(image -> !CalicoVersion.ofImage(image.image())
                        .map(request.target()::equals)
                        .orElse(false));
    }

    private static PlannedStep step(UpgradeRequest request, StepKind kind, GateRequirement... gates) {
        StepParameters parameters = StepParameters.ofUpgrade(
                request.facts().installMethod(),
                request.source(),
                request.target(),
                request.spec().onConflict());
        return PlannedStep.once(kind, parameters, gates);
    }
}
