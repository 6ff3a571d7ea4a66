package io.calicofleet.planner.core.preflight;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChangeFacts;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.InstallFacts;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Lines;
import io.calicofleet.event.Migration;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.OnGateFailure;
import io.calicofleet.event.OwnerFact;
import io.calicofleet.event.PolicyFault;
import io.calicofleet.event.ReleaseChangeFact;
import io.calicofleet.event.ReleaseFacts;
import io.calicofleet.event.UntestedKubernetes;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.planner.core.catalogue.Hazard;
import io.calicofleet.planner.core.catalogue.KubernetesRange;
import io.calicofleet.planner.core.catalogue.KubernetesVersion;
import io.calicofleet.planner.core.catalogue.Release;
import io.calicofleet.planner.core.catalogue.Severity;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.route.RouteChoice;
import io.calicofleet.planner.core.route.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges what an inspection found, before anything is written. Says everything at once: an objection stops the cluster, a
 * note does not. What it knows of versions is in the catalogue; here is only what holds for all of them:
 *
 * <ol>
 *   <li>There is a route for the install method, and nobody else keeps its objects but whom the campaign accepts.
 *   <li>The version found and the target are releases of lines the catalogue knows; the target is no older than either
 *       version found, and its upgrade page takes the source. At the target already is no objection.
 *   <li>No hazard of severity refuse applies. The others are notes.
 *   <li>The target is tested with this Kubernetes; where the campaign allows another one, that is a note.
 *   <li>No policy would lock anybody out; a restore can be promised, where the campaign counts on one.
 *   <li>The target's file is of the target: its own images name it, or the version it is known to carry.
 *   <li>It is proven what was installed, or somebody has said how to go on without.
 *   <li>Nothing that the target changes would be lost, refused or missed here, by the files of both releases and what the
 *       cluster has; once the upgrade has begun that is a note.
 *   <li>The datastore is unlocked, the kinds of the target are served, the kubeconfig may do what the steps need.
 *   <li>What the release brings can be matched with what is here, and each workload of Calico would roll out by itself.
 *   <li>A migration to the operator is possible with this install and release.
 *   <li>An operator says of no component that it is degraded. Once the upgrade has begun that is only a note.
 *   <li>Every node is ready, since one that is not stalls the rollout. Once the upgrade has begun that is only a note: the
 *       nodes may need it to become ready.
 * </ol>
 *
 * Customisations and conflicts are told; whether conflicts hold the cluster the upgrade step says, before its first write.
 */
public final class Preflight {

    /** How many fields a note names, the line that counts the others included. */
    private static final int FIELDS = 10;

    private static final String NO_VERSION =
            "No version of Calico could be read from its images. Use images whose tags are"
                    + " Calico's versions, or skip this cluster.";

    private static final String NO_NODES =
            "The operator has made no calico-node yet, so there is nothing to upgrade from. See what it waits for"
                    + " (kubectl get tigerastatus; kubectl -n tigera-operator logs deployment/tigera-operator), let it"
                    + " bring Calico up, then retry.";

    private final VersionCatalogue catalogue;
    private final TargetFile files;
    private final VersionRules versions;
    private final MigrationRules migrations;

    /** A preflight that knows these releases. */
    public Preflight(VersionCatalogue catalogue) {
        this.catalogue = catalogue;
        this.files = new TargetFile(catalogue);
        this.versions = new VersionRules(catalogue);
        this.migrations = new MigrationRules(catalogue);
    }

    /**
     * Everything there is to say.
     *
     * @param facts what the newest inspection found
     * @param source the version the campaign first found; null where none was
     * @param target the release to go to
     * @param settings what the campaign says of upgrades
     * @param withoutBase what people said of clusters whose base cannot be proven; null: nothing
     * @param begun whether this campaign has begun to upgrade the cluster before
     */
    public PreflightResult judge(
            ClusterFacts facts,
            @Nullable CalicoVersion source,
            CalicoVersion target,
            UpgradeSpec settings,
            @Nullable OnConflict withoutBase,
            boolean begun) {
        List<String> objections = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        owners(facts, settings, objections, notes);
        // Of a distribution it was said by what it was recognised.
        if (Routes.of(facts.installMethod()) instanceof RouteChoice.Refused refused && objections.isEmpty()) {
            objections.add(signed(refused.sentence(), facts));
        }
        Optional<KubernetesVersion> kubernetes = KubernetesVersion.tryParse(facts.kubernetesVersion());
        if (kubernetes.isEmpty()) {
            objections.add("The version of Kubernetes could not be read: '" + facts.kubernetesVersion()
                    + "'. Check what the API server answers at /version.");
        }
        Optional<Release> release = catalogue.release(target);
        objections.addAll(versions.ofTarget(target));
        versions(facts, source, target, objections);
        if (source != null) {
            hazards(facts, source, target, settings, objections, notes);
        }
        migrations.judge(facts, source, target, settings, objections, notes);
        if (kubernetes.isPresent() && release.isPresent()) {
            tested(facts, source, target, kubernetes.get(), release.get(), settings, objections, notes);
        }
        lockouts(facts, objections);
        policyFaults(facts, objections, notes);
        if (source != null && settings.onGateFailure() == OnGateFailure.ROLLBACK) {
            wayBack(catalogue.noWayBack(source, target, facts), objections);
        }
        ReleaseFacts releases = facts.releases();
        List<String> baseUnknown = List.of();
        if (releases != null) {
            files.judge(releases, target, objections, notes);
            baseUnknown = releases.baseUnknown();
        }
        boolean decided = withoutBase != null && withoutBase != OnConflict.HOLD;
        if (decided) {
            baseUnknown.forEach(why -> notes.add(
                    "It cannot be proven what was installed, and the decision is " + withoutBase + ": " + why));
        }
        releaseChanges(facts, begun, objections, notes);
        boolean moving = settings.migrate() == Migration.TO_KUBERNETES_DATASTORE && catalogue.isMovingDatastore(facts);
        cluster(facts, moving, begun, objections, notes);
        install(facts, settings, begun, objections, notes);
        canaryNodes(facts, settings, objections);
        told(facts, notes);
        return new PreflightResult(objections, notes, decided ? List.of() : baseUnknown);
    }

    /**
     * Everything there is to say of a change, which brings no release: the install and its owners, the cluster, and what the inspection found about the
     * change itself.
     *
     * @param begun whether this campaign has begun the change before
     */
    public PreflightResult judgeChange(ClusterFacts facts, UpgradeSpec settings, boolean begun) {
        List<String> objections = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        owners(facts, settings, objections, notes);
        if (Routes.of(facts.installMethod()) instanceof RouteChoice.Refused refused && objections.isEmpty()) {
            objections.add(signed(refused.sentence(), facts));
        }
        if (facts.calicoVersion() == null) {
            objections.add(noVersion(facts));
        }
        if (catalogue.isMigrating(facts) || catalogue.isMovingDatastore(facts)) {
            objections.add("A migration of this cluster is under way: bring it to its end first, then retry.");
        }
        ChangeFacts change = facts.change();
        ChangeSpec asked = settings.change();
        if (change == null || (asked != null && !change.isAbout(asked))) {
            objections.add(
                    "The executor of this cluster does not know how to change these settings. Upgrade the executor, then retry.");
        } else {
            change.refusals().forEach(refusal -> objections.add(refusal + "."));
            notes.addAll(change.fields());
        }
        cluster(facts, false, begun, objections, notes);
        if (asked != null && asked.rolls()) {
            canaryNodes(facts, settings, objections);
            install(facts, settings, begun, objections, notes);
        } else {
            degraded(facts.install(), begun, objections, notes);
        }
        notes.addAll(facts.notes());
        return new PreflightResult(objections, notes, List.of());
    }

    private void versions(
            ClusterFacts facts, @Nullable CalicoVersion source, CalicoVersion target, List<String> objections) {
        CalicoVersion found = facts.calicoVersion();
        if (source == null || found == null) {
            objections.add(noVersion(facts));
            return;
        }
        CalicoVersion newest = facts.clusterInformationVersion() != null
                        && facts.clusterInformationVersion().compareTo(found) > 0
                ? facts.clusterInformationVersion()
                : found;
        versions.newer(newest, target).ifPresent(objections::add);
        if (catalogue.release(source).isEmpty()) {
            objections.add(
                    "The version found, " + source + ", is of no release line the catalogue knows. Bring it to one"
                            + " by Calico's own procedure first.");
        }
        versions.tooOld(source, target).ifPresent(objections::add);
    }

    private static String noVersion(ClusterFacts facts) {
        return facts.install() == null && isByOperator(facts) ? NO_NODES : NO_VERSION;
    }

    private void hazards(
            ClusterFacts facts,
            CalicoVersion source,
            CalicoVersion target,
            UpgradeSpec settings,
            List<String> objections,
            List<String> notes) {
        for (Hazard hazard : catalogue.hazards()) {
            if (hazard.appliesTo(source, target, facts) && !MigrationRules.isWanted(hazard, facts, settings)) {
                (hazard.severity() == Severity.REFUSE ? objections : notes).add(hazard.text(facts));
            }
        }
    }

    /** A Kubernetes the target is not tested with, unless a hazard says already that it does not work there. */
    private void tested(
            ClusterFacts facts,
            @Nullable CalicoVersion source,
            CalicoVersion target,
            KubernetesVersion kubernetes,
            Release release,
            UpgradeSpec settings,
            List<String> objections,
            List<String> notes) {
        if (release.tested().contains(kubernetes)) {
            return;
        }
        String sentence = "Calico " + release.line() + " is tested with Kubernetes " + release.tested()
                + "; this cluster has " + kubernetes + ".";
        if (settings.untestedKubernetes() == UntestedKubernetes.ALLOW) {
            notes.add(sentence);
            return;
        }
        boolean said = source != null
                && catalogue.hazards().stream()
                        .anyMatch(hazard -> hazard.severity() == Severity.REFUSE
                                && !hazard.kubernetes().equals(KubernetesRange.ALL)
                                && hazard.appliesTo(source, target, facts));
        if (!said) {
            KubernetesVersion from = release.tested().from();
            List<String> ways = new ArrayList<>();
            testedWith(kubernetes)
                    .ifPresent(lines -> ways.add("choose a target that is tested with it (" + lines + ")"));
            if (from != null && kubernetes.isBefore(from)) {
                ways.add("bring Kubernetes there first");
            }
            ways.add("say kubernetes: {untested: allow} in the campaign");
            objections.add(sentence + " To go on, " + String.join(", or ", ways) + ".");
        }
    }

    /** The lines of Calico that are tested with it; empty where none is, as with a Kubernetes that is too new. */
    private Optional<String> testedWith(KubernetesVersion kubernetes) {
        List<String> lines = catalogue.releases().stream()
                .filter(release -> !release.tested().equals(KubernetesRange.ALL))
                .filter(release -> release.tested().contains(kubernetes))
                .map(Release::line)
                .toList();
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(lines.size() == 1 ? lines.getFirst() : lines.getFirst() + " to " + lines.getLast());
    }

    /** Others who keep objects of the install: only those the campaign accepts may. */
    private static void owners(ClusterFacts facts, UpgradeSpec settings, List<String> objections, List<String> notes) {
        for (OwnerFact owner : facts.owners()) {
            String sentence = owner.title() + " keeps objects of this install: " + String.join(", ", owner.objects())
                    + (owner.moreObjects() > 0 ? " and " + owner.moreObjects() + " more" : "") + ". Seen: "
                    + String.join("; ", owner.evidence()) + ". It " + owner.effect() + ".";
            if (settings.appliedByOthers()) {
                notes.add(sentence + " The campaign leaves the release to others, and waits for it.");
            } else if (!owner.acceptable()) {
                objections.add(sentence + " " + owner.advice());
            } else if (settings.acceptedOwners().contains(owner.owner())) {
                notes.add(sentence + " The campaign accepts that; a change it puts back stops the step.");
            } else {
                objections.add(sentence + " " + owner.advice() + " Then say owners: {accept: [" + owner.owner()
                        + "]} in the campaign.");
            }
        }
    }

    private static void policyFaults(ClusterFacts facts, List<String> objections, List<String> notes) {
        for (PolicyFault fault : facts.policyFaults()) {
            switch (fault.kind()) {
                case POISON ->
                    objections.add("Felix of the target cannot program " + fault.object() + ": " + fault.why()
                            + ". It would panic and start again for ever, and program nothing else. Correct or delete it,"
                            + " then retry.");
                case UNREADABLE_SELECTOR ->
                    objections.add("Whether " + fault.object() + " is about a host endpoint cannot be told: "
                            + fault.why() + ". Correct or delete it, then retry.");
                case DROPPED ->
                    notes.add("Felix leaves " + fault.object() + " out, as if it were not there: " + fault.why() + ".");
                case PART_LEFT_OUT ->
                    notes.add("Felix leaves a part of " + fault.object() + " out: " + fault.why() + ".");
            }
        }
    }

    /** As the inspection says it; once the upgrade has begun, what it changed already is no reason to stop. */
    private static void releaseChanges(ClusterFacts facts, boolean begun, List<String> objections, List<String> notes) {
        for (ReleaseChangeFact change : facts.releaseChanges()) {
            switch (change.effect()) {
                case BLOCKS -> (begun ? notes : objections).add(change.sentence());
                case WARNS -> notes.add(change.sentence());
                case TELLS -> {}
            }
        }
    }

    private static void lockouts(ClusterFacts facts, List<String> objections) {
        facts.lockouts()
                .forEach(lockout -> objections.add(
                        lockout.hostEndpoint().isEmpty()
                                ? "After the upgrade " + lockout.from() + " can no longer reach " + lockout.service()
                                        + " on node " + lockout.node() + ": " + lockout.rule()
                                        + ", cuts it. Take the interfaces of the node out of that setting, then retry."
                                : "Once policies are enforced on host endpoint " + lockout.hostEndpoint() + ", "
                                        + lockout.from() + " can no longer reach " + lockout.service() + " on node "
                                        + lockout.node() + ": " + lockout.rule()
                                        + " cuts it. Allow it by a policy that comes before, then retry."));
    }

    private static void wayBack(List<String> without, List<String> objections) {
        if (!without.isEmpty()) {
            objections.add("The campaign says onGateFailure: rollback, and going back cannot be promised here. "
                    + String.join(" ", without) + " Say onGateFailure: hold, and try it on a canary wave first.");
        }
    }

    private static void cluster(
            ClusterFacts facts, boolean moving, boolean begun, List<String> objections, List<String> notes) {
        if (Boolean.FALSE.equals(facts.datastoreReady()) && !moving) {
            objections.add(
                    "The datastore is locked (ClusterInformation has datastoreReady: false), so no pod can start."
                            + " Finish the migration that locked it, or unlock it with `calicoctl datastore migrate unlock`.");
        }
        facts.unservedKinds()
                .forEach(kind -> objections.add("This API server does not serve " + kind
                        + ", which the target's manifest has. Choose a target whose manifest fits, or upgrade Kubernetes"
                        + " first."));
        facts.missingPermissions()
                .forEach(permission -> objections.add(
                        "The kubeconfig may not " + permission + ". Grant it, or use a kubeconfig that may."));
        if (facts.nodesNotReady() > 0) {
            String sentence = facts.nodesNotReady() + " of " + facts.nodes()
                    + " nodes are not ready, and the rollout would stall at them.";
            if (begun) {
                notes.add(sentence);
            } else {
                objections.add(sentence + " Bring them back or remove them, then retry.");
            }
        }
    }

    private static void install(
            ClusterFacts facts, UpgradeSpec settings, boolean begun, List<String> objections, List<String> notes) {
        InstallFacts install = facts.install();
        if (install == null) {
            return;
        }
        install.blockers().forEach(blocker -> objections.add(blocker + "."));
        degraded(install, begun, objections, notes);
        install.workloads().forEach(workload -> {
            for (String obstacle : workload.obstacles()) {
                if (!obstacle.equals(workload.onDelete())) {
                    objections.add(workload.object() + " would not roll out: " + obstacle + ", then retry.");
                } else if (settings.acceptedRollouts().contains(UpgradeSpec.ON_DELETE)) {
                    notes.add(workload.object() + " rolls by hand: " + obstacle + ". The campaign accepts that: delete"
                            + " them after the upgrade, node by node; the gate pods names the nodes that are left, and"
                            + " fails at its deadline.");
                } else {
                    objections.add(workload.object() + " would not roll out: " + obstacle
                            + ". Or say rollouts: {accept: [" + UpgradeSpec.ON_DELETE
                            + "]} in the campaign and delete them yourself; then retry.");
                }
            }
            workload.notes().forEach(note -> notes.add(workload.object() + ": " + note + "."));
        });
    }

    private static void degraded(
            @Nullable InstallFacts install, boolean begun, List<String> objections, List<String> notes) {
        if (install == null) {
            return;
        }
        // Once the upgrade has begun, going on may be what puts it right.
        install.degraded().forEach(said -> {
            String sentence =
                    "The operator says that a component is degraded, " + said + (said.endsWith(".") ? "" : ".");
            if (begun) {
                notes.add(sentence);
            } else {
                objections.add(
                        sentence + " Its upgrade would begin on a cluster that is not well, and could not be told"
                                + " from what is wrong already. Put that right until `kubectl get tigerastatus` shows nothing"
                                + " degraded, then retry.");
            }
        });
    }

    /** Nodes go one by one only where nobody else keeps the DaemonSet of calico-node, and its updateStrategy. */
    private static void canaryNodes(ClusterFacts facts, UpgradeSpec settings, List<String> objections) {
        if (isByOperator(facts) && settings.canaryNodes() != null) {
            objections.add(
                    "Canary nodes are not possible here: the operator keeps the DaemonSet of calico-node and rolls"
                            + " all nodes by its own updateStrategy. Upgrade this cluster by a campaign without canaryNodes, or"
                            + " skip it.");
        }
    }

    private static boolean isByOperator(ClusterFacts facts) {
        return facts.installMethod() == InstallMethod.OPERATOR || facts.installMethod() == InstallMethod.HELM;
    }

    private static void told(ClusterFacts facts, List<String> notes) {
        if (!facts.customisations().isEmpty()) {
            notes.add("Local changes of the install that are kept: "
                    + facts.customisations().size() + ".");
        }
        if (!facts.conflicts().isEmpty()) {
            List<String> fields = facts.conflicts().stream()
                    .map(conflict -> conflict.object() + " " + conflict.path())
                    .toList();
            notes.add("Changed both locally and by the target: " + String.join(", ", Lines.few(fields, FIELDS)) + ".");
        }
        notes.addAll(facts.notes());
    }

    private static String signed(String sentence, ClusterFacts facts) {
        return facts.installSignals().isEmpty()
                ? sentence
                : sentence + " Seen: " + String.join("; ", facts.installSignals()) + ".";
    }
}
