package io.calicofleet.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a cluster holds of Calico, read through its API, without what only the API server and controllers say of it. */
final class ClusterState {

    private static final List<String> LISTS = List.of(
            "/apis/apps/v1/daemonsets",
            "/apis/apps/v1/deployments",
            "/apis/batch/v1/jobs",
            "/apis/policy/v1/poddisruptionbudgets",
            "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
            "/apis/rbac.authorization.k8s.io/v1/roles",
            "/apis/rbac.authorization.k8s.io/v1/rolebindings",
            "/api/v1/configmaps",
            "/api/v1/serviceaccounts",
            "/api/v1/services",
            "/api/v1/secrets",
            "/apis/crd.projectcalico.org/v1/hostendpoints",
            "/apis/crd.projectcalico.org/v1/globalnetworkpolicies",
            "/apis/operator.tigera.io/v1/installations");

    /** Ours, and those Kubernetes makes for itself. */
    private static final String NOT_CALICOS = "calico-fleet.*|kube-root-ca.crt|sh\\.helm\\.release.*|.*-token-.*";

    private ClusterState() {}

    /** Each object by kind, namespace and name. */
    static Map<String, JsonNode> of(SimulatedFleet fleet, String cluster) {
        Map<String, JsonNode> state = new TreeMap<>();
        for (String list : LISTS) {
            String resource = list.substring(list.lastIndexOf('/') + 1);
            for (JsonNode item : fleet.object(cluster, list).path("items")) {
                JsonNode metadata = item.path("metadata");
                String name = metadata.path("name").asText();
                if (!name.matches(NOT_CALICOS)) {
                    state.put(resource + " " + metadata.path("namespace").asText() + "/" + name, content(item));
                }
            }
        }
        JsonNode calicoctl = fleet.object(cluster, "/api/v1/namespaces/kube-system/pods/calicoctl");
        if (calicoctl.isObject()) {
            // The volume with its token has another name each time it is made.
            String containers = calicoctl.at("/spec/containers").toString();
            state.put(
                    "pod calicoctl",
                    TextNode.valueOf(containers.replaceAll("kube-api-access-[a-z0-9]+", "kube-api-access")));
        }
        return state;
    }

    private static JsonNode content(JsonNode item) {
        ObjectNode copy = item.deepCopy();
        copy.remove(List.of("status", "apiVersion", "kind"));
        ObjectNode metadata = copy.withObject("/metadata");
        metadata.remove(List.of("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"));
        ObjectNode annotations = metadata.withObject("/annotations");
        annotations.remove(List.of("deprecated.daemonset.template.generation", "deployment.kubernetes.io/revision"));
        if (annotations.isEmpty()) {
            metadata.remove("annotations");
        }
        return copy;
    }
}
