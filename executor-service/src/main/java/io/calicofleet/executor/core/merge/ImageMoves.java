package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageReference;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where people moved the images of an install, so that images the target brings anew come from there too: a cluster
 * without a way to docker.io needs {@code mount-bpffs} from its private registry like everything else.
 *
 * <ol>
 *   <li>Learn from every container that base and live both have: from which location to which.
 *   <li>An image of a known location moves as that one did, where all agree.
 *   <li>An image of the same origin (what comes before the part that stayed the same) moves to the new origin, where
 *       every image of that origin did.
 * </ol>
 */
final class ImageMoves {

    private final Map<String, Set<String>> locations = new HashMap<>();
    private final Map<String, Set<String>> origins = new HashMap<>();

    /** Learns from one object. */
    void learn(JsonNode base, JsonNode live) {
        Map<String, String> before = images(base);
        images(live).forEach((container, image) -> {
            String from = before.get(container);
            if (from != null) {
                learn(ImageReference.parse(from), ImageReference.parse(image));
            }
        });
    }

    /** A copy of the object with its images where people have theirs; the object itself where that is here. */
    ObjectNode apply(ObjectNode target) {
        boolean nothingToDo =
                images(target).values().stream().allMatch(image -> move(image).equals(image));
        if (nothingToDo) {
            return target;
        }
        ObjectNode copy = target.deepCopy();
        containers(copy).forEach(container -> {
            if (container instanceof ObjectNode object && object.has("image")) {
                object.put("image", move(Json.text(object, "image")));
            }
        });
        return copy;
    }

    private void learn(ImageReference from, ImageReference to) {
        locations
                .computeIfAbsent(from.fullLocation(), key -> new HashSet<>())
                .add(to.fullLocation().equals(from.fullLocation()) ? from.fullLocation() : to.location());
        String[] source = from.fullLocation().split("/", -1);
        String[] moved = to.fullLocation().split("/", -1);
        int same = 0;
        while (same < Math.min(source.length, moved.length) - 1
                && source[source.length - 1 - same].equals(moved[moved.length - 1 - same])) {
            same++;
        }
        for (int length = 1; length < source.length; length++) {
            boolean stayed = same >= source.length - length;
            String origin = join(source, length);
            origins.computeIfAbsent(origin, key -> new HashSet<>())
                    .add(stayed ? join(moved, moved.length - (source.length - length)) : "");
        }
    }

    private String move(String image) {
        ImageReference reference = ImageReference.parse(image);
        String location = reference.fullLocation();
        Optional<String> known = only(locations.get(location));
        if (known.isPresent()) {
            return known.get().equals(location)
                    ? image
                    : reference.at(known.get()).toString();
        }
        for (int slash = location.lastIndexOf('/'); slash > 0; slash = location.lastIndexOf('/', slash - 1)) {
            String origin = location.substring(0, slash);
            Optional<String> moved = only(origins.get(origin)).filter(to -> !to.isEmpty());
            if (moved.isPresent()) {
                return moved.get().equals(origin)
                        ? image
                        : reference.at(moved.get() + location.substring(slash)).toString();
            }
        }
        return image;
    }

    private static Optional<String> only(@Nullable Set<String> values) {
        return values == null || values.size() != 1
                ? Optional.empty()
                : Optional.of(values.iterator().next());
    }

    private static String join(String[] parts, int length) {
        return String.join("/", List.of(parts).subList(0, length));
    }

    private static Map<String, String> images(JsonNode object) {
        Map<String, String> images = new HashMap<>();
        containers(object)
                .forEach(container -> images.put(Json.text(container, "name"), Json.text(container, "image")));
        return images;
    }

    /** The containers of a workload or a bare pod, those that run first and those that stay. */
    static List<JsonNode> containers(JsonNode object) {
        boolean bare = Json.text(object, "kind").equals("Pod");
        JsonNode pod = bare
                ? object.path("spec")
                : object.path("spec").path("template").path("spec");
        return Stream.concat(Json.elements(pod.get("initContainers")), Json.elements(pod.get("containers")))
                .toList();
    }
}
