package io.calicofleet.executor.core.migrate;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.Containers;
import io.calicofleet.model.release.ObjectKey;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An install by manifests as the operator looks at it before it takes it over: three workloads by their names in kube-system,
 * what their environment refers to, and what Calico keeps in the datastore (tigera/operator v1.42.3,
 * pkg/controller/migration/convert/components.go).
 *
 * @param version the release that runs, whose operator takes over
 * @param node the DaemonSet kube-system/calico-node; a missing node where there is none
 * @param kubeControllers the Deployment kube-system/calico-kube-controllers; a missing node where there is none
 * @param typha the Deployment kube-system/calico-typha; a missing node where there is none
 * @param others all other DaemonSets and Deployments of the cluster
 * @param configMaps the data of the ConfigMaps of kube-system that are referred to, by name
 * @param pools the IP pools
 * @param felix the FelixConfiguration default; a missing node where there is none
 * @param felixFields the fields that the release's definition of FelixConfigurations has, by their lower-case names, each
 *     with its schema; empty where the release's definitions are not at hand
 */
public record ManifestInstall(
        CalicoVersion version,
        JsonNode node,
        JsonNode kubeControllers,
        JsonNode typha,
        List<JsonNode> others,
        Map<String, JsonNode> configMaps,
        List<JsonNode> pools,
        JsonNode felix,
        Map<String, JsonNode> felixFields) {

    /** Where the operator looks, and nowhere else. */
    public static final String NAMESPACE = "kube-system";

    public static final String NODE = "calico-node";
    public static final String KUBE_CONTROLLERS = "calico-kube-controllers";
    public static final String TYPHA = "calico-typha";

    public ManifestInstall {
        requireNonNull(version, "version");
        requireNonNull(node, "node");
        requireNonNull(kubeControllers, "kubeControllers");
        requireNonNull(typha, "typha");
        others = List.copyOf(others);
        configMaps = Map.copyOf(configMaps);
        pools = List.copyOf(pools);
        requireNonNull(felix, "felix");
        felixFields = Map.copyOf(felixFields);
    }

    /**
     * Sorts what was read of a cluster.
     *
     * @param workloads the DaemonSets and Deployments of the cluster
     * @param configMaps the ConfigMaps of kube-system that are referred to
     * @param definition the release's CustomResourceDefinition of FelixConfigurations; a missing node without it
     */
    public static ManifestInstall of(
            CalicoVersion version,
            Collection<? extends JsonNode> workloads,
            Collection<? extends JsonNode> configMaps,
            Collection<? extends JsonNode> pools,
            JsonNode felix,
            JsonNode definition) {
        Map<String, JsonNode> data = new TreeMap<>();
        configMaps.forEach(each -> data.put(ObjectKey.of(each).name(), each.path("data")));
        Map<String, JsonNode> fields = new TreeMap<>();
        Json.elements(definition.at("/spec/versions"))
                .flatMap(each -> each.at("/schema/openAPIV3Schema/properties/spec/properties").properties().stream())
                .forEach(field -> fields.put(field.getKey().toLowerCase(Locale.ROOT), field.getValue()));
        JsonNode node = named(workloads, "DaemonSet", NODE);
        JsonNode kubeControllers = named(workloads, "Deployment", KUBE_CONTROLLERS);
        JsonNode typha = named(workloads, "Deployment", TYPHA);
        Set<ObjectKey> taken = Stream.of(node, kubeControllers, typha)
                .filter(each -> !each.isMissingNode())
                .map(ObjectKey::of)
                .collect(Collectors.toSet());
        List<JsonNode> others = workloads.stream()
                .filter(each -> !taken.contains(ObjectKey.of(each)))
                .map(JsonNode.class::cast)
                .toList();
        return new ManifestInstall(
                version, node, kubeControllers, typha, others, data, List.copyOf(pools), felix, fields);
    }

    private static JsonNode named(Collection<? extends JsonNode> workloads, String kind, String name) {
        return workloads.stream()
                .filter(each -> {
                    ObjectKey key = ObjectKey.of(each);
                    return key.kind().equals(kind)
                            && key.namespace().equals(NAMESPACE)
                            && key.name().equals(name);
                })
                .<JsonNode>map(each -> each)
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    /** The names of the ConfigMaps that workloads take their environment from. */
    public static List<String> configMapNames(Collection<? extends JsonNode> workloads) {
        return workloads.stream()
                .filter(each -> ObjectKey.of(each).namespace().equals(NAMESPACE))
                .flatMap(each -> Containers.of(each).stream())
                .flatMap(container -> Json.elements(container.get("env")))
                .map(entry -> Json.text(entry.at("/valueFrom/configMapKeyRef"), "name"))
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }

    /** Those of the three workloads that are there. */
    public List<JsonNode> workloads() {
        return Stream.of(node, kubeControllers, typha)
                .filter(each -> !each.isMissingNode())
                .toList();
    }

    /** A container of a workload, be it one that runs first or one that stays. */
    static Optional<JsonNode> container(JsonNode workload, String name) {
        return Containers.of(workload).stream()
                .filter(each -> Json.text(each, "name").equals(name))
                .findFirst();
    }
}
