package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.image.ImagePlaces;
import io.calicofleet.model.image.ImagePlaces.Place;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.release.Containers;
import io.calicofleet.model.release.ObjectKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a target as if its images came from where people have them, so that a merge has only their versions left to
 * decide ({@link ImagePlaces}). Containers of people say nothing of where Calico's images are.
 */
final class ImageMoves {

    private static final String NEW =
            "It does not run yet, and nobody can tell from where: keep-mine takes it from where you have others, take-new"
                    + " from where the release has it.";
    private static final String LEFT =
            "The release has its images in another registry than yours come from; whether you chose that, or the installed"
                    + " release had it so, is not known.";

    private final ImagePlaces places = new ImagePlaces();
    private final Map<String, Running> running = new HashMap<>();
    private final Set<String> removed = new HashSet<>();

    /** An image in the cluster, and what a release calls it. */
    private record Running(ImageReference published, boolean proven, ImageReference has) {}

    /** Learns from one object; its base and its target may be missing. */
    void learn(ObjectKey key, @Nullable JsonNode base, JsonNode live, @Nullable JsonNode target) {
        Map<String, String> before = images(base);
        Map<String, String> after = images(target);
        Map<String, String> now = images(live);
        before.keySet().stream()
                .filter(container -> !now.containsKey(container))
                .forEach(container -> removed.add(key + container));
        now.forEach((container, image) -> {
            ImageReference has = ImageReference.parse(image);
            published(before.get(container), after.get(container), has)
                    .filter(known -> isItsOwn(container, known))
                    .ifPresent(known -> {
                        places.learn(known.published(), known.proven(), has);
                        running.put(key + container, known);
                    });
        });
    }

    /**
     * The target with its images where this cluster is to have them; the target itself where that is so. Where that
     * cannot be told, it is asked.
     */
    ObjectNode apply(ObjectKey key, ObjectNode target, Findings findings) {
        ObjectNode copy = target.deepCopy();
        for (JsonNode container : Containers.of(copy)) {
            String image = Json.text(container, "image");
            if (container instanceof ObjectNode object && !image.isEmpty()) {
                object.put("image", move(key, target, Json.text(object, "name"), image, findings));
            }
        }
        return copy.equals(target) ? target : copy;
    }

    /** What a release calls it: the one installed, where that is known, else the target. */
    private static Optional<Running> published(@Nullable String before, @Nullable String after, ImageReference has) {
        ImageReference was = ImageReference.parse(before == null ? "" : before);
        boolean pristine = before != null
                && (CalicoImages.isPublished(was) || !was.fullLocation().equals(has.fullLocation()));
        if (pristine || (before != null && after == null)) {
            return Optional.of(new Running(was, true, has));
        }
        return Optional.ofNullable(after).map(image -> new Running(ImageReference.parse(image), false, has));
    }

    /** Whether it is the image that belongs into the container, not another one that people put there. */
    private static boolean isItsOwn(String container, Running known) {
        ImageReference has = known.has();
        return ImagePlaces.isNamedAs(known.published(), known.proven(), has)
                || CalicoImages.isCalico(container, has.toString())
                || (known.proven() && known.published().version().equals(has.version()));
    }

    private String move(ObjectKey key, ObjectNode object, String container, String image, Findings findings) {
        ImageReference target = ImageReference.parse(image);
        Running known = running.get(key + container);
        if (known == null && removed.contains(key + container)) {
            return image; // nobody runs it
        }
        Place found =
                known == null ? places.of(target) : places.of(known.published(), known.proven(), known.has(), target);
        return switch (found) {
            case Place.At place -> at(place.location(), target);
            case Place.Unclear place -> {
                String first = at(place.candidates().getFirst(), target);
                JsonNode chosen = findings.conflict(
                        path(object, container),
                        null,
                        Json.NODES.textNode(first),
                        Json.NODES.textNode(image),
                        known == null ? NEW : LEFT,
                        List.of(OnConflict.KEEP_MINE, OnConflict.TAKE_NEW));
                yield chosen == null ? first : chosen.asText();
            }
        };
    }

    private static FieldPath path(ObjectNode object, String container) {
        JsonNode pod = Containers.pod(object);
        boolean init = Json.elements(pod.get("initContainers"))
                .anyMatch(entry -> Json.text(entry, "name").equals(container));
        return new FieldPath(Json.text(object, "kind").equals("Pod") ? "spec" : "spec.template.spec")
                .field(init ? "initContainers" : "containers")
                .entry(container)
                .field("image");
    }

    private static String at(String location, ImageReference image) {
        ImageReference moved = image.at(location);
        return (moved.fullLocation().equals(image.fullLocation()) ? image : moved).toString();
    }

    private static Map<String, String> images(@Nullable JsonNode object) {
        Map<String, String> images = new HashMap<>();
        if (object != null) {
            Containers.of(object).forEach(container -> {
                String image = Json.text(container, "image");
                if (!image.isEmpty()) {
                    images.put(Json.text(container, "name"), image);
                }
            });
        }
        return images;
    }

    /** The containers of a workload or a bare pod, those that run first and those that stay. */
    static List<JsonNode> containers(JsonNode object) {
        return Containers.of(object);
    }
}
