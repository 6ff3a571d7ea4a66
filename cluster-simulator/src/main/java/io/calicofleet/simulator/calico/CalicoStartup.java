package io.calicofleet.simulator.calico;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.calico.datastore.CalicoResources;
import io.calicofleet.simulator.calico.datastore.PodDatastores;
import io.calicofleet.simulator.calico.felix.Felix;
import io.calicofleet.simulator.calico.image.ImageVersion;
import io.calicofleet.simulator.calico.image.ImageVersions;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.api.WriteOptions;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.List;
import java.util.UUID;

/**
 * What Calico's pods write when they start: calico-node its version into ClusterInformation, whatever
 * stands there, so the last one that starts wins; the default pool and configurations where there are none.
 */
public final class CalicoStartup {

    private final ObjectApi objects;
    private final Felix felix;
    private final PodDatastores datastores;
    private final ImageVersions versions;

    /** Calico's pods of a cluster. */
    public CalicoStartup(ObjectApi objects, Felix felix, PodDatastores datastores) {
        this.objects = objects;
        this.felix = felix;
        this.datastores = datastores;
        this.versions = new ImageVersions(objects.cluster().store());
    }

    /**
     * A pod's containers have started. Returns false where Calico must try again because its CRDs are not served yet, or
     * its etcd does not answer or is not the one it was told; as often as it takes.
     */
    public boolean podStarted(ObjectNode pod) {
        boolean done = true;
        for (JsonNode container : pod.path("spec").path("containers")) {
            String image = container.path("image").asText();
            switch (container.path("name").asText()) {
                case "calico-node" -> done &= node(pod, container, versions.of(image));
                case "calico-kube-controllers" -> done &= kubeControllers(pod, container, versions.of(image));
                default -> {
                    // not Calico's
                }
            }
        }
        return done;
    }

    private boolean node(ObjectNode pod, JsonNode container, ImageVersion version) {
        String node = Json.text(pod, "spec", "nodeName");
        CalicoResources resources = datastores.of(pod, container);
        if (resources == null) {
            felix.started(node, version.release(), version.text(), datastores.environment(pod, container));
            return !datastores.hasEtcd();
        }
        if (!resources.isServed()) {
            return false;
        }
        String type = PodDatastores.environment(container, "CLUSTER_TYPE");
        boolean kdd = resources.inKubernetes();
        clusterInformation(resources, version.text(), (type.isEmpty() ? "k8s" : type) + (kdd ? ",kdd" : ""));
        if (!kdd) {
            node(resources, node);
        }
        String cidr = PodDatastores.environment(container, "CALICO_IPV4POOL_CIDR");
        ensure(
                resources,
                "IPPool",
                "default-ipv4-ippool",
                Json.object()
                        .put("blockSize", 26)
                        .put("cidr", cidr.isEmpty() ? "192.168.0.0/16" : cidr)
                        .put("ipipMode", "Always")
                        .put("natOutgoing", true)
                        .put("nodeSelector", "all()")
                        .put("vxlanMode", "Never"));
        ensure(
                resources,
                "FelixConfiguration",
                "default",
                Json.object()
                        .put("bpfLogLevel", "")
                        .put("logSeverityScreen", "Info")
                        .put("reportingInterval", "0s"));
        if (version.atLeast(3, 29)) {
            ensure(
                    resources,
                    "Tier",
                    "default",
                    Json.object().put("order", 1_000_000).put("defaultAction", "Deny"));
        }
        if (kdd) {
            annotateNode(node);
        }
        felix.started(node, version.release(), version.text(), datastores.environment(pod, container));
        felix.reads(resources);
        return true;
    }

    private boolean kubeControllers(ObjectNode pod, JsonNode container, ImageVersion version) {
        CalicoResources resources = datastores.of(pod, container);
        if (resources == null || !resources.isServed()) {
            return resources == null && !datastores.hasEtcd();
        }
        if (version.atLeast(3, 14)) {
            ObjectNode spec = Json.object();
            ObjectNode controllers = spec.put("etcdV3CompactionPeriod", "10m0s")
                    .put("healthChecks", "Enabled")
                    .put("logSeverityScreen", "Info")
                    .putObject("controllers");
            controllers
                    .putObject("node")
                    .put("reconcilerPeriod", "5m0s")
                    .put("syncLabels", "Enabled")
                    .putObject("hostEndpoint")
                    .put("autoCreate", "Disabled");
            ensure(resources, "KubeControllersConfiguration", "default", spec);
            return resources.get("KubeControllersConfiguration", "default")
                    != null; // its kind may come later than the pod
        }
        return true;
    }

    private static void ensure(CalicoResources resources, String kind, String name, ObjectNode spec) {
        ObjectNode resource = Json.object();
        resource.putObject("metadata").put("name", name);
        resource.set("spec", spec);
        resources.create(kind, resource);
    }

    private static void clusterInformation(CalicoResources resources, String version, String clusterType) {
        ensure(
                resources,
                "ClusterInformation",
                "default",
                Json.object()
                        .put("calicoVersion", version)
                        .put("clusterGUID", UUID.randomUUID().toString().replace("-", ""))
                        .put("clusterType", clusterType)
                        .put("datastoreReady", true));
        resources.change("ClusterInformation", "default", changed -> {
            ObjectNode spec = Json.child(changed, "spec");
            spec.put("calicoVersion", version);
            String types = spec.path("clusterType").asText("");
            for (String each : clusterType.split(",", -1)) {
                if (!List.of(types.split(",", -1)).contains(each)) {
                    types = types.isEmpty() ? each : types + "," + each;
                }
            }
            spec.put("clusterType", types);
            return changed;
        });
    }

    /** In etcd Calico has nodes of its own; kube-controllers brings them the labels. */
    private void node(CalicoResources resources, String name) {
        ResourceType type = objects.cluster().types().byKind("v1", "Node");
        if (type == null || objects.cluster().store().get(type.groupResource(), new ObjectKey("", name)) == null) {
            return;
        }
        ObjectNode kubernetesNode = objects.get(type, "", name);
        ObjectNode spec = Json.object();
        spec.putObject("bgp")
                .put("ipv4Address", address(kubernetesNode) + "/16")
                .put("ipv4IPIPTunnelAddr", tunnelAddress(name));
        spec.putArray("orchRefs").addObject().put("nodeName", name).put("orchestrator", "k8s");
        ensure(resources, "Node", name, spec);
    }

    private static String address(ObjectNode node) {
        for (JsonNode each : node.path("status").path("addresses")) {
            if (each.path("type").asText().equals("InternalIP")) {
                return each.path("address").asText();
            }
        }
        return "";
    }

    private static String tunnelAddress(String node) {
        return "192.168.0." + (Math.floorMod(node.hashCode(), 250) + 1);
    }

    /** On the Kubernetes datastore the node of Kubernetes keeps what Calico knows of it. */
    private void annotateNode(String node) {
        ResourceType type = objects.cluster().types().byKind("v1", "Node");
        if (type == null || objects.cluster().store().get(type.groupResource(), new ObjectKey("", node)) == null) {
            return;
        }
        ObjectNode changed = objects.get(type, "", node).deepCopy();
        String address = address(changed);
        Json.child(Json.child(changed, "metadata"), "annotations")
                .put("projectcalico.org/IPv4Address", address + "/16")
                .put("projectcalico.org/IPv4IPIPTunnelAddr", tunnelAddress(node));
        try {
            objects.update(type, "", node, "", changed, WriteOptions.of("Go-http-client"));
        } catch (ApiException expected) {
            // the kubelet was faster; the next start writes it
        }
    }
}
