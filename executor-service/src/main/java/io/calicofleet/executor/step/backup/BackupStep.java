package io.calicofleet.executor.step.backup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Migration;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.executor.core.change.ChangedResource;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.change.ChangeReads;
import io.calicofleet.executor.step.change.ChangeTakeback;
import io.calicofleet.executor.step.cluster.OperatorSettings;
import io.calicofleet.executor.step.helm.HelmRollback;
import io.calicofleet.executor.step.hostendpoints.ReleaseCheck;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.executor.step.migrate.Relocation;
import io.calicofleet.executor.step.migrate.Takeover;
import io.calicofleet.model.release.Containers;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Stores in the cluster every object the campaign may change: what source and target release install (of a Helm
 * release: what it is made of, and the Secret of its revision; of a change of settings: what it changes), calicoctl, what people told an operator, the host
 * endpoints and the policies of the campaign. What is not there is stored as absent: undoing means deleting it.
 *
 * <p>It knows that it is done by the campaign's index being there; a retry leaves it as it is, since what it would find
 * is not what was there first. There is nothing to undo; the backup stays for people.
 */
public final class BackupStep implements StepHandler {

    @Override
    public StepKind kind() {
        return StepKind.BACKUP;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public StepOutcome run(StepContext context) {
        if (context.backups().of(context.step().campaign()).isPresent()) {
            return new StepOutcome.Succeeded(
                    null, List.of(), List.of(), "the backup of this campaign was taken before and is left as it is");
        }
        ChangeSpec change = context.parameters().change();
        if (change != null) {
            return ofChange(context, change);
        }
        ClusterApi cluster = context.cluster();
        Set<ResourceRef> refs = new LinkedHashSet<>(installed(context));
        List<String> notes = new ArrayList<>();
        try {
            refs.addAll(Manifests.ofCalicoctl(context).refs());
        } catch (ReleaseException e) {
            notes.add("no calicoctl will be replaced: " + e.message());
        }
        Map<ObjectKey, Optional<ObjectNode>> objects = new LinkedHashMap<>();
        for (ResourceRef ref : refs) {
            objects.put(ref.key(), cluster.find(ref));
        }
        for (ObjectNode settings : OperatorSettings.read(cluster)) {
            objects.put(ObjectKey.of(settings), Optional.of(settings));
        }
        CalicoDatastore calico = context.datastore();
        if (context.parameters().migrate() == Migration.TO_KUBERNETES_DATASTORE) {
            Relocation.toBackUp(context).forEach(ref -> objects.putIfAbsent(ref.key(), cluster.find(ref)));
            objects.put(
                    new ObjectKey(CalicoKind.GROUP, CalicoKind.CLUSTER_INFORMATION.kind(), "", "default"),
                    calico.find(CalicoKind.CLUSTER_INFORMATION, "default"));
        } else if (context.parameters().migrate() == Migration.TO_OPERATOR) {
            Takeover.toBackUp(context).forEach(ref -> objects.put(ref.key(), cluster.find(ref)));
            // The operator writes there what it finds in the environment of calico-node.
            objects.put(
                    new ObjectKey(CalicoKind.GROUP, CalicoKind.FELIX_CONFIGURATION.kind(), "", "default"),
                    calico.find(CalicoKind.FELIX_CONFIGURATION, "default"));
        }
        for (String name : List.of(TemporaryPolicy.NAME, ReleaseCheck.POLICY)) {
            CalicoKind kind = CalicoKind.GLOBAL_NETWORK_POLICY;
            objects.put(new ObjectKey(CalicoKind.GROUP, kind.kind(), "", name), calico.find(kind, name));
        }
        for (ObjectNode endpoint : calico.list(CalicoKind.HOST_ENDPOINT)) {
            objects.put(ObjectKey.of(endpoint), Optional.of(endpoint));
        }
        context.backups()
                .take(
                        context.step().campaign(),
                        context.parameters().source(),
                        context.parameters().noWayBack(),
                        objects);
        List<String> images = images(objects.values());
        if (!images.isEmpty()) {
            notes.add("the backup goes back to these images: " + String.join(", ", images));
        }
        long present = objects.values().stream().filter(Optional::isPresent).count();
        return new StepOutcome.Succeeded(
                null,
                List.of("backup of " + present + " objects"),
                notes,
                present + " objects are in the backup, " + (objects.size() - present) + " are known as absent");
    }

    /** A change writes these objects; which fields is kept before, so that a complete backup always says it. */
    private static StepOutcome ofChange(StepContext context, ChangeSpec change) {
        List<ChangedResource> resources = ChangeReads.resources(context, change);
        ChangeTakeback.keep(context.backups(), context.step().campaign(), resources);
        Map<ObjectKey, Optional<ObjectNode>> objects = new LinkedHashMap<>();
        resources.forEach(resource -> objects.put(resource.key(), ChangeReads.find(context, resource)));
        context.backups().take(context.step().campaign(), context.parameters().source(), List.of(), objects);
        List<String> told = resources.stream()
                .map(resource -> resource.object()
                        + (objects.getOrDefault(resource.key(), Optional.empty())
                                        .isPresent()
                                ? " is in the backup"
                                : " is known as absent"))
                .toList();
        return new StepOutcome.Succeeded(
                null,
                resources.stream()
                        .map(resource -> "backup of " + resource.object())
                        .toList(),
                List.of(),
                String.join(", ", told));
    }

    private static List<String> images(Collection<Optional<ObjectNode>> objects) {
        return Containers.images(objects.stream().flatMap(Optional::stream).toList()).stream()
                .map(WorkloadImage::image)
                .distinct()
                .sorted()
                .toList();
    }

    /** What the upgrade may change, by how Calico was installed. */
    private static Collection<ResourceRef> installed(StepContext context) {
        return context.parameters().installMethod() == InstallMethod.HELM
                ? HelmRollback.toBackUp(context.cluster())
                : Manifests.of(context).refs();
    }
}
