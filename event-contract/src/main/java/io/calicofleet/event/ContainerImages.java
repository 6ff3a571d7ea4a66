package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * How many pods of a workload run which image in a container.
 *
 * @param container the container
 * @param init whether it is an init container
 * @param image the image reference
 * @param pods number of pods
 */
public record ContainerImages(String container, boolean init, String image, int pods) {

    public ContainerImages {
        requireNonNull(container, "container");
        requireNonNull(image, "image");
    }
}
