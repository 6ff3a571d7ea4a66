package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.Datastore;
import io.calicofleet.model.Json;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The DaemonSet that runs calico-node, whatever it is called.
 *
 * @param daemonSet the DaemonSet
 * @param environment the environment of calico-node; values from ConfigMaps are looked up there, other references empty
 */
public record CalicoNode(JsonNode daemonSet, Map<String, String> environment) {

    /** The names manifests give it. */
    private static final List<String> NAMES = List.of("calico-node", "canal", "canal-node");

    private static final String CONTAINER = "calico-node";

    public CalicoNode {
        environment = Map.copyOf(environment);
    }

    /** The one to go by: of an operator before those of manifests, then in the order of {@link #NAMES}. */
    public static Optional<CalicoNode> find(ClusterSnapshot snapshot) {
        return all(snapshot)
                .min(Comparator.<JsonNode, Boolean>comparing(CalicoNode::isOfManifest)
                        .thenComparing(
                                set -> NAMES.indexOf(set.at("/metadata/name").asText()) < 0)
                        .thenComparing(
                                set -> NAMES.indexOf(set.at("/metadata/name").asText()))
                        .thenComparing(ClusterSnapshot::name))
                .map(set -> new CalicoNode(set, environment(snapshot, set)));
    }

    /** Every DaemonSet that runs calico-node. */
    static Stream<JsonNode> all(ClusterSnapshot snapshot) {
        return snapshot.all("DaemonSet")
                .filter(set -> container(set.at("/spec/template/spec")).isPresent());
    }

    /** Whether a manifest brought this DaemonSet; the operator keeps its own in calico-system. */
    static boolean isOfManifest(JsonNode daemonSet) {
        return !daemonSet.at("/metadata/namespace").asText().equals("calico-system")
                && NAMES.contains(daemonSet.at("/metadata/name").asText());
    }

    /** A value of the environment; empty where there is none. */
    public String env(String name) {
        return environment.getOrDefault(name, "");
    }

    /** Where Calico keeps its resources; empty where the environment does not say. */
    public Optional<Datastore> datastore() {
        return switch (env("DATASTORE_TYPE")) {
            case "kubernetes" -> Optional.of(Datastore.KUBERNETES);
            case "etcdv3" -> Optional.of(Datastore.ETCD);
            default -> environment.containsKey("ETCD_ENDPOINTS") ? Optional.of(Datastore.ETCD) : Optional.empty();
        };
    }

    /** The versions that run and the one asked for, by the tags of the images. */
    List<CalicoVersion> versions(ClusterSnapshot snapshot) {
        Stream<JsonNode> pods = snapshot.all("Pod").map(pod -> pod.path("spec"));
        return Stream.concat(Stream.of(daemonSet.at("/spec/template/spec")), pods)
                .flatMap(spec -> container(spec).stream())
                .flatMap(container -> CalicoVersion.ofImage(Json.text(container, "image")).stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** The oldest version that runs or is asked for; empty where no image tells. */
    public Optional<CalicoVersion> oldestVersion(ClusterSnapshot snapshot) {
        return versions(snapshot).stream().findFirst();
    }

    /** The names of the ConfigMaps its environment is taken from. */
    public static Set<String> configMaps(JsonNode daemonSet) {
        return container(daemonSet.at("/spec/template/spec")).stream()
                .flatMap(container -> Json.elements(container.get("env")))
                .map(entry -> Json.text(entry.at("/valueFrom/configMapKeyRef"), "name"))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Optional<JsonNode> container(JsonNode podSpec) {
        return Json.elements(podSpec.get("containers"))
                .filter(container -> Json.text(container, "name").equals(CONTAINER))
                .findFirst();
    }

    private static Map<String, String> environment(ClusterSnapshot snapshot, JsonNode daemonSet) {
        Map<String, String> environment = new HashMap<>();
        String namespace = daemonSet.at("/metadata/namespace").asText();
        container(daemonSet.at("/spec/template/spec"))
                .ifPresent(container -> Json.elements(container.get("env"))
                        .forEach(
                                entry -> environment.put(Json.text(entry, "name"), value(snapshot, namespace, entry))));
        return environment;
    }

    private static String value(ClusterSnapshot snapshot, String namespace, JsonNode entry) {
        JsonNode reference = entry.at("/valueFrom/configMapKeyRef");
        if (!reference.isObject()) {
            return Json.text(entry, "value");
        }
        return snapshot.all("ConfigMap")
                .filter(map -> map.at("/metadata/namespace").asText().equals(namespace))
                .filter(map -> map.at("/metadata/name").asText().equals(Json.text(reference, "name")))
                .map(map -> Json.text(map.get("data"), Json.text(reference, "key")))
                .findFirst()
                .orElse("");
    }
}
