package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * An image that an operator takes by its digest, as an ImageSet says.
 *
 * @param imageSet the name of the ImageSet, which names a release, such as calico-v3.28.5
 * @param image what is pinned, such as calico/node
 * @param digest its digest, such as sha256:...
 */
public record PinnedImage(String imageSet, String image, String digest) {

    public PinnedImage {
        requireNonNull(imageSet, "imageSet");
        requireNonNull(image, "image");
        requireNonNull(digest, "digest");
    }
}
