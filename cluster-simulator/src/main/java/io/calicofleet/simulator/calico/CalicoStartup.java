package io.calicofleet.simulator.calico;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.api.ApiException;
import io.calicofleet.simulator.api.ObjectApi;
import io.calicofleet.simulator.api.WriteOptions;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.resource.ResourceType;
import io.calicofleet.simulator.store.ObjectKey;
import java.util.List;
import java.util.UUID;

/**
 * What Calico's pods write when they start (facts section 3): calico-node its version into ClusterInformation, whatever
 * stands there, so the last one that starts wins; the default pool and configurations where there are none.
 */
public final class CalicoStartup {

    private static final String API = "crd.projectcalico.org/v1";

    private final ObjectApi objects;
    private final Felix felix;

    public CalicoStartup(ObjectApi objects, Felix felix) {
        this.objects = objects;
        this.felix = felix;
    }

    /**
     * A pod's containers have started. Returns false where Calico must try again because its CRDs are not served yet; as
     * often as it takes.
     */
    public boolean podStarted(ObjectNode pod) {
        boolean done = true;
        for (JsonNode container : pod.path("spec").path("containers")) {
            String image = container.path("image").asText();
            switch (container.path("name").asText()) {
                case "calico-node" -> done &= node(pod, container, ImageVersion.of(image));
                case "calico-kube-controllers" -> done &= kubeControllers(ImageVersion.of(image));
                default -> {
                    // not Calico's
                }
            }
        }
        return done;
    }

    private boolean node(ObjectNode pod, JsonNode container, ImageVersion version) {
        String node = Json.text(pod, "spec", "nodeName");
        felix.started(node, version);
        if (!environment(container, "DATASTORE_TYPE").equals("kubernetes")) {
            return true;
        }
        if (objects.cluster().types().byKind(API, "ClusterInformation") == null) {
            return false;
        }
        String type = environment(container, "CLUSTER_TYPE");
        clusterInformation(version.text(), (type.isEmpty() ? "k8s" : type) + ",kdd");
        String cidr = environment(container, "CALICO_IPV4POOL_CIDR");
        ensure(
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
                "FelixConfiguration",
                "default",
                Json.object()
                        .put("bpfLogLevel", "")
                        .put("logSeverityScreen", "Info")
                        .put("reportingInterval", "0s"));
        annotateNode(node);
        return true;
    }

    private static String environment(JsonNode container, String name) {
        for (JsonNode variable : container.path("env")) {
            if (variable.path("name").asText().equals(name)) {
                return variable.path("value").asText("");
            }
        }
        return "";
    }

    private boolean kubeControllers(ImageVersion version) {
        if (objects.cluster().types().byKind(API, "ClusterInformation") == null) {
            return false;
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
            ensure("KubeControllersConfiguration", "default", spec);
        }
        return true;
    }

    private void ensure(String kind, String name, ObjectNode spec) {
        ResourceType type = objects.cluster().types().byKind(API, kind);
        if (type == null || objects.cluster().store().get(type.groupResource(), new ObjectKey("", name)) != null) {
            return;
        }
        ObjectNode object = Json.object();
        object.putObject("metadata")
                .put("name", name)
                .putObject("annotations")
                .put(
                        "projectcalico.org/metadata",
                        "{\"uid\":\"" + UUID.randomUUID() + "\",\"creationTimestamp\":\"" + Times.now() + "\"}");
        object.set("spec", spec);
        try {
            objects.create(type, "", object, WriteOptions.of("Go-http-client"));
        } catch (ApiException expected) {
            // somebody else was first, or the CRD has another schema than this one knows
        }
    }

    private void clusterInformation(String version, String clusterType) {
        ResourceType type = objects.cluster().types().byKind(API, "ClusterInformation");
        if (type == null) {
            return;
        }
        ensure(
                "ClusterInformation",
                "default",
                Json.object()
                        .put("calicoVersion", version)
                        .put("clusterGUID", UUID.randomUUID().toString().replace("-", ""))
                        .put("clusterType", clusterType)
                        .put("datastoreReady", true));
        ObjectNode stored = objects.get(type, "", "default");
        ObjectNode changed = stored.deepCopy();
        ObjectNode spec = Json.child(changed, "spec");
        spec.put("calicoVersion", version);
        String types = spec.path("clusterType").asText("");
        for (String each : clusterType.split(",", -1)) {
            if (!List.of(types.split(",", -1)).contains(each)) {
                types = types.isEmpty() ? each : types + "," + each;
            }
        }
        spec.put("clusterType", types);
        try {
            objects.update(type, "", "default", "", changed, WriteOptions.of("Go-http-client"));
        } catch (ApiException expected) {
            // somebody changed it in between; the next calico-node writes it
        }
    }

    private void annotateNode(String node) {
        ResourceType type = objects.cluster().types().byKind("v1", "Node");
        if (type == null || objects.cluster().store().get(type.groupResource(), new ObjectKey("", node)) == null) {
            return;
        }
        ObjectNode changed = objects.get(type, "", node).deepCopy();
        String address = "";
        for (JsonNode each : changed.path("status").path("addresses")) {
            if (each.path("type").asText().equals("InternalIP")) {
                address = each.path("address").asText();
            }
        }
        Json.child(Json.child(changed, "metadata"), "annotations")
                .put("projectcalico.org/IPv4Address", address + "/16")
                .put("projectcalico.org/IPv4IPIPTunnelAddr", "192.168.0." + (Math.floorMod(node.hashCode(), 250) + 1));
        try {
            objects.update(type, "", node, "", changed, WriteOptions.of("Go-http-client"));
        } catch (ApiException expected) {
            // the kubelet was faster; the next start writes it
        }
    }
}
