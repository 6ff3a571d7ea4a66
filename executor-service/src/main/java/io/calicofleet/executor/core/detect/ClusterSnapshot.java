package io.calicofleet.executor.core.detect;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.image.ImageVersions;
import io.calicofleet.model.release.ObjectKey;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an inspection read from a cluster. The more it holds the more can be told; nothing is needed but the version.
 *
 * <p>Looked at: DaemonSets, Deployments and Jobs, ConfigMaps, Pods and Nodes; CustomResourceDefinitions; APIServices;
 * Namespaces; of Calico's own, in the form of {@code projectcalico.org/v3}: ClusterInformation, FelixConfiguration,
 * KubeControllersConfiguration, HostEndpoint, GlobalNetworkPolicy; DatastoreMigration; of the operator: Installation, TigeraStatus,
 * ImageSet; of Helm: its release Secrets and HelmCharts.
 *
 * @param kubernetesVersion the version of the API server, such as v1.21.14
 * @param objects objects of any kind, each with apiVersion and kind (which items of a list lack)
 * @param servedKinds what discovery lists, as {@code group/version Kind}; the core group as {@code v1 Kind}
 * @param missingPermissions what an access review denied, as verb resource
 */
public record ClusterSnapshot(
        String kubernetesVersion, List<JsonNode> objects, Set<String> servedKinds, List<String> missingPermissions) {

    public ClusterSnapshot {
        requireNonNull(kubernetesVersion, "kubernetesVersion");
        objects = List.copyOf(objects);
        servedKinds = Set.copyOf(servedKinds);
        missingPermissions = List.copyOf(missingPermissions);
    }

    /** The objects of one kind. */
    public Stream<JsonNode> all(String kind) {
        return objects.stream().filter(object -> object.path("kind").asText().equals(kind));
    }

    /** Tells of which release an image is. */
    ImageVersions imageVersions() {
        return ImageVersions.of(all("ImageSet").toList());
    }

    /** An object as events name it. */
    static String name(JsonNode object) {
        return ObjectKey.of(object).object();
    }

    /** Without what was read: some of it may be secret. */
    @Override
    public String toString() {
        return "ClusterSnapshot";
    }
}
