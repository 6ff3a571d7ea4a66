package io.calicofleet.model.release.diff;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageReference;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What changes in a workload: its containers by name, whether they run first or stay, and its pods. */
final class WorkloadDiff {

    private final Changes changes;

    private WorkloadDiff(Changes changes) {
        this.changes = changes;
    }

    static void compare(JsonNode before, JsonNode after, Changes changes) {
        new WorkloadDiff(changes).pods(spec(before), spec(after));
    }

    /** The spec of the pods; null where the object has none. */
    static @Nullable JsonNode spec(JsonNode object) {
        JsonNode spec = Json.get(object, "spec");
        return Json.text(object, "kind").equals("Pod") ? spec : Json.get(Json.get(spec, "template"), "spec");
    }

    private void pods(@Nullable JsonNode before, @Nullable JsonNode after) {
        Map<String, Container> olds = containers(before);
        Map<String, Container> news = containers(after);
        Set<String> names = new LinkedHashSet<>(olds.keySet());
        names.addAll(news.keySet());
        for (String name : names) {
            container(name, olds.get(name), news.get(name));
        }
        for (String field : Json.names(before, after)) {
            ChangeArea area = switch (field) {
                case "containers", "initContainers" -> null;
                case "volumes" -> ChangeArea.VOLUMES;
                case "securityContext", "serviceAccountName", "serviceAccount", "hostNetwork", "hostPID", "hostIPC" ->
                    ChangeArea.SECURITY;
                default -> ChangeArea.SETTINGS;
            };
            if (area != null) {
                changes.compare(area, field, Json.get(before, field), Json.get(after, field));
            }
        }
    }

    private void container(String name, @Nullable Container before, @Nullable Container after) {
        if (before == null || after == null) {
            changes.add(
                    ChangeArea.CONTAINERS,
                    name,
                    before == null ? null : before.said(),
                    after == null ? null : after.said());
            return;
        }
        if (before.first() != after.first()) {
            changes.add(ChangeArea.CONTAINERS, name, before.kind(), after.kind());
        }
        image(before.image(), after.image());
        for (String field : Json.names(before.node(), after.node())) {
            JsonNode old = Json.get(before.node(), field);
            JsonNode now = Json.get(after.node(), field);
            switch (field) {
                case "name", "image" -> {}
                case "env" -> environment(name, variables(old), variables(now));
                default -> changes.compare(area(field), name + " " + field, old, now);
            }
        }
    }

    private static ChangeArea area(String field) {
        return switch (field) {
            case "envFrom" -> ChangeArea.ENVIRONMENT;
            case "ports" -> ChangeArea.PORTS;
            case "volumeMounts", "volumeDevices" -> ChangeArea.VOLUMES;
            case "securityContext" -> ChangeArea.SECURITY;
            case "readinessProbe", "livenessProbe", "startupProbe", "lifecycle" -> ChangeArea.PROBES;
            default -> ChangeArea.CONTAINERS;
        };
    }

    /** The place where an image comes from counts on its own: its tag changes with every release. */
    private void image(String before, String after) {
        ImageReference old = ImageReference.parse(before);
        ImageReference now = ImageReference.parse(after);
        if (!old.fullLocation().equals(now.fullLocation())) {
            changes.addAnywhere(ChangeArea.IMAGES, "from", old.fullLocation(), now.fullLocation());
        }
        if (!old.version().equals(now.version())) {
            changes.addAnywhere(ChangeArea.IMAGES, now.fullLocation(), old.version(), now.version());
        }
    }

    private void environment(String name, Map<String, String> before, Map<String, String> after) {
        Set<String> variables = new LinkedHashSet<>(before.keySet());
        variables.addAll(after.keySet());
        for (String variable : variables) {
            String old = before.get(variable);
            String now = after.get(variable);
            if (!Objects.equals(old, now)) {
                changes.add(ChangeArea.ENVIRONMENT, name + " " + variable, old, now);
            }
        }
    }

    /** Variables by name: the value, or where it comes from. */
    private static Map<String, String> variables(@Nullable JsonNode list) {
        Map<String, String> variables = new LinkedHashMap<>();
        Json.elements(list).forEach(variable -> {
            JsonNode from = Json.get(variable, "valueFrom");
            variables.put(
                    Json.text(variable, "name"),
                    from == null ? Json.text(variable, "value") : "from " + Trees.text(from));
        });
        return variables;
    }

    private static Map<String, Container> containers(@Nullable JsonNode pods) {
        Map<String, Container> containers = new LinkedHashMap<>();
        Json.elements(Json.get(pods, "initContainers"))
                .forEach(node -> containers.put(Json.text(node, "name"), new Container(node, true)));
        Json.elements(Json.get(pods, "containers"))
                .forEach(node -> containers.put(Json.text(node, "name"), new Container(node, false)));
        return containers;
    }

    private record Container(JsonNode node, boolean first) {

        String image() {
            return Json.text(node, "image");
        }

        String kind() {
            return first ? "init container" : "container";
        }

        String said() {
            return kind() + " of " + image();
        }
    }
}
