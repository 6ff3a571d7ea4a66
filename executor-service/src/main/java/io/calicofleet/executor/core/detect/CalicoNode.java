package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.identity.InstalledCalico;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.core.identity.PodEnvironment;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.image.ImageVersions;
import java.util.Comparator;
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

    public CalicoNode {
        environment = Map.copyOf(environment);
    }

    /** The one to go by: of an operator before those of manifests. */
    public static Optional<CalicoNode> find(ClusterSnapshot snapshot) {
        return all(snapshot)
                .filter(Part::isOfOperator)
                .min(Comparator.comparing(ClusterSnapshot::name))
                .or(() -> InstalledCalico.find(snapshot.objects()).map(InstalledCalico::daemonSet))
                .map(set -> new CalicoNode(set, environment(snapshot, set)));
    }

    /** Every DaemonSet that runs calico-node. */
    static Stream<JsonNode> all(ClusterSnapshot snapshot) {
        return snapshot.all("DaemonSet").filter(CalicoNode::isOne);
    }

    /** Whether a manifest brought this DaemonSet, and it runs calico-node. */
    static boolean isOfManifest(JsonNode object) {
        return isOne(object) && !Part.isOfOperator(object);
    }

    private static boolean isOne(JsonNode object) {
        return Part.of(object).filter(Part.NODE::equals).isPresent();
    }

    /** Whether flannel runs beside it: canal. Mirrors call its image otherwise, such as mirrored-coreos-flannel. */
    boolean hasFlannel() {
        return Json.elements(daemonSet.at("/spec/template/spec/containers"))
                .anyMatch(container -> Json.text(container, "name").equals("kube-flannel")
                        || ImageReference.parse(Json.text(container, "image"))
                                .lastWord()
                                .equals("flannel"));
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

    /** The versions that run and the one asked for, by the tags of the images or the ImageSets that pin them. */
    List<CalicoVersion> versions(ClusterSnapshot snapshot) {
        ImageVersions versions = snapshot.imageVersions();
        Stream<JsonNode> pods = snapshot.all("Pod").map(pod -> pod.path("spec"));
        return Stream.concat(Stream.of(daemonSet.at("/spec/template/spec")), pods)
                .flatMap(spec -> Part.nodeContainer(spec).stream())
                .flatMap(container -> versions.of(Json.text(container, "image")).stream())
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
        return Part.nodeContainer(daemonSet.at("/spec/template/spec")).stream()
                .flatMap(container -> Json.elements(container.get("env")))
                .map(entry -> Json.text(entry.at("/valueFrom/configMapKeyRef"), "name"))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, String> environment(ClusterSnapshot snapshot, JsonNode daemonSet) {
        return Part.nodeContainer(daemonSet.at("/spec/template/spec"))
                .map(container -> PodEnvironment.of(
                        snapshot.objects(), daemonSet.at("/metadata/namespace").asText(), container))
                .orElse(Map.of());
    }
}
