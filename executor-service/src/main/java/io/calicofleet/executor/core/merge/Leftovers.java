package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.release.Containers;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Containers that a release before the one installed left behind: server-side apply takes out only what its manager had
 * applied, so {@code flexvol-driver} outlived its release on many clusters. The release that their tag names proves what
 * they were. So they count as part of the base, with the volumes that nothing else mounts: a merge then takes out what is
 * as it was, and asks about what people changed. What cannot be proven is not in the base, and stays.
 */
public final class Leftovers {

    private Leftovers() {}

    /**
     * The base with what earlier releases left in the cluster; the base itself where they left nothing.
     *
     * @param base the pristine manifest of the release that is installed
     * @param live what the cluster has
     * @param target the pristine manifest of the target
     * @param older the same file of an earlier release; empty where it is not at hand
     */
    public static ManifestDocuments in(
            ManifestDocuments base,
            ManifestDocuments live,
            ManifestDocuments target,
            Function<CalicoVersion, Optional<ManifestDocuments>> older) {
        Map<ObjectKey, ObjectNode> objects = new LinkedHashMap<>(base.objects());
        live.objects()
                .forEach((key, object) -> objects.computeIfPresent(key, (same, was) -> {
                    ObjectNode extended = was.deepCopy();
                    JsonNode wanted = target.find(key).map(JsonNode.class::cast).orElseGet(Json::object);
                    for (JsonNode container : Containers.of(object)) {
                        String name = Json.text(container, "name");
                        String image = Json.text(container, "image");
                        if (names(was).contains(name)
                                || names(wanted).contains(name)
                                || !CalicoImages.isCalico(name, image)) {
                            continue;
                        }
                        CalicoImages.version(image)
                                .flatMap(older)
                                .flatMap(documents -> documents.find(key))
                                .ifPresent(origin -> add(extended, origin, object, wanted, name));
                    }
                    return extended;
                }));
        return new ManifestDocuments(objects);
    }

    /** Adds a container of its origin, and the volumes that only it mounts. */
    private static void add(ObjectNode base, JsonNode origin, JsonNode live, JsonNode wanted, String name) {
        ObjectNode pod = (ObjectNode) Containers.pod(base);
        for (String field : List.of("initContainers", "containers")) {
            Json.elements(Containers.pod(origin).get(field))
                    .filter(container -> Json.text(container, "name").equals(name))
                    .forEach(container -> {
                        list(pod, field).add(container.deepCopy());
                        Set<String> mounted = mounted(container);
                        Json.elements(Containers.pod(origin).get("volumes"))
                                .filter(volume -> mounted.contains(Json.text(volume, "name")))
                                .filter(volume -> isOnlyFor(name, Json.text(volume, "name"), pod, live, wanted))
                                .forEach(volume -> list(pod, "volumes").add(volume.deepCopy()));
                    });
        }
    }

    private static boolean isOnlyFor(String container, String volume, ObjectNode pod, JsonNode live, JsonNode wanted) {
        return Json.elements(pod.get("volumes"))
                        .noneMatch(known -> Json.text(known, "name").equals(volume))
                && Json.elements(Containers.pod(wanted).get("volumes"))
                        .noneMatch(known -> Json.text(known, "name").equals(volume))
                && Containers.of(live).stream()
                        .filter(other -> !Json.text(other, "name").equals(container))
                        .noneMatch(other -> mounted(other).contains(volume));
    }

    private static ArrayNode list(ObjectNode pod, String field) {
        return pod.get(field) instanceof ArrayNode list ? list : pod.putArray(field);
    }

    private static Set<String> mounted(JsonNode container) {
        return Json.elements(container.get("volumeMounts"))
                .map(mount -> Json.text(mount, "name"))
                .collect(Collectors.toSet());
    }

    private static Set<String> names(JsonNode object) {
        return Containers.of(object).stream()
                .map(container -> Json.text(container, "name"))
                .collect(Collectors.toSet());
    }
}
