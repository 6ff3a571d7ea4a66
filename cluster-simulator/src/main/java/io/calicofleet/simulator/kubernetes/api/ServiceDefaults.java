package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import java.util.List;

/** What a Service is given: its address, ports of nodes, families. */
final class ServiceDefaults {

    private static final List<String> ON_NODES = List.of("NodePort", "LoadBalancer");

    private ServiceDefaults() {}

    static void apply(JsonNode spec, int minor) {
        if (!(spec instanceof ObjectNode service)) {
            return;
        }
        for (JsonNode port : service.path("ports")) {
            JsonNode target = port.path("targetPort");
            if (target.isMissingNode()
                    || target.asText().isEmpty()
                    || target.asText().equals("0")) {
                ((ObjectNode) port).set("targetPort", port.has("port") ? port.get("port") : IntNode.valueOf(0));
            }
        }
        if (service.path("sessionAffinity").asText().equals("ClientIP")) {
            ObjectNode client = Json.child(Json.child(service, "sessionAffinityConfig"), "clientIP");
            if (!client.has("timeoutSeconds")) {
                client.put("timeoutSeconds", 10_800);
            }
        }
        if (service.path("sessionAffinity").asText().equals("None")) {
            service.remove("sessionAffinityConfig");
        }
        String type = service.path("type").asText();
        boolean reachable = ON_NODES.contains(type)
                || (minor >= 26
                        && type.equals("ClusterIP")
                        && !service.path("externalIPs").isEmpty());
        if (reachable && service.path("externalTrafficPolicy").asText("").isEmpty()) {
            service.put("externalTrafficPolicy", "Cluster");
        }
        if (minor >= 22 && type.equals("LoadBalancer") && !service.has("allocateLoadBalancerNodePorts")) {
            service.put("allocateLoadBalancerNodePorts", true);
        }
        if (!service.path("type").asText().equals("ExternalName")) {
            if (!service.has("clusterIP")) {
                service.put("clusterIP", clusterIp(service));
            }
            Json.list(service, "clusterIPs").removeAll().add(service.get("clusterIP"));
            if (ON_NODES.contains(service.path("type").asText())) {
                service.path("ports").forEach(port -> nodePort(service, (ObjectNode) port));
            }
            if (minor >= 20 && !service.has("ipFamilies")) {
                service.putArray("ipFamilies").add("IPv4");
                service.put("ipFamilyPolicy", "SingleStack");
            }
            if (minor >= 22 && !service.has("internalTrafficPolicy")) {
                service.put("internalTrafficPolicy", "Cluster");
            }
        }
    }

    private static void nodePort(JsonNode service, ObjectNode port) {
        if (port.path("nodePort").asInt() == 0) {
            String of = Json.text(service, "clusterIP") + port.path("protocol").asText() + port.path("port");
            port.put("nodePort", 30_000 + Math.floorMod(of.hashCode(), 2768));
        }
    }

    private static String clusterIp(ObjectNode service) {
        int hash = Math.floorMod(service.toString().hashCode(), 60_000) + 256;
        return "10.96." + hash / 256 + "." + (hash % 254 + 1);
    }
}
