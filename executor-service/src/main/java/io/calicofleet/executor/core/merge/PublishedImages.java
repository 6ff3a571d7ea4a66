package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was last applied says where people have their images, not where the release had them. As a base it would hide that
 * they were moved, and the target's registry would replace a private one. So an image that is from nowhere Calico
 * publishes is taken for moved: the base gets the location the target has for that container, with the tag it had.
 */
final class PublishedImages {

    /** Where releases of Calico have their images (facts 4.3). */
    private static final List<String> HOMES = List.of(
            "docker.io/calico/", "quay.io/calico/", "quay.io/coreos/", "docker.io/flannelcni/", "docker.io/flannel/");

    private PublishedImages() {}

    /** The base with its images at their published locations; the same where none was moved. */
    static ObjectNode restore(ObjectNode base, @Nullable ObjectNode target) {
        if (target == null) {
            return base;
        }
        Map<String, String> published = new HashMap<>();
        ImageMoves.containers(target)
                .forEach(container -> published.put(Json.text(container, "name"), Json.text(container, "image")));
        ObjectNode copy = base.deepCopy();
        ImageMoves.containers(copy).forEach(container -> {
            String home = published.get(Json.text(container, "name"));
            ImageReference image = ImageReference.parse(Json.text(container, "image"));
            if (home != null && HOMES.stream().noneMatch(image.fullLocation()::startsWith)) {
                ((ObjectNode) container)
                        .put(
                                "image",
                                image.at(ImageReference.parse(home).location()).toString());
            }
        });
        return copy;
    }
}
