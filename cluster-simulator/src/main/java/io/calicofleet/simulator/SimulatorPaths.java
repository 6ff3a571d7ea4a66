package io.calicofleet.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.etcd.EtcdServer;
import io.calicofleet.simulator.fault.FaultSpec;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.http.AuditEntry;
import io.calicofleet.simulator.kubernetes.http.HttpFrontend.Reply;
import java.io.IOException;
import java.util.Map;

/** {@code /simulator/clusters}: looking into clusters and making them fail, over HTTP. */
final class SimulatorPaths {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String CLUSTERS = "/simulator/clusters";

    private final Simulator simulator;

    SimulatorPaths(Simulator simulator) {
        this.simulator = simulator;
    }

    Reply handle(String method, String path, byte[] body) throws IOException {
        if (path.equals("/simulator/health")) {
            return new Reply(200, "{\"status\":\"UP\"}");
        }
        if (path.equals(CLUSTERS)) {
            ArrayNode all = Json.array();
            simulator.clusters().forEach(cluster -> all.add(summary(cluster)));
            return new Reply(200, all.toString());
        }
        if (!path.startsWith(CLUSTERS + "/")) {
            return problem(404, "no such path; there is " + CLUSTERS + "/<id>[/faults|/actions/<action>]");
        }
        String[] parts = path.substring(CLUSTERS.length() + 1).split("/", -1);
        SimulatedCluster cluster = simulator.cluster(parts[0]);
        if (cluster == null) {
            return problem(404, "there is no cluster " + parts[0]);
        }
        if (parts.length == 1) {
            return new Reply(200, details(cluster).toString());
        }
        return switch (parts[1]) {
            case "faults" -> faults(cluster, method, body);
            case "actions" -> action(cluster, parts.length > 2 ? parts[2] : "", body);
            default -> problem(404, "no such path: " + path);
        };
    }

    private static Reply problem(int code, String message) {
        return new Reply(code, Json.object().put("message", message).toString());
    }

    private static Reply faults(SimulatedCluster cluster, String method, byte[] body) throws IOException {
        switch (method) {
            case "PUT", "POST" -> {
                try {
                    cluster.faults().set(MAPPER.readValue(body, FaultSpec.class));
                } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                    return problem(400, e.getOriginalMessage());
                }
            }
            case "DELETE" -> cluster.faults().clear();
            default -> {
                // answers what is set
            }
        }
        return new Reply(200, MAPPER.writeValueAsString(cluster.faults().now()));
    }

    private static Reply action(SimulatedCluster cluster, String action, byte[] body) throws IOException {
        switch (action) {
            case "drop-watches" -> cluster.faults().dropWatches();
            case "compact" -> cluster.faults().compact();
            case "restart-container" -> {
                var request = Json.read(body);
                cluster.restartContainer(
                        request.path("namespace").asText("kube-system"),
                        request.path("pod").asText(),
                        request.path("container").asText("calico-node"));
            }
            default -> {
                return problem(404, "no such action; there are drop-watches, compact and restart-container");
            }
        }
        return new Reply(200, "{}");
    }

    private static ObjectNode summary(SimulatedCluster cluster) {
        ObjectNode summary = Json.object().put("id", cluster.id()).put("server", cluster.address());
        ObjectNode labels = summary.putObject("labels");
        cluster.labels().forEach(labels::put);
        return summary;
    }

    private static ObjectNode details(SimulatedCluster cluster) {
        ObjectNode details = summary(cluster);
        ArrayNode audit = details.putArray("audit");
        for (AuditEntry entry : cluster.audit()) {
            ObjectNode one = audit.addObject()
                    .put("time", entry.time().toString())
                    .put("verb", entry.verb())
                    .put("resource", entry.resource())
                    .put("namespace", entry.namespace())
                    .put("name", entry.name())
                    .put("userAgent", entry.userAgent())
                    .put("dryRun", entry.dryRun())
                    .put("code", entry.code())
                    .put("resourceVersion", entry.resourceVersion());
            one.set("values", MAPPER.valueToTree(entry.values()));
        }
        EtcdServer etcd = cluster.etcd();
        details.set("etcd", MAPPER.valueToTree(etcd == null ? Map.of() : etcd.entries("")));
        details.set("nodeVersions", MAPPER.valueToTree(cluster.nodeVersions()));
        details.set("felixCrashes", MAPPER.valueToTree(cluster.felixCrashes()));
        details.set("drops", MAPPER.valueToTree(cluster.drops()));
        details.set("allowed", MAPPER.valueToTree(cluster.allowed()));
        details.set("faults", MAPPER.valueToTree(cluster.faults().now()));
        return details;
    }
}
