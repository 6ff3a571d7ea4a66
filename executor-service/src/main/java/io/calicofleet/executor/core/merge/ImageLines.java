package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.release.Containers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells what becomes of the images of an object, a line for each image: which moves to which, which come with new
 * containers, which are taken out, and what is left of an older Calico.
 */
final class ImageLines {

    private ImageLines() {}

    static List<String> of(@Nullable JsonNode live, @Nullable JsonNode merged, @Nullable JsonNode target) {
        if (merged == null) {
            return List.of();
        }
        Map<String, String> had = images(live);
        Map<String, String> has = images(merged);
        Set<String> wanted = images(target).keySet();
        Map<String, List<String>> lines = new LinkedHashMap<>();
        has.forEach((container, image) -> {
            String was = had.get(container);
            if (was == null) {
                say(lines, "the image " + image + " comes with the new", container);
            } else if (!was.equals(image)) {
                say(lines, "the image " + was + " becomes " + image + " in", container);
            } else if (!wanted.contains(container) && CalicoImages.isCalico(container, image)) {
                say(lines, "the image " + image + " of Calico stays, which the release has no more, in", container);
            }
        });
        had.forEach((container, image) -> {
            if (!has.containsKey(container)) {
                say(lines, "the image " + image + " goes with what the release has no more,", container);
            }
        });
        return lines.entrySet().stream()
                .map(line -> line.getKey() + " " + String.join(", ", line.getValue()))
                .toList();
    }

    private static void say(Map<String, List<String>> lines, String line, String container) {
        lines.computeIfAbsent(line, key -> new ArrayList<>()).add(container);
    }

    private static Map<String, String> images(@Nullable JsonNode object) {
        Map<String, String> images = new LinkedHashMap<>();
        if (object != null) {
            Containers.of(object)
                    .forEach(container -> images.put(Json.text(container, "name"), Json.text(container, "image")));
        }
        return images;
    }
}
