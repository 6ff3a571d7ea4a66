package io.calicofleet.planner.core.preflight;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Migration;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.model.release.ReleaseTrait;
import io.calicofleet.planner.core.catalogue.Condition;
import io.calicofleet.planner.core.catalogue.Hazard;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What speaks against a migration as a whole: how Calico is installed, and which release runs. What of the
 * install the operator would refuse is found by the inspection.
 */
final class MigrationRules {

    private final VersionCatalogue catalogue;

    MigrationRules(VersionCatalogue catalogue) {
        this.catalogue = requireNonNull(catalogue, "catalogue");
    }

    /** Whether a hazard is what the campaign is there to bring to its end. */
    static boolean isWanted(Hazard hazard, ClusterFacts facts, UpgradeSpec settings) {
        return settings.migrate() == Migration.TO_OPERATOR
                && facts.installMethod() == InstallMethod.OPERATOR
                && hazard.when().contains(Condition.MIGRATION_UNFINISHED);
    }

    void judge(
            ClusterFacts facts,
            @Nullable CalicoVersion source,
            CalicoVersion target,
            UpgradeSpec settings,
            List<String> objections,
            List<String> notes) {
        if (settings.migrate() == Migration.TO_KUBERNETES_DATASTORE) {
            datastore(facts, source, target, objections, notes);
        }
        if (settings.migrate() != Migration.TO_OPERATOR) {
            return;
        }
        switch (facts.installMethod()) {
            case OPERATOR, HELM -> {
                if (!catalogue.isMigrating(facts)) {
                    notes.add(
                            "An operator keeps Calico here already: there is nothing to migrate, and it is upgraded as"
                                    + " any other.");
                }
            }
            case MANIFEST_KDD, MANIFEST_KDD_TYPHA, MANIFEST_POLICY_ONLY -> version(source, target, objections);
            case MANIFEST_ETCD ->
                objections.add(
                        "Calico keeps its resources in etcd, and the operator takes only the Kubernetes datastore."
                                + " Move them there first, by a campaign with migrate: to-kubernetes-datastore, then retry.");
            case MANIFEST_CANAL_ETCD ->
                objections.add("This is canal on etcd: the operator takes neither flannel nor etcd, and a campaign with"
                        + " migrate: to-kubernetes-datastore refuses canal. Replace flannel by Calico's own network"
                        + " first, or skip this cluster.");
            case MANIFEST_CANAL ->
                objections.add(
                        "This is canal, which the operator cannot take over and does not look at: it would install a"
                                + " second network beside it. Replace flannel by Calico's own network first, or skip this"
                                + " cluster.");
            case MANIFEST_KDD_NATIVE ->
                objections.add("Calico's resources are definitions of projectcalico.org/v3 themselves, and whether the"
                        + " operator takes such manifests over is not proven. Skip this cluster.");
            case DISTRIBUTION, NONE -> {
                // refused for that already
            }
        }
    }

    private void datastore(
            ClusterFacts facts,
            @Nullable CalicoVersion source,
            CalicoVersion target,
            List<String> objections,
            List<String> notes) {
        switch (facts.installMethod()) {
            case MANIFEST_ETCD -> {
                sameRelease("to the Kubernetes datastore", source, target, objections);
                if (!ReleaseTrait.MOVES_TO_KUBERNETES_DATASTORE.isIn(target)) {
                    objections.add("What etcd of " + target + " holds is not known well enough to move it; it is from "
                            + ReleaseTrait.MOVES_TO_KUBERNETES_DATASTORE.from()
                            + " to v3.29. Upgrade the cluster to one of these first, by a campaign without migrate, or"
                            + " skip it.");
                }
            }
            case MANIFEST_CANAL_ETCD ->
                objections.add(
                        "This is canal on etcd: flannel keeps the networks of the nodes there, too (FLANNELD_ETCD_ENDPOINTS),"
                                + " and in canal.yaml takes them from the podCIDR of each node instead (--kube-subnet-mgr),"
                                + " which pods that run have no addresses of. Skip this cluster: a campaign without migrate"
                                + " upgrades it on etcd. To leave etcd, move its workloads to new nodes or a new cluster.");
            case MANIFEST_KDD,
                    MANIFEST_KDD_TYPHA,
                    MANIFEST_POLICY_ONLY,
                    MANIFEST_CANAL,
                    MANIFEST_KDD_NATIVE,
                    OPERATOR,
                    HELM -> {
                if (catalogue.isMovingDatastore(facts)) {
                    sameRelease("to the Kubernetes datastore", source, target, objections);
                } else {
                    notes.add("Calico's resources are in Kubernetes here already: there is nothing to move, and it is"
                            + " upgraded as any other.");
                }
            }
            case DISTRIBUTION, NONE -> {
                // refused for that already
            }
        }
    }

    private static void sameRelease(
            String where, @Nullable CalicoVersion source, CalicoVersion target, List<String> objections) {
        if (source != null && !source.equals(target)) {
            objections.add("A migration " + where + " changes no release, and this cluster runs " + source + ", not "
                    + target + ". Bring it to " + target
                    + " by a campaign without migrate first, or choose the target it runs; then migrate.");
        }
    }

    private void version(@Nullable CalicoVersion source, CalicoVersion target, List<String> objections) {
        sameRelease("to the operator", source, target, objections);
        if (catalogue.operators(target).isEmpty()) {
            objections.add("Which operator belongs to " + target
                    + " is not known, so that nobody can tell whether it takes manifests over. Choose a release whose"
                    + " operator is in the catalogue.");
        }
    }
}
