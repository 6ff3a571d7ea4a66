package io.calicofleet.executor.step.migrate;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.move.DatastoreMove;
import io.calicofleet.executor.core.move.MoveMark;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.executor.step.cluster.Permissions;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a move to the Kubernetes datastore finds: the same for an inspection, which only tells it, and for the step.
 *
 * @param move what etcd holds, as Kubernetes would keep it; empty where calico-node uses Kubernetes by now
 * @param entries what etcd holds, by key; empty where calico-node uses Kubernetes by now
 * @param refusals why it must not be moved, a sentence each without its full stop
 */
public record Relocation(Optional<DatastoreMove> move, SortedMap<String, String> entries, List<String> refusals) {

    /** ClusterInformation as Kubernetes keeps it. */
    static final ResourceRef INFORMATION = stored(CalicoKind.CLUSTER_INFORMATION.kind(), "", "default");

    private static final Pattern CALICO_IPAM = Pattern.compile("\"type\"\\s*:\\s*\"calico-ipam\"");
    private static final int NAMED = 3;

    public Relocation {
        requireNonNull(move, "move");
        refusals = List.copyOf(refusals);
    }

    /** ClusterInformation in Kubernetes as Calico sees it, by whichever of the two places its annotations are in. */
    static Optional<ObjectNode> arrived(ClusterApi cluster) {
        return cluster.find(INFORMATION)
                .map(stored -> StoredForm.toV3(
                        CalicoKind.CLUSTER_INFORMATION, stored, ReleaseTrait.LABELS_IN_ANNOTATION.from()));
    }

    private static ResourceRef stored(String kind, String namespace, String name) {
        return new ResourceRef(StoredForm.STORED, kind, namespace, name);
    }

    /** Reads it; nothing is written. */
    public static Relocation of(StepContext context, CalicoDatastore calico) {
        ClusterApi cluster = context.cluster();
        String campaign = context.step().campaign().value();
        Optional<ObjectNode> arrived = arrived(cluster);
        List<String> refusals = new ArrayList<>();
        if (calico.datastore() == Datastore.KUBERNETES) {
            arrived.flatMap(MoveMark::campaign)
                    .filter(other -> !other.equals(campaign))
                    .ifPresent(other -> refusals.add(byAnother(other)));
            return new Relocation(Optional.empty(), new TreeMap<>(), refusals);
        }
        CalicoVersion version = Manifests.target(context);
        List<ObjectNode> kubernetesNodes = cluster.list(Kinds.CORE, "Node");
        boolean begun = isBegun(calico, campaign);
        SortedMap<String, String> entries = calico.entries(DatastoreMove.ROOT);
        DatastoreMove move = DatastoreMove.of(entries, version, names(kubernetesNodes), namespaces(cluster), begun);
        if (!ReleaseTrait.MOVES_TO_KUBERNETES_DATASTORE.isIn(version)) {
            refusals.add("What etcd of " + version + " holds is not known well enough to move it. Move it with the"
                    + " calicoctl of that release (`calicoctl datastore migrate`), or skip this cluster");
        }
        move.information()
                .ifPresent(information -> locked(information, campaign).ifPresent(refusals::add));
        refusals.addAll(move.refusals());
        refusals.addAll(foreign(cluster, arrived, campaign));
        // What comes and goes in the cluster under the lock was looked at before it.
        if (!begun) {
            refusals.addAll(annotated(kubernetesNodes, move));
            refusals.addAll(install(cluster, kubernetesNodes));
        }
        return new Relocation(Optional.of(move), entries, refusals);
    }

    static Set<String> names(List<ObjectNode> objects) {
        return objects.stream().map(Objects::name).collect(Collectors.toSet());
    }

    /** The namespaces there are; one that ends takes no new objects. */
    static Set<String> namespaces(ClusterApi cluster) {
        return cluster.list(Kinds.CORE, "Namespace").stream()
                .filter(namespace -> !namespace.path("metadata").has("deletionTimestamp"))
                .map(Objects::name)
                .collect(Collectors.toSet());
    }

    /** ClusterInformation as it is stored, changed in the form Calico sees; itself where that changes nothing. */
    static ObjectNode changed(StepContext context, ObjectNode stored, UnaryOperator<ObjectNode> change) {
        ObjectNode information =
                StoredForm.toV3(CalicoKind.CLUSTER_INFORMATION, stored, ReleaseTrait.LABELS_IN_ANNOTATION.from());
        ObjectNode changed = change.apply(information);
        return changed.equals(information)
                ? stored
                : StoredForm.toStored(CalicoKind.CLUSTER_INFORMATION, changed, stored, Manifests.target(context));
    }

    /** Whether calico-node uses an etcd that this campaign has locked. */
    static boolean isBegun(CalicoDatastore calico, String campaign) {
        return calico.find(CalicoKind.CLUSTER_INFORMATION, "default")
                .filter(information -> MoveMark.isOf(information, campaign))
                .isPresent();
    }

    /** Whose lock it is, where it is not this campaign's: a sentence without its full stop. */
    static Optional<String> locked(JsonNode information, String campaign) {
        if (!MoveMark.isLocked(information) || MoveMark.isOf(information, campaign)) {
            return Optional.empty();
        }
        return Optional.of(
                MoveMark.campaign(information)
                        .map(Relocation::byAnother)
                        .orElse(
                                "etcd is locked (ClusterInformation has datastoreReady: false), and not by calico-fleet. Finish the"
                                        + " migration that locked it, or unlock it with `calicoctl datastore migrate unlock`, then retry"));
    }

    private static String byAnother(String campaign) {
        return "the campaign " + campaign
                + " has begun to move this cluster and keeps the datastore locked. Retry it there, or"
                + " take it back by a restore first";
    }

    /** What is there already, and was not brought by this campaign. */
    private static List<String> foreign(ClusterApi cluster, Optional<ObjectNode> arrived, String campaign) {
        if (arrived.filter(information -> MoveMark.isOf(information, campaign)).isPresent()) {
            return List.of();
        }
        List<String> foreign = new ArrayList<>();
        for (String kind : DatastoreMove.KINDS) {
            List<ObjectNode> there = cluster.list(StoredForm.STORED, kind);
            if (!there.isEmpty()) {
                foreign.add("Kubernetes holds " + there.size() + " objects of the kind " + kind + " of "
                        + StoredForm.STORED + " already ("
                        + there.stream().limit(NAMED).map(Objects::name).collect(Collectors.joining(", "))
                        + "), which no calico-node uses. Delete what is left of an earlier life there, then retry");
            }
        }
        return foreign;
    }

    /** Annotations that say something else than etcd are of an earlier life, too. */
    private static List<String> annotated(List<ObjectNode> nodes, DatastoreMove move) {
        List<String> different = new ArrayList<>();
        for (ObjectNode node : nodes) {
            Map<String, String> wanted = move.nodes().getOrDefault(Objects.name(node), Map.of());
            JsonNode annotations = node.at("/metadata/annotations");
            for (String name : DatastoreMove.NODE_ANNOTATIONS) {
                String there = Json.text(annotations, name);
                if (!there.isEmpty() && !there.equals(wanted.getOrDefault(name, ""))) {
                    different.add(
                            "node " + Objects.name(node) + " of Kubernetes has the annotation " + name + "=" + there
                                    + ", and etcd says '" + wanted.getOrDefault(name, "")
                                    + "'. Remove the annotation, then retry");
                }
            }
        }
        return different;
    }

    private static List<String> install(ClusterApi cluster, List<ObjectNode> nodes) {
        List<String> refusals = new ArrayList<>();
        List<JsonNode> workloads = new ArrayList<>(cluster.list(Kinds.APPS, "DaemonSet"));
        CalicoNode.find(new ClusterSnapshot("", workloads, Set.of(), List.of())).ifPresent(node -> {
            ObjectKey key = ObjectKey.of(node.daemonSet());
            if (node.daemonSet().at("/spec/updateStrategy/type").asText().equals("OnDelete")) {
                refusals.add(
                        key.object() + " has the update strategy OnDelete, so that new pods would wait for as long as"
                                + " somebody needs to delete those of calico-node. Set RollingUpdate, then retry");
            }
            List<String> networks = CalicoNode.configMaps(node.daemonSet()).stream()
                    .flatMap(name ->
                            cluster.find(new ResourceRef(Kinds.CORE, "ConfigMap", key.namespace(), name)).stream())
                    .map(map -> map.at("/data/cni_network_config").asText())
                    .filter(text -> !text.isEmpty())
                    .toList();
            if (networks.stream().noneMatch(text -> CALICO_IPAM.matcher(text).find())) {
                refusals.add("the CNI configuration in the ConfigMap of " + key.object()
                        + " does not name calico-ipam, and how other IPAM goes on is not known. Skip this cluster");
            }
        });
        if (nodes.stream()
                .anyMatch(node -> node.at("/metadata/labels")
                        .path("kubernetes.io/os")
                        .asText()
                        .equals("windows"))) {
            refusals.add(
                    "nodes run Windows, and Calico there has its datastore from files of its own. Skip this cluster");
        }
        return refusals;
    }

    /** What a person has to say yes to. */
    static List<FieldConflict> questions() {
        return List.of(
                new FieldConflict(
                        "ClusterInformation default",
                        "new pods",
                        "",
                        "\"pods start and stop as ever\"",
                        "\"pods that start or stop wait from the lock of etcd until the unlock, when all nodes have rolled\"",
                        "While Calico's resources move, nobody may change them: the CNI plugin adds and removes no pod, and"
                                + " policies stay as they are. Pods that run keep their network. take-new goes on.",
                        List.of(OnConflict.TAKE_NEW)),
                new FieldConflict(
                        "ClusterInformation default",
                        "the way back",
                        "",
                        "\"etcd has Calico's resources\"",
                        "\"Kubernetes has them, and etcd stays locked as it was\"",
                        "Until the unlock calico-fleet restore takes everything back. From then on what is written is in"
                                + " Kubernetes alone, and there is no way back. take-new goes on.",
                        List.of(OnConflict.TAKE_NEW)));
    }

    /** What the kubeconfig has to be allowed beside what every upgrade needs. */
    public static List<Permission> permissions() {
        List<Permission> all = new ArrayList<>();
        for (String kind : DatastoreMove.KINDS) {
            for (String verb : List.of("get", "list", "watch", "create", "update", "delete")) {
                all.add(Permissions.of(verb, StoredForm.STORED, kind, ""));
            }
        }
        for (String verb : List.of("get", "update")) {
            all.add(Permissions.of(verb, Kinds.CORE, "Node", ""));
        }
        // By which API the resources are reached afterwards.
        all.add(Permissions.of("get", "apiregistration.k8s.io/v1", "APIService", ""));
        return all;
    }

    /** What the move may change beside the manifests for etcd: what those for Kubernetes have. */
    public static List<ResourceRef> toBackUp(StepContext context) {
        return Manifests.toKubernetesDatastore(context).refs().stream()
                .filter(ref -> !ref.kind().equals(Kinds.CRD))
                .toList();
    }
}
