package io.calicofleet.executor.adapter.calico;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.datastore.EtcdAccess;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Finds out where a cluster keeps Calico's resources: by the environment of its calico-node, never by what definitions
 * there are, since stale ones happen.
 */
public final class DatastoreFinder {

    private static final String THEIR_PODS = "k8s-app in (calico-node,canal,canal-node)";

    private final ClusterApi cluster;
    private final ClusterApi unguarded;
    private final BiFunction<EtcdAccess, Supplier<CalicoVersion>, CalicoDatastore> etcd;
    private final Supplier<Optional<EtcdAccess>> given;

    /**
     * A finder for one cluster.
     *
     * @param cluster what is asked to find it
     * @param unguarded what the datastore found goes through; whoever uses it puts a guard around it
     * @param etcd opens an etcd, where calico-node uses one
     * @param given the access to it that people gave us; where there is none, the cluster's own is used
     */
    public DatastoreFinder(
            ClusterApi cluster,
            ClusterApi unguarded,
            BiFunction<EtcdAccess, Supplier<CalicoVersion>, CalicoDatastore> etcd,
            Supplier<Optional<EtcdAccess>> given) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.unguarded = requireNonNull(unguarded, "unguarded");
        this.etcd = requireNonNull(etcd, "etcd");
        this.given = requireNonNull(given, "given");
    }

    /**
     * The datastore in use.
     *
     * @param runs the oldest version of calico-node that runs, for as long as the datastore is used; empty while it cannot
     *     be told
     * @throws ClusterException UNEXPECTED where no calico-node tells it
     */
    public CalicoDatastore find(Supplier<Optional<CalicoVersion>> runs) {
        return find(runs, look());
    }

    /**
     * The datastore as calico-node of a DaemonSet reached it, which may run no more: ConfigMaps and Secrets are read as they are now.
     *
     * @throws ClusterException where it cannot be told
     */
    public CalicoDatastore of(ObjectNode daemonSet) {
        List<JsonNode> objects = new ArrayList<>(List.of(daemonSet));
        objects.addAll(configMaps(daemonSet));
        return find(Optional::empty, new ClusterSnapshot("", objects, Set.of(), List.of()));
    }

    private CalicoDatastore find(Supplier<Optional<CalicoVersion>> runs, ClusterSnapshot snapshot) {
        CalicoNode node = CalicoNode.find(snapshot)
                .orElseThrow(() -> new ClusterException(
                        Problem.UNEXPECTED,
                        "no DaemonSet runs calico-node, so that it cannot be told where Calico keeps its resources",
                        null));
        if (node.datastore().filter(Datastore.ETCD::equals).isPresent()) {
            EtcdAccess access = given.get().orElseGet(() -> EtcdAccessFinder.find(cluster, snapshot));
            return etcd.apply(
                    access,
                    () -> runs.get()
                            .or(() -> node.oldestVersion(snapshot))
                            .orElseThrow(() -> unknownVersion(node, "so it cannot be told how etcd keeps policies")));
        }
        if (isServed(node)) {
            return new ServedDatastore(unguarded);
        }
        CalicoVersion found = node.oldestVersion(snapshot).orElseGet(() -> recordedVersion(node));
        return new CrdDatastore(unguarded, () -> runs.get().orElse(found));
    }

    /** The datastore in use, for as long as the same version runs. */
    public CalicoDatastore find() {
        return find(Optional::empty);
    }

    /**
     * Whether the API server has projectcalico.org/v3: from Calico's own, which has to be up, or since v3.32
     * as definitions, in which case there are none of the others.
     */
    private boolean isServed(CalicoNode node) {
        Optional<ObjectNode> service;
        try {
            service = cluster.find(
                    new ResourceRef("apiregistration.k8s.io/v1", "APIService", "", "v3.projectcalico.org"));
        } catch (ClusterException e) {
            if (e.problem() == Problem.FORBIDDEN) {
                return false;
            }
            throw e;
        }
        if (service.isEmpty()) {
            return false;
        }
        if (Json.get(service.get().get("spec"), "service") != null) {
            return Json.elements(service.get().at("/status/conditions"))
                    .anyMatch(condition -> Json.text(condition, "type").equals("Available")
                            && Json.text(condition, "status").equals("True"));
        }
        String group = node.env("CALICO_API_GROUP");
        return group.isEmpty()
                ? cluster.find(new ResourceRef(
                                "apiextensions.k8s.io/v1",
                                "CustomResourceDefinition",
                                "",
                                "clusterinformations.crd.projectcalico.org"))
                        .isEmpty()
                : group.equalsIgnoreCase(StoredForm.V3);
    }

    /** What tells it: DaemonSets, their pods, and the ConfigMaps their environment is taken from. */
    private ClusterSnapshot look() {
        List<JsonNode> objects = new ArrayList<>(cluster.list("apps/v1", "DaemonSet"));
        CalicoNode.find(new ClusterSnapshot("", objects, Set.of(), List.of())).ifPresent(node -> {
            String namespace = Json.text(node.daemonSet().get("metadata"), "namespace");
            objects.addAll(cluster.list("v1", "Pod", namespace, THEIR_PODS));
            objects.addAll(configMaps(node.daemonSet()));
        });
        return new ClusterSnapshot("", objects, Set.of(), List.of());
    }

    private List<ObjectNode> configMaps(JsonNode daemonSet) {
        String namespace = Json.text(daemonSet.get("metadata"), "namespace");
        return CalicoNode.configMaps(daemonSet).stream()
                .flatMap(name -> cluster.find(new ResourceRef("v1", "ConfigMap", namespace, name)).stream())
                .toList();
    }

    /** Where no image tells: what the first calico-node of the newest version wrote down. */
    private CalicoVersion recordedVersion(CalicoNode node) {
        Optional<ObjectNode> information =
                cluster.find(new ResourceRef(StoredForm.STORED, "ClusterInformation", "", "default"));
        return information
                .flatMap(object ->
                        CalicoVersion.tryParse(object.at("/spec/calicoVersion").asText()))
                .orElseThrow(() -> unknownVersion(
                        node,
                        "and ClusterInformation default names none, so it cannot be told how resources are stored"));
    }

    private static ClusterException unknownVersion(CalicoNode node, String then) {
        String image = Part.nodeContainer(node.daemonSet().at("/spec/template/spec"))
                .map(container -> Json.text(container, "image"))
                .orElse("");
        return new ClusterException(
                Problem.UNEXPECTED,
                "The image of calico-node, " + image + ", has no version as its tag, " + then
                        + ". Let it run from an image whose tag is its release",
                null);
    }
}
