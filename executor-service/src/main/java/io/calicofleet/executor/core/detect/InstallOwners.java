package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.OwnerFact;
import io.calicofleet.executor.core.observe.CalicoWorkloads;
import io.calicofleet.model.Json;
import io.calicofleet.model.owner.Owners;
import io.calicofleet.model.owner.Surroundings;
import io.calicofleet.model.release.ObjectKey;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who else keeps the objects of this install. Looked at are those objects alone: the DaemonSets that run calico-node with
 * their ConfigMaps, Calico's Deployments, the operator's resources, the definitions of the datastore in use, and whatever
 * else of the release's manifest is there.
 */
public final class InstallOwners {

    private static final Set<String> GROUPS =
            Set.of("crd.projectcalico.org", "projectcalico.org", "operator.tigera.io");
    /** What a distribution installs Calico by. */
    private static final Pattern INSTALLERS = Pattern.compile("rke2-(calico|canal).*|rke-network-plugin-deploy-job");

    private InstallOwners() {}

    /**
     * Who they are, in the order of the table of owners.
     *
     * @param live what the cluster has of the manifests of source and target; empty where no manifest is at hand
     */
    public static List<OwnerFact> find(ClusterSnapshot snapshot, Collection<? extends JsonNode> live) {
        Map<ObjectKey, JsonNode> objects = new LinkedHashMap<>();
        Stream.concat(live.stream(), ofSnapshot(snapshot)).forEach(object -> objects.put(ObjectKey.of(object), object));
        return Owners.keeping(objects.values(), ClusterSnapshot::name, around(snapshot));
    }

    private static Stream<JsonNode> ofSnapshot(ClusterSnapshot snapshot) {
        List<JsonNode> nodes = CalicoNode.all(snapshot).toList();
        Set<String> configMaps = new HashSet<>();
        for (JsonNode node : nodes) {
            CalicoNode.configMaps(node).forEach(name -> configMaps.add(namespace(node) + "/" + name));
        }
        boolean etcd = CalicoNode.find(snapshot)
                .flatMap(CalicoNode::datastore)
                .filter(Datastore.ETCD::equals)
                .isPresent();
        return Stream.of(
                        nodes.stream(),
                        snapshot.all("Deployment").filter(CalicoWorkloads::isOne),
                        snapshot.all("ConfigMap")
                                .filter(object -> configMaps.contains(namespace(object) + "/" + named(object))),
                        snapshot.objects().stream()
                                .filter(object ->
                                        Json.text(object, "apiVersion").startsWith("operator.tigera.io/")),
                        snapshot.all("CustomResourceDefinition")
                                .filter(object -> !etcd
                                        && GROUPS.contains(
                                                object.at("/spec/group").asText())),
                        Stream.of("HelmChart", "HelmChartConfig", "DaemonSet", "Deployment", "Job")
                                .flatMap(snapshot::all)
                                .filter(object ->
                                        INSTALLERS.matcher(named(object)).matches()))
                .flatMap(found -> found);
    }

    private static Surroundings around(ClusterSnapshot snapshot) {
        Stream<String> told = snapshot.all("ClusterInformation")
                .map(information -> information.at("/spec/clusterType").asText());
        Stream<String> environment = CalicoNode.find(snapshot).stream().map(node -> node.env("CLUSTER_TYPE"));
        return new Surroundings(
                snapshot.servedKinds(),
                Stream.concat(told, environment).collect(Collectors.toSet()),
                snapshot.all("HelmChart").map(InstallOwners::named).collect(Collectors.toSet()),
                InstallDetector.ownRelease(snapshot).orElse(""));
    }

    private static String named(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    private static String namespace(JsonNode object) {
        return object.at("/metadata/namespace").asText();
    }
}
