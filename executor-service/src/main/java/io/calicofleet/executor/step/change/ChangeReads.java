package io.calicofleet.executor.step.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.RegistryChange;
import io.calicofleet.event.TyphaChange;
import io.calicofleet.executor.core.change.ChangedResource;
import io.calicofleet.executor.core.change.Definitions;
import io.calicofleet.executor.core.change.SettingsChange;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Installed;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.executor.step.cluster.Permissions;
import io.calicofleet.executor.step.lockout.LockoutCheck;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Reads what a change is judged by. */
public final class ChangeReads {

    /** Of every release, whatever it was installed from. */
    private static final String FILE = "calico.yaml";

    /** What pools and BGP are judged by. */
    private static final List<CalicoKind> READ =
            List.of(CalicoKind.BGP_CONFIGURATION, CalicoKind.BGP_PEER, CalicoKind.IP_POOL, CalicoKind.NODE);

    private ChangeReads() {}

    /** What the change comes to on this cluster; nothing is written. */
    public static SettingsChange of(StepContext context, CalicoDatastore calico, ChangeSpec change) {
        ClusterApi cluster = context.cluster();
        List<ObjectNode> objects = new ArrayList<>();
        objects.addAll(cluster.list(Kinds.CORE, "Node"));
        objects.addAll(cluster.list(Kinds.APPS, "DaemonSet"));
        objects.addAll(cluster.list(Kinds.APPS, "Deployment"));
        objects.addAll(cluster.list(Kinds.CORE, "Pod"));
        objects.addAll(cluster.list(Kinds.CRDS, Kinds.CRD));
        objects.addAll(cluster.list(Kinds.CORE, "ConfigMap", Installed.namespace(objects), ""));
        objects.addAll(cluster.list(Kinds.OPERATOR, "Installation"));
        objects.addAll(calico.list(CalicoKind.FELIX_CONFIGURATION));
        if (!ChangeSpec.ofFelix(change.felixConfiguration()).equals(change)) {
            READ.forEach(kind -> objects.addAll(calico.list(kind)));
        }
        objects.addAll(pullSecrets(cluster, change, objects));
        ClusterSnapshot snapshot = new ClusterSnapshot(cluster.version(), List.copyOf(objects), Set.of(), List.of());
        List<ObjectNode> released = CalicoNode.find(snapshot)
                .flatMap(node -> node.oldestVersion(snapshot))
                .map(version -> definitions(context, version))
                .orElse(List.of());
        SettingsChange found = SettingsChange.of(change, snapshot, released);
        return !bringsTypha(change, objects)
                ? found
                : LockoutCheck.ofNewTypha(context, "once a Typha comes to another node")
                        .map(failed -> found.refusedFor(failed.message()))
                        .orElse(found);
    }

    /** Those a change names that are there. A list, for that is what an executor may do with Secrets outside of kube-system. */
    private static List<ObjectNode> pullSecrets(ClusterApi cluster, ChangeSpec change, List<ObjectNode> objects) {
        RegistryChange registry = change.registry();
        if (registry == null || registry.imagePullSecrets().isEmpty()) {
            return List.of();
        }
        return ChangedResource.of(change, objects).stream()
                .map(ChangedResource::namespace)
                .filter(namespace -> !namespace.isEmpty())
                .distinct()
                .flatMap(namespace -> cluster.list(Kinds.CORE, "Secret", namespace, "").stream())
                .filter(secret -> registry.imagePullSecrets().contains(Objects.name(secret)))
                .map(SettingsChange::withoutData)
                .toList();
    }

    /**
     * What the kubeconfig has to be allowed to do.
     *
     * @param objects what the inspection read
     */
    public static List<Permission> permissions(
            CalicoDatastore calico, ChangeSpec change, Collection<? extends JsonNode> objects) {
        Stream<Permission> ofOthers = ChangedResource.of(change, objects).stream()
                .filter(resource -> resource.calicos().isEmpty())
                .map(ChangeReads::ref)
                .map(ref -> Permissions.of("update", ref.apiVersion(), ref.kind(), ref.namespace()));
        Stream<Permission> ofCalico = calico.permissions().stream()
                .map(Permission::group)
                .filter(group -> group.endsWith(CalicoKind.GROUP))
                .distinct()
                .flatMap(group -> ChangedResource.kinds(change).stream()
                        .flatMap(kind -> (kind == CalicoKind.IP_POOL
                                        ? Stream.of("get", "update")
                                        : Stream.of("get", "create", "update"))
                                .map(verb -> new Permission(verb, group, kind.plural(), ""))));
        return Stream.concat(ofOthers, ofCalico).distinct().toList();
    }

    /** Whether there will be more of it, so that one comes to a node that has none today. */
    private static boolean bringsTypha(ChangeSpec change, List<ObjectNode> objects) {
        TyphaChange typha = change.typha();
        return typha != null
                && objects.stream()
                        .filter(object ->
                                Part.of(object).filter(Part.TYPHA::equals).isPresent())
                        .anyMatch(object -> object.at("/spec/replicas").asInt(1) < typha.replicas());
    }

    /** The resources that change, as the cluster has its pools and its workloads. */
    public static List<ChangedResource> resources(StepContext context, ChangeSpec change) {
        List<ObjectNode> objects = new ArrayList<>();
        if (!change.ipPools().isEmpty()) {
            objects.addAll(context.datastore().list(CalicoKind.IP_POOL));
        }
        if (change.typha() != null || change.registry() != null) {
            objects.addAll(context.cluster().list(Kinds.APPS, "Deployment"));
        }
        if (change.registry() != null) {
            objects.addAll(context.cluster().list(Kinds.APPS, "DaemonSet"));
            objects.addAll(context.cluster().list(Kinds.OPERATOR, "Installation"));
        }
        return ChangedResource.of(change, objects);
    }

    /** One that changes, as it is. */
    public static Optional<ObjectNode> find(StepContext context, ChangedResource resource) {
        return resource.calicos()
                .map(kind -> context.datastore().find(kind, resource.name()))
                .orElseGet(() -> context.cluster().find(ref(resource)));
    }

    /** Changes one; whether it was written. */
    static boolean edit(StepContext context, ChangedResource resource, UnaryOperator<ObjectNode> change) {
        return resource.calicos()
                .map(kind -> Edits.edit(context.datastore(), kind, resource.name(), change))
                .orElseGet(() -> Edits.edit(context.cluster(), ref(resource), change));
    }

    /** Where an object of Kubernetes or of the operator is. */
    static ResourceRef ref(ChangedResource resource) {
        return new ResourceRef(resource.group() + "/v1", resource.kind(), resource.namespace(), resource.name());
    }

    private static List<ObjectNode> definitions(StepContext context, CalicoVersion version) {
        try {
            return context.releases().manifest(version, FILE).stream()
                    .flatMap(file -> file.documents().objects().values().stream())
                    .filter((JsonNode object) -> Definitions.isOne(object))
                    .toList();
        } catch (ReleaseException e) {
            return List.of(); // the definitions of the cluster are enough; without them the change is refused
        }
    }
}
