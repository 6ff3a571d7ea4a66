package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.List;
import java.util.Map;

/** Nodes: made, and made NotReady and ready again. */
public final class Nodes {

    private Nodes() {}

    /** A ready node. */
    public static ObjectNode node(String name, int index, Map<String, String> labels, String kubernetes) {
        ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
        ObjectNode metadata = node.putObject("metadata").put("name", name);
        ObjectNode all = metadata.putObject("labels");
        all.put("kubernetes.io/hostname", name)
                .put("kubernetes.io/os", "linux")
                .put("kubernetes.io/arch", "amd64")
                .put("beta.kubernetes.io/os", "linux");
        labels.forEach(all::put);
        ObjectNode spec = node.putObject("spec").put("podCIDR", "192.168." + index + ".0/24");
        spec.putArray("podCIDRs").add("192.168." + index + ".0/24");
        ObjectNode status = node.putObject("status");
        status.putArray("addresses")
                .add(Json.object()
                        .put("address", "10.0." + index / 250 + "." + (index % 250 + 1))
                        .put("type", "InternalIP"))
                .add(Json.object().put("address", name).put("type", "Hostname"));
        for (String of : List.of("capacity", "allocatable")) {
            status.putObject(of).put("cpu", "8").put("memory", "32Gi").put("pods", "110");
        }
        ready(status, true);
        status.putObject("nodeInfo")
                .put("kubeletVersion", kubernetes)
                .put("kubeProxyVersion", kubernetes)
                .put("kernelVersion", "5.10.0-28-amd64")
                .put("osImage", "Debian GNU/Linux 11 (bullseye)")
                .put("operatingSystem", "linux")
                .put("architecture", "amd64")
                .put("containerRuntimeVersion", "containerd://1.6.20");
        return node;
    }

    /** Gives a node one more address, after those it has. */
    public static void addAddress(ObjectNode node, String address) {
        Json.list(Json.child(node, "status"), "addresses")
                .addObject()
                .put("address", address)
                .put("type", "InternalIP");
    }

    private static void ready(ObjectNode status, boolean ready) {
        var conditions = Json.array();
        for (String pressure : List.of("MemoryPressure", "DiskPressure", "PIDPressure")) {
            condition(
                    conditions.addObject(),
                    pressure,
                    "False",
                    "KubeletHas" + (pressure.startsWith("PID") ? "SufficientPID" : "NoPressure"));
        }
        condition(
                conditions.addObject(),
                "Ready",
                ready ? "True" : "Unknown",
                ready ? "KubeletReady" : "NodeStatusUnknown");
        status.set("conditions", conditions);
    }

    private static void condition(ObjectNode condition, String type, String status, String reason) {
        condition
                .put("lastHeartbeatTime", Times.now())
                .put("lastTransitionTime", Times.now())
                .put("reason", reason)
                .put("status", status)
                .put("type", type);
    }

    /** Makes the named nodes NotReady and all others ready; pods of a NotReady node are not ready. */
    static void readiness(Kube kube, List<String> notReady) {
        for (ObjectNode node : kube.list(Kube.NODES, "")) {
            String name = Json.text(node, "metadata", "name");
            boolean wanted = !notReady.contains(name);
            if (Kube.isTrue(node, "Ready") == wanted) {
                continue;
            }
            kube.change(Kube.NODES, ObjectKey.of(node), object -> {
                ObjectNode status = object.path("status").deepCopy();
                ready(status, wanted);
                object.set("status", status);
                ObjectNode spec = object.path("spec").deepCopy();
                spec.remove("taints");
                if (!wanted) {
                    for (String effect : List.of("NoSchedule", "NoExecute")) {
                        Json.list(spec, "taints")
                                .addObject()
                                .put("effect", effect)
                                .put("key", "node.kubernetes.io/unreachable");
                    }
                }
                object.set("spec", spec);
            });
            if (!wanted) {
                unready(kube, name);
            }
        }
    }

    private static void unready(Kube kube, String node) {
        for (ObjectNode pod : kube.list(Kube.PODS, "")) {
            if (Json.text(pod, "spec", "nodeName").equals(node) && Pods.isReady(pod)) {
                kube.status(Kube.PODS, ObjectKey.of(pod), status -> PodStatus.condition(status, "Ready", false, ""));
            }
        }
    }
}
