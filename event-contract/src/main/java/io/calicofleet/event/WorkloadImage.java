package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * An image a container of a workload runs.
 *
 * @param object the workload or pod, as kind namespace/name
 * @param container the container
 * @param image the image reference
 */
public record WorkloadImage(String object, String container, String image) {

    public WorkloadImage {
        requireNonNull(object, "object");
        requireNonNull(container, "container");
        requireNonNull(image, "image");
    }
}
