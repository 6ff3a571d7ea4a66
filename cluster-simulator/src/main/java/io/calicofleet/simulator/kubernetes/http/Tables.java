package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** The tables {@code kubectl get} asks for: columns of the most used kinds, name and age for the others. */
final class Tables {

    /** A column: its name and how an object's cell is found. */
    private record Column(String name, Function<JsonNode, String> cell) {}

    private static final Column NAME = new Column("Name", o -> Json.text(o, "metadata", "name"));
    private static final Column AGE = new Column("Age", Tables::age);

    private Tables() {}

    static boolean wanted(Request request) {
        return request.accept().contains("as=Table");
    }

    static ObjectNode of(ResourceType type, List<ObjectNode> objects, ObjectNode metadata) {
        ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.set("metadata", metadata);
        List<Column> columns = columns(type);
        ArrayNode definitions = table.putArray("columnDefinitions");
        for (Column column : columns) {
            definitions
                    .addObject()
                    .put("name", column.name())
                    .put("type", "string")
                    .put("format", column.name().equals("Name") ? "name" : "")
                    .put("description", column.name())
                    .put("priority", 0);
        }
        ArrayNode rows = table.putArray("rows");
        for (ObjectNode object : objects) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            columns.forEach(column -> cells.add(column.cell().apply(object)));
            ObjectNode partial =
                    Json.object().put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
            partial.set("metadata", object.path("metadata"));
            row.set("object", partial);
        }
        return table;
    }

    private static List<Column> columns(ResourceType type) {
        return switch (type.kind()) {
            case "Pod" ->
                List.of(
                        NAME,
                        new Column("Ready", Tables::readyContainers),
                        new Column("Status", Tables::podStatus),
                        new Column("Restarts", Tables::restarts),
                        AGE);
            case "DaemonSet" ->
                List.of(
                        NAME,
                        status("Desired", "desiredNumberScheduled"),
                        status("Current", "currentNumberScheduled"),
                        status("Ready", "numberReady"),
                        status("Up-to-date", "updatedNumberScheduled"),
                        status("Available", "numberAvailable"),
                        AGE);
            case "Deployment" ->
                List.of(
                        NAME,
                        new Column(
                                "Ready",
                                o -> number(o, "status", "readyReplicas") + "/" + number(o, "spec", "replicas")),
                        status("Up-to-date", "updatedReplicas"),
                        status("Available", "availableReplicas"),
                        AGE);
            case "Node" ->
                List.of(
                        NAME,
                        new Column("Status", Tables::nodeStatus),
                        AGE,
                        new Column("Version", o -> Json.text(o, "status", "nodeInfo", "kubeletVersion")));
            case "Namespace" -> List.of(NAME, new Column("Status", o -> Json.text(o, "status", "phase")), AGE);
            case "ConfigMap", "Secret" ->
                List.of(
                        NAME,
                        new Column("Data", o -> Integer.toString(o.path("data").size())),
                        AGE);
            case "Event" ->
                List.of(
                        new Column("Type", o -> Json.text(o, "type")),
                        new Column("Reason", o -> Json.text(o, "reason")),
                        new Column(
                                "Object",
                                o -> Json.text(o, "involvedObject", "kind") + "/"
                                        + Json.text(o, "involvedObject", "name")),
                        new Column("Message", o -> Json.text(o, "message")));
            default -> List.of(NAME, AGE);
        };
    }

    private static Column status(String name, String field) {
        return new Column(name, object -> number(object, "status", field));
    }

    private static String number(JsonNode object, String... path) {
        return Json.at(object, path).asText("0");
    }

    private static String age(JsonNode object) {
        String created = Json.text(object, "metadata", "creationTimestamp");
        if (created.isEmpty()) {
            return "<unknown>";
        }
        long seconds = Math.max(
                0, Duration.between(Instant.parse(created), Instant.now()).toSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        return seconds < 7200 ? seconds / 60 + "m" : seconds / 3600 + "h";
    }

    private static String readyContainers(JsonNode pod) {
        int ready = 0;
        for (JsonNode status : pod.path("status").path("containerStatuses")) {
            ready += status.path("ready").asBoolean() ? 1 : 0;
        }
        return ready + "/" + pod.path("spec").path("containers").size();
    }

    private static String restarts(JsonNode pod) {
        int restarts = 0;
        for (JsonNode status : pod.path("status").path("containerStatuses")) {
            restarts += status.path("restartCount").asInt();
        }
        return Integer.toString(restarts);
    }

    private static String podStatus(JsonNode pod) {
        if (pod.path("metadata").has("deletionTimestamp")) {
            return "Terminating";
        }
        for (String list : List.of("initContainerStatuses", "containerStatuses")) {
            for (JsonNode status : pod.path("status").path(list)) {
                String reason = Json.text(status, "state", "waiting", "reason");
                if (!reason.isEmpty()) {
                    return reason.equals("PodInitializing") ? "Init:0/1" : reason;
                }
            }
        }
        String phase = Json.text(pod, "status", "phase");
        return phase.equals("Succeeded") ? "Completed" : phase;
    }

    private static String nodeStatus(JsonNode node) {
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True") ? "Ready" : "NotReady";
            }
        }
        return "Unknown";
    }
}
