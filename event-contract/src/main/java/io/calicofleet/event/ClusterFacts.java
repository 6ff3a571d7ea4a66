package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an inspection found on a cluster. Read only; everything the preflight judges.
 *
 * @param kubernetesVersion the version of the API server, such as v1.21.14
 * @param installMethod how Calico was installed
 * @param installSignals what the install method was read from, and what speaks against an upgrade by us: marks of a distribution, a half-finished migration
 * @param datastore where Calico keeps its resources; null where there is no Calico
 * @param calicoVersion the oldest version that runs on any node; null where none was found
 * @param clusterInformationVersion what ClusterInformation says; null where it says nothing
 * @param datastoreReady whether the datastore is unlocked; null where it does not say
 * @param nodes number of nodes
 * @param nodesNotReady number of nodes that are not ready
 * @param hostEndpoints the host endpoints
 * @param temporaryPolicyPresent whether the temporary policy is there already
 * @param applicationLayerPolicy whether application layer policy is on
 * @param calicoctl where a calicoctl runs in the cluster
 * @param customisations what people changed in the install
 * @param conflicts what they and the target release changed both
 * @param unservedKinds kinds of the target manifest that this API server does not serve, as group/version Kind
 * @param missingPermissions what the kubeconfig may not do but a step needs, as verb resource
 * @param notes anything else a person should know before the upgrade
 * @param helmRelease the Helm release that installs Calico; null where none does
 * @param operatorVersion the version of the operator that runs; null where none does
 * @param lockouts what the policies would cut once they are enforced on the host endpoints
 * @param dikastes who runs which Dikastes: the workload of the pods, or a pod without one, which nobody restarts
 * @param ownerReferences objects that an object of projectcalico.org/v3 owns, whose uid changes with v3.28
 * @param baseline what the upgrade must not change; null where there is no Calico
 * @param platform what it depends on beside Calico; null where it was not looked at
 * @param releases the files of source and target and what they prove; null where the install has none, or no target is asked for
 * @param owners who else keeps objects of the install
 * @param install where Calico is and what it consists of; null where there is none, or an operator names it
 * @param policyFaults what Felix of the target does not carry out as it is written: policies, profiles, host endpoints, sets
 * @param releaseChanges what the target changes for this cluster, what blocks first; empty where no file of both releases is at hand
 * @param installed the images that say which release is installed: those of calico-node that manifests brought, and of an operator
 * @param change what was found about the change that is asked for; null where none is, or the executor does not know how to make one
 */
public record ClusterFacts(
        String kubernetesVersion,
        InstallMethod installMethod,
        List<String> installSignals,
        @Nullable Datastore datastore,
        @Nullable CalicoVersion calicoVersion,
        @Nullable CalicoVersion clusterInformationVersion,
        @Nullable Boolean datastoreReady,
        int nodes,
        int nodesNotReady,
        List<HostEndpointFact> hostEndpoints,
        boolean temporaryPolicyPresent,
        boolean applicationLayerPolicy,
        List<WorkloadImage> calicoctl,
        List<Customisation> customisations,
        List<FieldConflict> conflicts,
        List<String> unservedKinds,
        List<String> missingPermissions,
        List<String> notes,
        @Nullable HelmReleaseFact helmRelease,
        @Nullable String operatorVersion,
        List<LockoutFact> lockouts,
        List<WorkloadImage> dikastes,
        List<String> ownerReferences,
        @Nullable NetworkBaseline baseline,
        @Nullable PlatformFacts platform,
        @Nullable ReleaseFacts releases,
        List<OwnerFact> owners,
        @Nullable InstallFacts install,
        List<PolicyFault> policyFaults,
        List<ReleaseChangeFact> releaseChanges,
        List<WorkloadImage> installed,
        @Nullable ChangeFacts change) {

    public ClusterFacts {
        requireNonNull(kubernetesVersion, "kubernetesVersion");
        requireNonNull(installMethod, "installMethod");
        installSignals = Lines.few(installSignals);
        hostEndpoints = Copies.list(hostEndpoints);
        calicoctl = Copies.list(calicoctl);
        customisations = Copies.list(customisations);
        conflicts = Copies.list(conflicts);
        unservedKinds = Lines.few(unservedKinds);
        missingPermissions = Lines.few(missingPermissions);
        notes = Lines.few(notes);
        lockouts = Copies.list(lockouts);
        dikastes = Copies.list(dikastes);
        ownerReferences = Lines.few(ownerReferences);
        policyFaults = Copies.list(policyFaults);
        owners = Copies.list(owners);
        releaseChanges = Copies.list(releaseChanges);
        installed = Copies.list(installed);
    }

    /** The same with what the policies would cut, and what of them Felix does not carry out. */
    public ClusterFacts withLockouts(List<LockoutFact> found, List<PolicyFault> faults) {
        return with(found, faults, releases, install, releaseChanges, change);
    }

    /** The same with what the files of source and target prove. */
    public ClusterFacts withReleases(@Nullable ReleaseFacts proven) {
        return with(lockouts, policyFaults, proven, install, releaseChanges, change);
    }

    /** The same with where Calico is and what it consists of. */
    public ClusterFacts withInstall(@Nullable InstallFacts found) {
        return with(lockouts, policyFaults, releases, found, releaseChanges, change);
    }

    /** The same with what the target changes for it. */
    public ClusterFacts withReleaseChanges(List<ReleaseChangeFact> found) {
        return with(lockouts, policyFaults, releases, install, found, change);
    }

    /** The same with what was found about the change that is asked for; null: none is. */
    public ClusterFacts withChange(@Nullable ChangeFacts found) {
        return with(lockouts, policyFaults, releases, install, releaseChanges, found);
    }

    private ClusterFacts with(
            List<LockoutFact> found,
            List<PolicyFault> faults,
            @Nullable ReleaseFacts proven,
            @Nullable InstallFacts where,
            List<ReleaseChangeFact> changes,
            @Nullable ChangeFacts asked) {
        return new ClusterFacts(
                kubernetesVersion,
                installMethod,
                installSignals,
                datastore,
                calicoVersion,
                clusterInformationVersion,
                datastoreReady,
                nodes,
                nodesNotReady,
                hostEndpoints,
                temporaryPolicyPresent,
                applicationLayerPolicy,
                calicoctl,
                customisations,
                conflicts,
                unservedKinds,
                missingPermissions,
                notes,
                helmRelease,
                operatorVersion,
                found,
                dikastes,
                ownerReferences,
                baseline,
                platform,
                proven,
                owners,
                where,
                faults,
                changes,
                installed,
                asked);
    }
}
