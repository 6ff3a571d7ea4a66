package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A release that gives something another place in a pod, made from a real one, and the change that a person made to it in
 * the old place.
 *
 * @param workload the workload
 * @param from the container the person changed
 * @param to where the release has it now
 * @param variable the variable that was changed
 * @param target the release
 */
record Reshaping(ObjectKey workload, String from, String to, String variable, ManifestDocuments target) {

    /** What becomes of it. */
    enum Kind {
        /** A container has another name. */
        RENAMED,
        /** A container that ran first stays, or the reverse. */
        OTHER_LIST,
        /** A variable is in another container. */
        VARIABLE
    }

    private static final List<String> LISTS = List.of("initContainers", "containers");

    /** Makes one; empty where the releases have nothing for it. */
    static Optional<Reshaping> of(Kind kind, ManifestDocuments source, ManifestDocuments target, Random random) {
        List<ObjectKey> workloads = target.keys().stream()
                .filter(key -> key.kind().equals("DaemonSet") || key.kind().equals("Deployment"))
                .filter(key -> source.find(key).isPresent())
                .toList();
        if (workloads.isEmpty()) {
            return Optional.empty();
        }
        ObjectKey key = workloads.get(random.nextInt(workloads.size()));
        ObjectNode before = source.find(key).orElseThrow();
        ObjectNode after = target.find(key).orElseThrow().deepCopy();
        List<ObjectNode> both = Live.containers(after)
                .filter(container -> candidate(kind, container(before, name(container)), container))
                .toList();
        if (both.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode chosen = both.get(random.nextInt(both.size()));
        String from = name(chosen);
        String variable = shared(container(before, from), chosen).findFirst().orElse("MINE");
        String to = switch (kind) {
            case RENAMED -> renamed(chosen);
            case OTHER_LIST -> moved(after, chosen);
            case VARIABLE -> variableMoved(before, after, chosen, variable);
        };
        if (to.isEmpty()) {
            return Optional.empty();
        }
        Map<ObjectKey, ObjectNode> objects = new LinkedHashMap<>(target.objects());
        objects.put(key, after);
        return Optional.of(new Reshaping(key, from, to, variable, new ManifestDocuments(objects)));
    }

    /** The person's change. */
    void change(ObjectNode live) {
        ObjectNode container = Objects.requireNonNull(container(live, from));
        for (JsonNode entry : Live.list(container, "env")) {
            if (Json.text(entry, "name").equals(variable)) {
                ((ObjectNode) entry).removeAll().put("name", variable).put("value", "of people");
                return;
            }
        }
        Live.list(container, "env").addObject().put("name", variable).put("value", "of people");
    }

    /** Whether a merged manifest has the change in the new place, and nothing of it in the old one. */
    boolean isKept(ObjectNode manifest) {
        return has(container(manifest, to)) && (to.equals(from) || !has(container(manifest, from)));
    }

    private boolean has(@Nullable ObjectNode container) {
        return container != null
                && Json.elements(container.get("env"))
                        .anyMatch(entry -> Json.text(entry, "name").equals(variable)
                                && Json.text(entry, "value").equals("of people"));
    }

    /** Both releases have it with the same image, which it is known by. */
    private static boolean candidate(Kind kind, @Nullable ObjectNode before, ObjectNode after) {
        return before != null
                && image(before).equals(image(after))
                && (kind != Kind.VARIABLE || shared(before, after).findAny().isPresent());
    }

    private static Stream<String> shared(@Nullable ObjectNode before, ObjectNode after) {
        List<JsonNode> was =
                before == null ? List.of() : Json.elements(before.get("env")).toList();
        return Json.elements(after.get("env"))
                .filter(entry -> was.contains(entry))
                .map(entry -> Json.text(entry, "name"));
    }

    private static String renamed(ObjectNode container) {
        container.put("name", name(container) + "-anew");
        return name(container);
    }

    private static String moved(ObjectNode workload, ObjectNode container) {
        ObjectNode pod = Live.pod(workload);
        boolean first = Json.elements(pod.get(LISTS.getFirst()))
                .anyMatch(each -> name(each).equals(name(container)));
        ArrayNode from = Live.list(pod, LISTS.get(first ? 0 : 1));
        if (!first && from.size() < 2) {
            return ""; // a pod needs one that stays
        }
        for (int i = 0; i < from.size(); i++) {
            if (name(from.get(i)).equals(name(container))) {
                from.remove(i);
            }
        }
        container.remove(List.of("livenessProbe", "readinessProbe", "lifecycle"));
        Live.list(pod, LISTS.get(first ? 1 : 0)).add(container);
        return name(container);
    }

    private static String variableMoved(ObjectNode before, ObjectNode after, ObjectNode from, String variable) {
        Optional<ObjectNode> to = Live.containers(after)
                .filter(each -> !name(each).equals(name(from)) && !has(each, variable))
                .filter(each -> {
                    ObjectNode was = container(before, name(each));
                    return was != null && !has(was, variable);
                })
                .findFirst();
        boolean elsewhere = Live.containers(before)
                .anyMatch(each -> !name(each).equals(name(from))
                        && has(each, variable)
                        && (container(after, name(each)) == null
                                || !has(Objects.requireNonNull(container(after, name(each))), variable)));
        if (to.isEmpty() || elsewhere) {
            return "";
        }
        ArrayNode env = Live.list(from, "env");
        for (int i = env.size() - 1; i >= 0; i--) {
            if (Json.text(env.get(i), "name").equals(variable)) {
                Live.list(to.get(), "env").add(env.remove(i));
            }
        }
        return name(to.get());
    }

    private static boolean has(ObjectNode container, String variable) {
        return Json.elements(container.get("env"))
                .anyMatch(entry -> Json.text(entry, "name").equals(variable));
    }

    private static @Nullable ObjectNode container(ObjectNode workload, String name) {
        return Live.containers(workload)
                .filter(container -> name(container).equals(name))
                .findFirst()
                .orElse(null);
    }

    private static String name(JsonNode container) {
        return Json.text(container, "name");
    }

    private static String image(ObjectNode container) {
        String image = Json.text(container, "image");
        return image.substring(image.lastIndexOf('/') + 1).split(":", 2)[0];
    }
}
