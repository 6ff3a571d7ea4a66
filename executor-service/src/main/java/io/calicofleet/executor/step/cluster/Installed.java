package io.calicofleet.executor.step.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.identity.InstalledCalico;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.core.identity.Placement;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Reads from a cluster what tells where its Calico is, and brings the documents of releases there. Writes nothing. */
public final class Installed {

    /** Leaves documents where the release puts them. */
    public static final BiFunction<ManifestDocuments, ManifestDocuments, Placement> AS_RELEASED =
            (base, target) -> new Placement(base, target, List.of());

    private static final String RBAC = "rbac.authorization.k8s.io/v1";

    private Installed() {}

    /** What manifests installed; empty where no DaemonSet of theirs runs calico-node. */
    static Optional<InstalledCalico> find(ClusterApi cluster) {
        List<JsonNode> objects = new ArrayList<>(cluster.list(Kinds.APPS, "DaemonSet"));
        objects.addAll(cluster.list(Kinds.APPS, "Deployment"));
        Optional<InstalledCalico> bare = InstalledCalico.find(objects);
        if (bare.isEmpty()) {
            return bare;
        }
        InstalledCalico.configMaps(bare.get().daemonSet())
                .forEach(key -> cluster.find(new ResourceRef(Kinds.CORE, "ConfigMap", key.namespace(), key.name()))
                        .ifPresent(objects::add));
        objects.addAll(cluster.list(Kinds.CORE, "Service", bare.get().namespace(), ""));
        objects.addAll(
                cluster.list(Kinds.BUDGETS, "PodDisruptionBudget", bare.get().namespace(), ""));
        objects.addAll(cluster.list(RBAC, "ClusterRoleBinding"));
        for (ObjectKey role : InstalledCalico.find(objects).orElseThrow().boundRoles()) {
            if (role.kind().equals("ClusterRole")) {
                cluster.find(new ResourceRef(RBAC, role.kind(), "", role.name()))
                        .ifPresent(objects::add);
            }
        }
        return InstalledCalico.find(objects);
    }

    /** What finding it needs. */
    static List<Permission> permissions(String namespace) {
        return List.of(
                Permissions.of("list", Kinds.APPS, "DaemonSet", ""),
                Permissions.of("list", Kinds.APPS, "Deployment", ""),
                Permissions.of("list", RBAC, "ClusterRoleBinding", ""),
                Permissions.of("get", RBAC, "ClusterRole", ""),
                Permissions.of("get", Kinds.CORE, "ConfigMap", namespace),
                Permissions.of("list", Kinds.CORE, "Service", namespace),
                Permissions.of("list", Kinds.BUDGETS, "PodDisruptionBudget", namespace));
    }

    /** Brings the documents of two releases to this cluster; they stay as released where manifests installed no Calico. */
    public static BiFunction<ManifestDocuments, ManifestDocuments, Placement> placing(ClusterApi cluster) {
        Optional<InstalledCalico> found = find(cluster);
        return (base, target) -> found.map(here -> Placement.of(here, base, target, present(cluster, base, target)))
                .orElseGet(() -> AS_RELEASED.apply(base, target));
    }

    /** Brings the documents of an operator to where it runs; they stay as released where there is none. */
    public static BiFunction<ManifestDocuments, ManifestDocuments, Placement> placingOperator(ClusterApi cluster) {
        Optional<ObjectNode> found = operator(cluster);
        return (base, target) -> found.map(here -> Placement.ofOperator(here, base, target))
                .orElseGet(() -> AS_RELEASED.apply(base, target));
    }

    /** The Deployment of the operator, in whatever namespace it is. */
    public static Optional<ObjectNode> operator(ClusterApi cluster) {
        return cluster.list(Kinds.APPS, "Deployment").stream()
                .filter(Part::isOperator)
                .findFirst();
    }

    /**
     * The same for a file that brings no calico-node, such as calicoctl.yaml: its objects are where Calico is, unless they
     * are where the release puts them.
     */
    public static BiFunction<ManifestDocuments, ManifestDocuments, Placement> beside(
            ClusterApi cluster, ManifestDocuments target) {
        boolean asReleased = target.objects().values().stream()
                .filter(object -> object.path("kind").asText().equals("Pod"))
                .anyMatch(pod -> cluster.find(ResourceRef.of(pod)).isPresent());
        return asReleased ? AS_RELEASED : placing(cluster);
    }

    /** The namespace manifests put Calico into; that of releases where there is none. */
    public static String namespace(List<? extends JsonNode> workloads) {
        return InstalledCalico.find(workloads).map(InstalledCalico::namespace).orElse(InstalledCalico.USUAL_NAMESPACE);
    }

    /** The workloads of a part of Calico, an operator's as well. */
    public static List<ObjectNode> workloads(ClusterApi cluster, String kind, Part part) {
        return cluster.list(Kinds.APPS, kind).stream()
                .filter(workload -> Part.of(workload).filter(part::equals).isPresent())
                .toList();
    }

    private static Predicate<ObjectKey> present(ClusterApi cluster, ManifestDocuments... releases) {
        return key -> Stream.of(releases)
                .flatMap(release -> release.objects().values().stream())
                .map(ResourceRef::of)
                .filter(ref ->
                        ref.kind().equals(key.kind()) && ref.key().group().equals(key.group()))
                .findFirst()
                .filter(ref -> cluster.find(new ResourceRef(ref.apiVersion(), ref.kind(), key.namespace(), key.name()))
                        .isPresent())
                .isPresent();
    }
}
