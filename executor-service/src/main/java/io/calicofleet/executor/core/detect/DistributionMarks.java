package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Marks of a Kubernetes distribution that manages Calico itself and would undo what we do (facts 4.1). */
final class DistributionMarks {

    /** How a signal of a distribution begins. */
    static final String DISTRIBUTION = "managed by the distribution: ";

    /** Labels and annotations, by how they begin. */
    private static final List<String> KEYS = List.of(
            "addon.kops.k8s.io/",
            "addonmanager.kubernetes.io/mode",
            "components.gke.io/",
            "eks.amazonaws.com/component",
            "kubernetes.azure.com/managedby");

    private static final Set<String> WORKLOADS =
            Set.of("calico-node", "canal", "canal-node", "calico-kube-controllers", "calico-typha", "tigera-operator");

    private DistributionMarks() {}

    /** What marks there are; none on an install of people's own. */
    static List<String> find(ClusterSnapshot snapshot) {
        Set<String> marks = new TreeSet<>();
        calicoObjects(snapshot)
                .forEach(object -> Json.names(
                                Json.get(object.get("metadata"), "labels"),
                                Json.get(object.get("metadata"), "annotations"))
                        .stream()
                        .filter(key -> KEYS.stream().anyMatch(key::startsWith))
                        .forEach(key -> marks.add(key + " on " + ClusterSnapshot.name(object))));
        Stream.of("HelmChart", "HelmChartConfig", "DaemonSet", "Deployment")
                .flatMap(snapshot::all)
                .filter(object -> object.at("/metadata/name").asText().matches("rke2-(calico|canal).*"))
                .forEach(object -> marks.add("RKE2, by " + ClusterSnapshot.name(object)));
        snapshot.all("Job")
                .filter(job -> job.at("/metadata/name").asText().equals("rke-network-plugin-deploy-job"))
                .forEach(job -> marks.add("RKE, by " + ClusterSnapshot.name(job)));
        boolean kubespray = snapshot.all("ClusterInformation")
                        .anyMatch(information ->
                                information.at("/spec/clusterType").asText().contains("kubespray"))
                || CalicoNode.find(snapshot)
                        .filter(node -> node.env("CLUSTER_TYPE").contains("kubespray"))
                        .isPresent();
        if (kubespray) {
            marks.add("kubespray, by the cluster type");
        }
        return marks.stream().map(mark -> DISTRIBUTION + mark).toList();
    }

    private static Stream<JsonNode> calicoObjects(ClusterSnapshot snapshot) {
        return Stream.concat(
                snapshot.all("Installation"),
                Stream.of("DaemonSet", "Deployment")
                        .flatMap(snapshot::all)
                        .filter(object ->
                                WORKLOADS.contains(object.at("/metadata/name").asText())));
    }
}
