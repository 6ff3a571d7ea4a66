package io.calicofleet.executor.step.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChangeFacts;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.InstallFacts;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Migration;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.change.ChangedResource;
import io.calicofleet.executor.core.change.SettingsChange;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.detect.Inspection;
import io.calicofleet.executor.core.detect.InstallDetector;
import io.calicofleet.executor.core.detect.InstallOwners;
import io.calicofleet.executor.core.detect.Installation;
import io.calicofleet.executor.core.detect.Installs;
import io.calicofleet.executor.core.lockout.LockoutGuard.Findings;
import io.calicofleet.executor.core.merge.MergeAction;
import io.calicofleet.executor.core.merge.MergePlan;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.core.move.MoveMark;
import io.calicofleet.executor.core.observe.CalicoWorkloads;
import io.calicofleet.executor.core.observe.NetworkFacts;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.change.ChangeReads;
import io.calicofleet.executor.step.cluster.Installed;
import io.calicofleet.executor.step.cluster.OperatorSettings;
import io.calicofleet.executor.step.cluster.Permissions;
import io.calicofleet.executor.step.helm.HelmPreflight;
import io.calicofleet.executor.step.lockout.LockoutCheck;
import io.calicofleet.executor.step.manifest.Flavours;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.executor.step.manifest.OperatorRelease;
import io.calicofleet.executor.step.manifest.Planning;
import io.calicofleet.executor.step.migrate.Relocation;
import io.calicofleet.executor.step.migrate.Takeover;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything the preflight judges, writes nothing: the install, the nodes, Calico's resources, what a merge with
 * the target would find, what the kubeconfig may not do.
 *
 * <p>It is done anew each time it is asked for.
 */
public final class InspectStep implements StepHandler {

    private final ReleaseComparisons compared = new ReleaseComparisons();

    @Override
    public StepKind kind() {
        return StepKind.INSPECT;
    }

    @Override
    public boolean writes() {
        return false;
    }

    @Override
    public StepOutcome run(StepContext context) {
        ClusterApi cluster = context.cluster();
        List<ObjectNode> objects = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        InspectReads.read(cluster, InspectReads.EVERYTHING, objects, missing, notes);
        String namespace = Installed.namespace(objects);
        InspectReads.read(cluster, InspectReads.configMaps(namespace), objects, missing, notes);
        String version = cluster.version();
        Set<String> served = cluster.servedKinds();
        Optional<CalicoDatastore> calico =
                datastore(context, new ClusterSnapshot(version, List.copyOf(objects), served, missing));
        calico.ifPresent(datastore -> objects.addAll(InspectReads.resources(datastore, missing)));
        Installation installation =
                InstallDetector.detect(new ClusterSnapshot(version, List.copyOf(objects), served, missing));
        if (changesUids(context, installation, objects)) {
            InspectReads.read(cluster, InspectReads.OWNED, objects, missing, notes);
        }
        ClusterSnapshot first = new ClusterSnapshot(version, List.copyOf(objects), served, missing);
        Optional<Manifests> manifests = manifests(context, installation);
        HelmPreflight helm = HelmPreflight.of(context, installation);
        notes.addAll(helm.notes());
        if (helm.failure().isPresent()) {
            return helm.failure().get();
        }
        manifests.ifPresent(found -> OperatorSettings.lost(OperatorSettings.in(first), found.target())
                .forEach(field -> notes.add(field.object() + " " + field.path()
                        + ": the target does not know this field and would drop it")));
        List<Permission> ofCalico = calico.map(CalicoDatastore::permissions).orElse(List.of());
        Optional<ManifestDocuments> live = manifests.flatMap(found -> live(cluster, found));
        Set<Permission> wanted = new LinkedHashSet<>(Permissions.ofUpgrade(ofCalico, namespace));
        manifests.ifPresent(found -> wanted.addAll(Permissions.ofManifest(
                found.target(), live.orElse(found.target()).keys())));
        if (installation.method() == InstallMethod.OPERATOR) {
            wanted.addAll(Permissions.ofOperator(CalicoWorkloads.ofOperator(objects)));
        }
        wanted.addAll(helm.permissions());
        wanted.addAll(ofCalicoctl(context, installation));
        boolean migrates =
                context.parameters().migrate() == Migration.TO_OPERATOR && isMigratable(installation.method());
        if (migrates) {
            wanted.addAll(Takeover.permissions(context));
        }
        boolean moves = moves(context, installation);
        if (moves) {
            wanted.addAll(Relocation.permissions());
        }
        Optional<SettingsChange> change = change(context, calico);
        ChangeSpec asked = context.parameters().change();
        if (change.isPresent() && asked != null) {
            calico.ifPresent(datastore -> wanted.addAll(ChangeReads.permissions(datastore, asked, first.objects())));
            notes.addAll(change.get().effects());
        }
        if (Inspection.hasApplicationLayerPolicy(first)) {
            wanted.addAll(Permissions.ofApplicationLayerPolicy());
        }
        for (Permission denied : cluster.denied(List.copyOf(wanted))) {
            missing.add(denied.toString());
        }
        Optional<Planning> planned =
                manifests.filter(found -> live.isPresent()).map(found -> Planning.of(context, found));
        MergePlan dryRun = planned.map(planning -> planning.plan().merge()).orElse(new MergePlan(List.of()));
        planned.ifPresent(planning -> notes.addAll(planning.basis().notes()));
        TargetChanges changes = changes(context, installation, first, manifests, live, dryRun, objects);
        notes.addAll(changes.notes());
        Findings lockouts = lockouts(context, calico, installation, notes);
        ClusterFacts facts = Inspection.facts(
                        new ClusterSnapshot(first.kubernetesVersion(), first.objects(), first.servedKinds(), missing),
                        installation,
                        dryRun,
                        manifests.map(Manifests::target).orElse(ManifestDocuments.EMPTY),
                        helm.values(),
                        InstallOwners.find(
                                first,
                                asked != null
                                        ? changed(first, asked)
                                        : live.map(ManifestDocuments::objects)
                                                .map(Map::values)
                                                .orElse(List.of())))
                .withLockouts(lockouts.facts(), lockouts.faults())
                .withInstall(install(
                        context,
                        first,
                        dryRun,
                        manifests,
                        live,
                        migrates
                                ? refusals(context, manifests, planned)
                                : moves ? refusals(context, calico) : List.of()))
                .withReleases(planned.map(planning -> planning.facts(context.releases()))
                        .orElse(null))
                .withReleaseChanges(changes.facts())
                .withChange(
                        change.map(found -> new ChangeFacts(found.fields(), found.refusals(), String.valueOf(asked)))
                                .orElse(null));
        return new StepOutcome.Succeeded(
                facts,
                List.of(),
                notes,
                "Calico " + (facts.calicoVersion() == null ? "of an unknown version" : facts.calicoVersion()) + ", "
                        + facts.installMethod() + ", on Kubernetes " + facts.kubernetesVersion() + " with "
                        + facts.nodes() + " nodes");
    }

    /** The objects that are there of those a change would write. */
    private static List<JsonNode> changed(ClusterSnapshot snapshot, ChangeSpec asked) {
        List<ChangedResource> resources = ChangedResource.of(asked, snapshot.objects());
        return snapshot.objects().stream()
                .filter(object -> resources.stream().anyMatch(resource -> resource.is(object)))
                .toList();
    }

    /** What a change of settings would come to; empty where none is asked for, or something may not be read, which the reads told. */
    private static Optional<SettingsChange> change(StepContext context, Optional<CalicoDatastore> calico) {
        ChangeSpec asked = context.parameters().change();
        if (asked == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(calico.map(datastore -> ChangeReads.of(context, datastore, asked))
                    .orElse(SettingsChange.NONE));
        } catch (ClusterException e) {
            return Optional.of(whereForbidden(e, SettingsChange.NONE));
        }
    }

    /** Of other installs the planner says why they are not migrated. */
    private static boolean isMigratable(InstallMethod method) {
        return switch (method) {
            case MANIFEST_KDD, MANIFEST_KDD_TYPHA, MANIFEST_POLICY_ONLY -> true;
            default -> false;
        };
    }

    /** Whether Calico's resources are to go to Kubernetes, or are on the way. */
    private static boolean moves(StepContext context, Installation installation) {
        return context.parameters().migrate() == Migration.TO_KUBERNETES_DATASTORE
                && (installation.method() == InstallMethod.MANIFEST_ETCD
                        || installation.signals().stream().anyMatch(signal -> signal.startsWith(MoveMark.SIGNAL)));
    }

    /** Why they cannot be moved; an etcd that does not let all of it be read is a reason. */
    private static List<String> refusals(StepContext context, Optional<CalicoDatastore> calico) {
        try {
            return calico.map(datastore -> Relocation.of(context, datastore).refusals())
                    .orElse(List.of());
        } catch (ClusterException e) {
            return whereForbidden(
                    e,
                    List.of(
                            "what is to be moved cannot be read: " + e.message()
                                    + ". Let the executor read all under /calico/ in etcd, and the nodes and namespaces of Kubernetes"));
        }
    }

    /** Why the operator would not take this install over; a release it does not run is the planner's to refuse. */
    private static List<String> refusals(
            StepContext context, Optional<Manifests> manifests, Optional<Planning> planned) {
        try {
            List<String> refusals =
                    new ArrayList<>(Takeover.withoutRelease(context).stream().toList());
            if (manifests.isPresent() && planned.isPresent()) {
                refusals.addAll(
                        Takeover.of(context, manifests.get(), planned.get()).refusals());
            }
            return refusals;
        } catch (ClusterException e) {
            return whereForbidden(e, List.of());
        }
    }

    /** Where Calico is, what of it would not roll, and what has to be put right first; null where there is none. */
    private static @Nullable InstallFacts install(
            StepContext context,
            ClusterSnapshot snapshot,
            MergePlan dryRun,
            Optional<Manifests> manifests,
            Optional<ManifestDocuments> live,
            List<String> refusals) {
        Map<ObjectKey, ObjectNode> afterwards = new HashMap<>();
        dryRun.objects().forEach(object -> {
            ObjectNode write = object.write();
            if (write != null) {
                afterwards.put(object.key(), write);
            }
        });
        return Installs.facts(
                        snapshot,
                        afterwards,
                        live.orElse(ManifestDocuments.EMPTY),
                        Stream.concat(manifests.map(Manifests::unsure).orElse(List.of()).stream(), refusals.stream())
                                .toList(),
                        context.parameters().target())
                .orElse(null);
    }

    /** What the target changes for this cluster; without a plan it cannot be told what would be there afterwards. */
    private TargetChanges changes(
            StepContext context,
            Installation installation,
            ClusterSnapshot snapshot,
            Optional<Manifests> manifests,
            Optional<ManifestDocuments> live,
            MergePlan dryRun,
            List<ObjectNode> objects) {
        if (installation.method() == InstallMethod.HELM) {
            return ofOperator(context, installation)
                    .flatMap(found -> live(context.cluster(), found)
                            .map(here -> TargetChanges.of(
                                    context,
                                    compared,
                                    installation,
                                    found,
                                    here,
                                    snapshot,
                                    objects,
                                    asReleased(found))))
                    .orElse(TargetChanges.NONE);
        }
        return manifests.isPresent() && live.isPresent()
                ? TargetChanges.of(
                        context, compared, installation, manifests.get(), live.get(), snapshot, objects, dryRun)
                : TargetChanges.NONE;
    }

    /** What the chart installs is what the operator's files have; empty where these are not at hand. */
    private static Optional<Manifests> ofOperator(StepContext context, Installation installation) {
        CalicoVersion target = context.parameters().target();
        if (target == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Manifests.of(
                    context.cluster(), context.releases(), installation.oldestVersion(), target, OperatorRelease.FILE));
        } catch (ReleaseException e) {
            return Optional.empty(); // the chart is what is installed; its files are of no need
        }
    }

    /** Helm writes the objects whole. */
    private static MergePlan asReleased(Manifests manifests) {
        return new MergePlan(manifests.target().objects().entrySet().stream()
                .map(entry -> new MergedObject(
                        entry.getKey(),
                        MergeAction.UPDATE,
                        entry.getValue(),
                        entry.getValue(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()))
                .toList());
    }

    /** What the cluster has of it; empty where some of it may not be read, which the access reviews tell. */
    private static Optional<ManifestDocuments> live(ClusterApi cluster, Manifests manifests) {
        try {
            return Optional.of(manifests.live(cluster));
        } catch (ClusterException e) {
            return whereForbidden(e, Optional.empty());
        }
    }

    /** What it takes to bring a newer calicoctl, where one is in the cluster. */
    private static List<Permission> ofCalicoctl(StepContext context, Installation installation) {
        CalicoVersion target = context.parameters().target();
        if (target == null) {
            return List.of();
        }
        try {
            Manifests manifests = Manifests.ofCalicoctl(
                    context.cluster(), context.releases(), installation.method(), installation.oldestVersion(), target);
            Set<ObjectKey> present = live(context.cluster(), manifests)
                    .orElse(manifests.target())
                    .keys();
            return present.stream().anyMatch(key -> key.kind().equals("Pod"))
                    ? Permissions.ofManifest(manifests.target(), present)
                    : List.of();
        } catch (ReleaseException e) {
            return List.of(); // the backup tells that there is none to bring
        } catch (ClusterException e) {
            return whereForbidden(e, List.of());
        }
    }

    /** What to go on with where something may not be read: the access reviews tell what. */
    private static <T> T whereForbidden(ClusterException failure, T otherwise) {
        if (failure.problem() != Problem.FORBIDDEN) {
            throw failure;
        }
        return otherwise;
    }

    /** Where Calico's resources are; empty where no calico-node tells, or what tells it may not be read. */
    private static Optional<CalicoDatastore> datastore(StepContext context, ClusterSnapshot seen) {
        if (CalicoNode.find(seen).isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(context.datastore());
        } catch (ClusterException e) {
            if (e.problem() == Problem.FORBIDDEN) {
                return Optional.empty(); // what is missing was found by the reads
            }
            throw e;
        }
    }

    /** Whether the upgrade changes the uids of Calico's resources where somebody can have learnt them. */
    private static boolean changesUids(StepContext context, Installation installation, List<ObjectNode> objects) {
        CalicoVersion source = installation.oldestVersion();
        CalicoVersion target = context.parameters().target();
        return source != null
                && target != null
                && ReleaseTrait.LABELS_IN_ANNOTATION.comesBetween(source, target)
                && NetworkFacts.aggregatedApi(objects.stream()
                                .filter(object -> object.path("kind").asText().equals("APIService"))
                                .toList())
                        != null;
    }

    /** What the policies would cut after the upgrade; a note where that cannot be told now. The upgrade looks again. */
    private static Findings lockouts(
            StepContext context, Optional<CalicoDatastore> calico, Installation installation, List<String> notes) {
        CalicoVersion target = context.parameters().target();
        if (target == null || installation.method() == InstallMethod.NONE) {
            return Findings.NONE;
        }
        if (calico.isEmpty()) {
            notes.add(
                    "whether policies would lock somebody out could not be looked at: where Calico keeps its resources"
                            + " is not known");
            return Findings.NONE;
        }
        try {
            Findings findings =
                    LockoutCheck.afterProtection(context, calico.get(), installation.oldestVersion(), target);
            notes.addAll(findings.notes());
            return findings;
        } catch (ClusterException e) {
            notes.add("whether policies would lock somebody out could not be looked at: " + e.message());
            return Findings.NONE;
        }
    }

    /** The manifests to merge; empty where the install has none or no target is asked for. */
    private static Optional<Manifests> manifests(StepContext context, Installation installation) {
        CalicoVersion target = context.parameters().target();
        if (target == null) {
            return Optional.empty();
        }
        try {
            CalicoVersion source = installation.oldestVersion();
            if (moves(context, installation)) {
                return Optional.of(Manifests.toKubernetesDatastore(context));
            }
            return Flavours.file(context.cluster(), context.releases(), installation.method(), source, target)
                    .map(file -> Manifests.of(context.cluster(), context.releases(), source, target, file));
        } catch (ClusterException e) {
            return whereForbidden(e, Optional.empty());
        }
    }
}
