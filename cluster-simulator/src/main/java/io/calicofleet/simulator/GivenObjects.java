package io.calicofleet.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.etcd.EtcdManifests;
import io.calicofleet.simulator.etcd.EtcdServer;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The objects that people bring for a simulated cluster: those of a manifest, which are applied as {@code kubectl apply} does, and those
 * they read from a cluster of theirs, which have a uid and are stored as they are. What controllers make of others, such as pods, is left
 * out of the latter, and so is the status of workloads: the simulated controllers make and count them anew.
 *
 * @param objects the objects, lists taken apart, in the order they can be applied in: namespaces, definitions, the rest
 */
public record GivenObjects(List<ObjectNode> objects) {

    private static final Set<String> MADE_BY_CONTROLLERS = Set.of(
            "Pod",
            "ReplicaSet",
            "ControllerRevision",
            "Event",
            "Endpoints",
            "EndpointSlice",
            "Lease",
            "PodMetrics",
            "NodeMetrics");

    private static final Set<String> COUNTED_ANEW = Set.of("DaemonSet", "Deployment", "StatefulSet");

    public GivenObjects {
        objects = List.copyOf(objects);
    }

    /**
     * Takes the objects of YAML documents.
     *
     * @throws IllegalArgumentException where one has no apiVersion, kind or name; the message says which
     */
    public static GivenObjects of(List<JsonNode> documents) {
        List<ObjectNode> all = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            take(documents.get(i), "document " + (i + 1), all);
        }
        all.sort(Comparator.comparingInt(GivenObjects::rank));
        return new GivenObjects(all);
    }

    private static void take(JsonNode document, String called, List<ObjectNode> all) {
        if (document.path("kind").asText().endsWith("List")
                && document.path("items").isArray()) {
            int number = 0;
            for (JsonNode item : document.path("items")) {
                take(item, "item " + ++number + " of " + called, all);
            }
            return;
        }
        for (String field : List.of("apiVersion", "kind")) {
            if (!document.path(field).isTextual()) {
                throw new IllegalArgumentException(called + " has no " + field + ": it is no object of Kubernetes");
            }
        }
        if (Json.text(document, "metadata", "name").isEmpty()) {
            throw new IllegalArgumentException(
                    called + ", a " + document.path("kind").asText() + ", has no metadata.name");
        }
        if (!isRead(document)
                || !MADE_BY_CONTROLLERS.contains(document.path("kind").asText())) {
            all.add((ObjectNode) document);
        }
    }

    private static int rank(ObjectNode object) {
        return switch (object.path("kind").asText()) {
            case "Namespace" -> 0;
            case "CustomResourceDefinition" -> 1;
            default -> 2;
        };
    }

    private static boolean isRead(JsonNode object) {
        return !Json.text(object, "metadata", "uid").isEmpty();
    }

    /**
     * Puts them into a cluster. Namespaces that are missing are made; with an etcd beside the cluster, what names Calico's etcd gets its
     * endpoint and certificates.
     *
     * @return what the API server refuses, each with why; the others are there all the same, as with {@code kubectl apply}
     */
    public List<String> addTo(SimulatedCluster cluster) {
        List<String> refused = new ArrayList<>();
        Set<String> missing = new TreeSet<>();
        for (ObjectNode object : objects) {
            String namespace = Json.text(object, "metadata", "namespace");
            if (!namespace.isEmpty()) {
                missing.add(namespace);
            }
        }
        for (ObjectNode object : objects) {
            if (rank(object) > 0) {
                missing.forEach(namespace -> make(cluster, namespace));
                missing.clear();
            }
            try {
                add(cluster, object);
            } catch (ApiException e) {
                refused.add(object.path("kind").asText() + " " + Json.text(object, "metadata", "name") + ": "
                        + e.getMessage());
            }
        }
        return refused;
    }

    private static void make(SimulatedCluster cluster, String namespace) {
        if (cluster.get("v1", "Namespace", "", namespace) == null) {
            ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
            object.putObject("metadata").put("name", namespace);
            cluster.create(object);
        }
    }

    private static void add(SimulatedCluster cluster, ObjectNode object) {
        EtcdServer etcd = cluster.etcd();
        ObjectNode filled = object.deepCopy();
        if (etcd != null) {
            EtcdManifests.fill(filled, etcd);
        }
        if (isRead(object)) {
            if (COUNTED_ANEW.contains(object.path("kind").asText())) {
                filled.remove("status");
            }
            cluster.restore(filled);
        } else {
            cluster.apply(filled);
        }
    }

    /** Without what they hold: one may be a Secret. */
    @Override
    public String toString() {
        return objects.size() + " objects";
    }
}
