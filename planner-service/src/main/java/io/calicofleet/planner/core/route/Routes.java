package io.calicofleet.planner.core.route;

import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import java.util.List;

/** All routes. A new install method breaks this switch, where it gets a route or a written refusal. */
public final class Routes {

    private static final String YET = " Upgrade it by Calico's own procedure, or skip this cluster.";
    private static final RouteChoice MANIFEST_KDD = new RouteChoice.Upgraded(new ManifestKddRoute());

    private Routes() {}

    /** How clusters installed like this are upgraded. */
    public static RouteChoice of(InstallMethod method) {
        return switch (method) {
            case MANIFEST_KDD, MANIFEST_KDD_TYPHA -> MANIFEST_KDD;
            case MANIFEST_POLICY_ONLY ->
                new RouteChoice.Refused("Installs of calico-policy-only.yaml are not supported yet." + YET);
            case MANIFEST_CANAL -> new RouteChoice.Refused("Installs of canal.yaml are not supported yet." + YET);
            case MANIFEST_ETCD -> new RouteChoice.Refused("Installs of calico-etcd.yaml are not supported yet." + YET);
            case MANIFEST_CANAL_ETCD ->
                new RouteChoice.Refused("Installs of canal-etcd.yaml are not supported yet." + YET);
            case OPERATOR ->
                new RouteChoice.Refused("Installs by the operator are not supported yet. Apply the target's CRDs and"
                        + " tigera-operator.yaml by Calico's own procedure, or skip this cluster.");
            case HELM ->
                new RouteChoice.Refused("Installs by Helm are not supported yet. Upgrade the release with the chart's"
                        + " version and namespace given, or skip this cluster.");
            case DISTRIBUTION ->
                new RouteChoice.Refused(
                        "Calico is managed by the Kubernetes distribution, which would undo our changes."
                                + " Upgrade it by the distribution's own means, and skip this cluster.");
            case NONE ->
                new RouteChoice.Refused("No Calico was found. Check that this is the right cluster, or skip it.");
        };
    }

    /** The steps a cluster starts with: for an upgrade the inspection, after which its route is known. */
    public static List<PlannedStep> opening(CampaignSpec spec) {
        return switch (spec.procedure()) {
            case UPGRADE ->
                List.of(PlannedStep.once(
                        StepKind.INSPECT, StepParameters.ofUpgrade(null, null, spec.target(), spec.onConflict())));
            case RESTORE -> RestoreRoute.steps(spec);
            case DRILL -> DrillRoute.steps(spec);
        };
    }
}
