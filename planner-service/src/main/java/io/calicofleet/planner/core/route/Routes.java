package io.calicofleet.planner.core.route;

import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import java.util.List;
import java.util.function.Predicate;

/** All routes. A new install method breaks this switch, where it gets a route or a written refusal. */
public final class Routes {

    private static final RouteChoice MANIFEST_KDD = new RouteChoice.Upgraded(new ManifestKddRoute());
    private static final RouteChoice POLICY_ONLY = new RouteChoice.Upgraded(new PolicyOnlyRoute());
    private static final RouteChoice CANAL = new RouteChoice.Upgraded(new CanalRoute());
    private static final RouteChoice ETCD = new RouteChoice.Upgraded(new EtcdRoute());
    private static final RouteChoice CANAL_ETCD = new RouteChoice.Upgraded(new CanalEtcdRoute());
    private static final RouteChoice OPERATOR = new RouteChoice.Upgraded(new OperatorRoute());
    private static final RouteChoice HELM = new RouteChoice.Upgraded(new HelmRoute());

    private Routes() {}

    /** How clusters installed like this are upgraded. */
    public static RouteChoice of(InstallMethod method) {
        return switch (method) {
            case MANIFEST_KDD, MANIFEST_KDD_TYPHA, MANIFEST_KDD_NATIVE -> MANIFEST_KDD;
            case MANIFEST_POLICY_ONLY -> POLICY_ONLY;
            case MANIFEST_CANAL -> CANAL;
            case MANIFEST_ETCD -> ETCD;
            case MANIFEST_CANAL_ETCD -> CANAL_ETCD;
            case OPERATOR -> OPERATOR;
            case HELM -> HELM;
            case DISTRIBUTION ->
                new RouteChoice.Refused(
                        "Calico is managed by the Kubernetes distribution, which would undo our changes."
                                + " Upgrade it by the distribution's own means, and skip this cluster.");
            case NONE ->
                new RouteChoice.Refused("No Calico was found. Check that this is the right cluster, or skip it.");
        };
    }

    /**
     * The steps a cluster starts with: for an upgrade the inspection, after which its route is known.
     *
     * @param keepsMine to which questions a person has said keep-mine in an earlier attempt
     */
    public static List<PlannedStep> opening(CampaignSpec spec, Predicate<HoldReason> keepsMine) {
        return switch (spec.procedure()) {
            case UPGRADE -> List.of(inspection(spec, keepsMine));
            case PLAN -> {
                PlannedStep inspection = inspection(spec, keepsMine);
                yield List.of(inspection.with(inspection.parameters().asBeside()));
            }
            case RESTORE -> RestoreRoute.steps(spec);
            case DRILL -> DrillRoute.steps(spec);
        };
    }

    private static PlannedStep inspection(CampaignSpec spec, Predicate<HoldReason> keepsMine) {
        OnConflict onConflict =
                keepsMine.test(HoldReason.CUSTOMISATION_CONFLICTS) ? OnConflict.KEEP_MINE : spec.onConflict();
        OnConflict withoutBase = keepsMine.test(HoldReason.BASE_UNKNOWN)
                ? OnConflict.KEEP_MINE
                : spec.upgradeOrDefault().withoutBase();
        return PlannedStep.once(
                StepKind.INSPECT,
                StepParameters.ofUpgrade(null, null, spec.target(), onConflict)
                        .withRuleWithoutBase(withoutBase)
                        .withChange(spec.upgradeOrDefault().change())
                        .withMigration(spec.upgradeOrDefault().migrate())
                        .withChart(spec.upgradeOrDefault().chart()));
    }
}
