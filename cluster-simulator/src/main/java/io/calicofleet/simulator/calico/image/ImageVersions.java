package io.calicofleet.simulator.calico.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;

/** What runs in a container: its image's tag says it, or the ImageSet that its digest is from. */
public final class ImageVersions {

    /** What the name of a set of Calico begins with; the version follows. */
    public static final String PREFIX = "calico-";

    /** The ImageSets. */
    public static final GroupResource SETS = new GroupResource("operator.tigera.io", "imagesets");

    private final ObjectStore store;

    /** Those of a cluster. */
    public ImageVersions(ObjectStore store) {
        this.store = store;
    }

    /** The version of an image; 0.0 where nothing says it. */
    public ImageVersion of(String image) {
        ImageReference reference = ImageReference.parse(image);
        if (!reference.tag().isEmpty() || reference.digest().isEmpty()) {
            return ImageVersion.of(image);
        }
        for (JsonNode set : store.list(SETS, "").objects()) {
            String name = Json.text(set, "metadata", "name");
            for (JsonNode pinned : set.path("spec").path("images")) {
                if (name.startsWith(PREFIX) && pinned.path("digest").asText().equals(reference.digest())) {
                    return ImageVersion.of(reference.location() + ":" + name.substring(PREFIX.length()));
                }
            }
        }
        return ImageVersion.of(image);
    }
}
