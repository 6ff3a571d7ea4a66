package io.calicofleet.planner.core.route;

import io.calicofleet.event.ChangeFacts;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.GatesSpec;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Migration;
import io.calicofleet.event.NetworkBaseline;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.TrafficGateSpec;
import io.calicofleet.event.TrafficMode;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.model.image.CalicoImages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What all routes share: the steps around the one that upgrades, and the gates of that one.
 *
 * <pre>
 *  1. backup                            before any write
 *  2. protect-host-endpoints            where the way there makes '*' host endpoints deny by default and there are some
 *  3. prepare                           where the catalogue names something that has to be right first
 *  4. the upgrade of the route          unless the cluster is at the target already; where others bring it, the wait for them
 *  5. upgrade-application-layer-policy  where it is on; nodes first: they work with an older Dikastes
 *  6. replace-calicoctl                 where one that runs in the cluster is not the target's
 *  7. review-host-endpoint-traffic      where 2 was done, or the temporary policy and its label are found there
 *  8. migrate-to-auto-host-endpoints    where the campaign says so and there are '*' host endpoints to replace
 *  9. release-host-endpoints            after 7, or where the temporary policy or its label is found there
 * </pre>
 *
 * <p>A migration has 1 and the step that migrates, and nothing else; a change 1 and the step that changes.
 *
 * <p>7 and 9 go by what is found as well, because an earlier attempt may have protected the cluster and upgraded it, so
 * that its version no longer tells. Without a review (mode off) the temporary policy stays, and a note says so. 8 comes
 * after 7, which needs the old endpoints under the temporary policy, and before 9, which may take that policy away only
 * when the old ones are gone.
 */
public final class UpgradePlan {

    /** How long the temporary policy and its label may take to be seen, or to be gone. */
    static final Duration HOST_ENDPOINT_DEADLINE = Duration.ofMinutes(5);

    /** How long the traffic may take to be measured once more when everything else has come. */
    private static final Duration MEASURED_AFTERWARDS = Duration.ofMinutes(5);

    /** All that gate compares with; the whole baseline of a large cluster need not travel twice. */
    private static final NetworkBaseline API_WAS_THERE =
            new NetworkBaseline(Map.of(), List.of(), Map.of(), List.of(), true);

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
        if (request.settings().change() != null) {
            return change();
        }
        Migration migration = request.migration();
        if (migration != null) {
            return migration(migration);
        }
        boolean upgrade = !request.nothingToUpgrade();
        boolean protect = upgrade && request.closesHostEndpoints() && request.hasHostEndpoints();
        if (protect) {
            add(
                    StepKind.PROTECT_HOST_ENDPOINTS,
                    GateRequirement.of(GateKind.HOST_ENDPOINT_PROTECTION, HOST_ENDPOINT_DEADLINE));
        }
        if (upgrade && request.asksToPrepare()) {
            add(StepKind.PREPARE);
        }
        if (upgrade) {
            add(kind, gates(kind));
        } else {
            notes.add("It runs " + request.target() + " already; the upgrade itself was left out.");
        }
        restart();
        if (hasOtherCalicoctl()) {
            add(StepKind.REPLACE_CALICOCTL);
        }
        reopen(protect);
        if (!steps.isEmpty()) {
            steps.addFirst(step(StepKind.BACKUP));
        }
        return new RoutePlan(steps, notes);
    }

    /**
     * Another install of the same release, in place of an upgrade. The release stays, so host endpoints are as open afterwards as they were; what an
     * earlier campaign has left under the temporary policy stays under it.
     */
    private RoutePlan migration(Migration migration) {
        add(StepKind.BACKUP);
        switch (migration) {
            case TO_OPERATOR -> {
                add(StepKind.MIGRATE_TO_OPERATOR, gates(StepKind.MIGRATE_TO_OPERATOR));
                notes.add(
                        "Once the operator has deleted kube-controllers of the manifests there is no way back; until then"
                                + " `calico-fleet restore` takes everything back.");
            }
            case TO_KUBERNETES_DATASTORE -> {
                add(StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, gates(StepKind.MIGRATE_TO_KUBERNETES_DATASTORE));
                notes.add(
                        "New pods wait from the lock of etcd until the unlock in Kubernetes, when all nodes have rolled."
                                + " Until the unlock `calico-fleet restore` takes everything back; then there is no way back.");
            }
        }
        return new RoutePlan(steps, notes);
    }

    /** Settings in place of a release; nothing where all of them are so already, and were not written by this campaign. */
    private RoutePlan change() {
        ChangeFacts found = request.facts().change();
        if (!request.begun() && found != null && found.fields().isEmpty()) {
            notes.add("All fields of the change have their values already: nothing was touched.");
            return new RoutePlan(steps, notes);
        }
        add(StepKind.BACKUP);
        add(StepKind.CHANGE, gates(StepKind.CHANGE));
        return new RoutePlan(steps, notes);
    }

    /** Brings the target's Dikastes to the pods that run an older one, where the upgrade is done or one is left. */
    private void restart() {
        if (!request.facts().applicationLayerPolicy()) {
            return;
        }
        boolean older = request.facts().dikastes().stream().anyMatch(this::isNotTargets);
        if (older || !request.nothingToUpgrade()) {
            add(
                    StepKind.UPGRADE_APPLICATION_LAYER_POLICY,
                    GateRequirement.of(
                            GateKind.APPLICATION_LAYER_POLICY,
                            request.settings().restartDeadline()));
        }
    }

    /** Automatic host endpoints in place of those of all interfaces, where the campaign says so. */
    private void migrate() {
        if (!request.settings().migrateToAutomatic() || !request.hasHostEndpoints()) {
            return;
        }
        if (request.hasAutomaticHostEndpoints()) {
            add(
                    StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS,
                    GateRequirement.of(
                            GateKind.AUTO_HOST_ENDPOINTS, request.settings().migrationDeadline()));
        } else {
            notes.add("Its host endpoints stay as they are: " + request.target() + " has no automatic ones yet.");
        }
    }

    /** Review, migration and release, each where there is something to do. */
    private void reopen(boolean protect) {
        boolean policy = request.facts().temporaryPolicyPresent();
        boolean labelled = request.facts().hostEndpoints().stream().anyMatch(HostEndpointFact::labelled);
        TrafficGateSpec traffic = request.spec().gates().hostEndpointTraffic();
        if (!protect && !policy && !labelled) {
            migrate();
            return;
        }
        if (traffic.mode() == TrafficMode.OFF) {
            migrate();
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
        migrate();
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
        if (kind == StepKind.CHANGE
                ? isByOperator() && rolls()
                : kind != StepKind.UPGRADE && kind != StepKind.MIGRATE_TO_KUBERNETES_DATASTORE) {
            required.add(GateRequirement.ofOperator(all, kind == StepKind.CHANGE ? null : request.operatorVersion()));
        }
        required.add(new GateRequirement(
                GateKind.PODS, gates.pods().deadline(), null, null, gates.pods().expectedReady(), null));
        if (kind != StepKind.CHANGE) {
            required.add(GateRequirement.of(GateKind.VERSION, gates.version().deadline()));
        }
        NetworkBaseline baseline = request.facts().baseline();
        if (baseline != null) {
            required.add(GateRequirement.of(
                    GateKind.NETWORK_UNCHANGED,
                    all,
                    kind == StepKind.MIGRATE_TO_OPERATOR ? baseline.withoutWorkloads() : baseline));
            if (baseline.aggregatedApi()) {
                required.add(GateRequirement.of(GateKind.AGGREGATED_API, all, API_WAS_THERE));
            }
        }
        ContinuitySpec continuity = request.settings().continuity();
        if (continuity != null) {
            required.add(GateRequirement.ofContinuity(all.plus(MEASURED_AFTERWARDS), continuity));
        }
        return required.toArray(GateRequirement[]::new);
    }

    private boolean isByOperator() {
        InstallMethod method = request.facts().installMethod();
        return method == InstallMethod.OPERATOR || method == InstallMethod.HELM;
    }

    private boolean rolls() {
        ChangeSpec change = request.settings().change();
        return change != null && change.rolls();
    }

    /** What nobody else may change; where others bring the release it is theirs to. */
    private List<WorkloadImage> installed() {
        return request.settings().appliedByOthers()
                ? List.of()
                : request.facts().installed();
    }

    private boolean hasOtherCalicoctl() {
        return request.facts().calicoctl().stream().anyMatch(this::isNotTargets);
    }

    private boolean isNotTargets(WorkloadImage image) {
        return !CalicoImages.version(image.image()).map(request.runs()::equals).orElse(false);
    }

    private void add(StepKind kind, GateRequirement... gates) {
        steps.add(step(kind, gates));
    }

    private PlannedStep step(StepKind kind, GateRequirement... gates) {
        StepParameters common = request.parameters().withInstalled(installed());
        boolean others = request.settings().appliedByOthers();
        if (kind.upgrades()) {
            common = common.withContinuity(request.settings().continuity());
        }
        StepParameters parameters = switch (kind) {
            case BACKUP ->
                common.withNoWayBack(
                        request.migration() != null || request.settings().change() != null
                                ? List.of()
                                : request.noWayBack());
            case PREPARE -> common.withChart(request.settings().chart());
            case UPGRADE ->
                common.withAppliedByOthers(others)
                        .withCanaryNodes(request.settings().canaryNodes());
            case CHANGE -> common.withCanaryNodes(request.settings().canaryNodes());
            case UPGRADE_OPERATOR -> common.withAppliedByOthers(others);
            case UPGRADE_HELM_RELEASE ->
                common.withChart(request.settings().chart()).withAppliedByOthers(others);
            case UPGRADE_APPLICATION_LAYER_POLICY ->
                // Its Dikastes comes from another file of the release.
                common.withTargetImages(null)
                        .withMaxConcurrent(request.settings().maxConcurrentRestarts());
            case MIGRATE_TO_AUTO_HOST_ENDPOINTS ->
                request.settings().acceptPolicies() ? common.withPoliciesAccepted() : common;
            default -> common;
        };
        return PlannedStep.once(kind, parameters, gates);
    }
}
