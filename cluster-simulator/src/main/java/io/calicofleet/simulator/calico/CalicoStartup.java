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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What Calico's pods write when they start: calico-node its version into ClusterInformation, whatever
 * stands there, so the last one that starts wins; the default pool and configurations where there are none.
 */
public final class CalicoStartup {

    private final ObjectApi objects;
    private final Felix felix;
    private final PodDatastores datastores;
    private final ImageVersions versions;

    /** Pods, by uid, whose calico-node could not start yet. */
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

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
                case "calico-node" -> {
                    boolean up = node(pod, container, versions.of(image));
                    note(pod, up);
                    done &= up;
                }
                case "calico-kube-controllers" -> done &= kubeControllers(pod, container, versions.of(image));
                default -> {
                    // not Calico's
                }
            }
        }
        return done;
    }

    /** Whether the calico-node of a pod could not start yet: nothing in it answers a probe. */
    boolean isFailing(JsonNode pod) {
        return failing.contains(Json.text(pod, "metadata", "uid"));
    }

    /** Forgets a pod that is gone. */
    public void gone(JsonNode pod) {
        failing.remove(Json.text(pod, "metadata", "uid"));
    }

    private void note(JsonNode pod, boolean up) {
        String uid = Json.text(pod, "metadata", "uid");
        if (up) {
            failing.remove(uid);
        } else {
            failing.add(uid);
        }
    }

    /** Like calico-node's own startup, which ends its container where it cannot make what a cluster needs. */
    private boolean node(ObjectNode pod, JsonNode container, ImageVersion version) {
        String node = Json.text(pod, "spec", "nodeName");
        CalicoResources resources = datastores.of(pod, container);
        if (resources == null) {
            if (datastores.hasEtcd()) {
                return false; // it never gets further than to wait for its etcd
            }
            felix.started(node, version.release(), version.text(), datastores.environment(pod, container));
            return true;
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
        boolean made = ensure(
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
        made &= ensure(
                resources,
                "FelixConfiguration",
                "default",
                Json.object()
                        .put("bpfLogLevel", "")
                        .put("logSeverityScreen", "Info")
                        .put("reportingInterval", "0s"));
        if (!made) {
            return false;
        }
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
            return ensure(resources, "KubeControllersConfiguration", "default", spec);
        }
        return true;
    }

    /** Returns whether the resource is there now; it is not where its kind comes later than the pod. */
    private static boolean ensure(CalicoResources resources, String kind, String name, ObjectNode spec) {
        ObjectNode resource = Json.object();
        resource.putObject("metadata").put("name", name);
        resource.set("spec", spec);
        resources.create(kind, resource);
        return resources.get(kind, name) != null;
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
