package io.calicofleet.model.image;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * From where a cluster is to have every image, in the words of an Installation: the operator makes a reference of registry, imagePath, imagePrefix and the
 * name of the image (tigera/operator, {@code pkg/components/references.go}). What has been brought there is carried over by the next upgrade ({@link ImagePlaces}).
 *
 * @param registry the registry, a folder of it too; without a slash at its end
 * @param imagePath the folder of all images; empty: those of their publisher
 * @param imagePrefix what the names of all images begin with; mostly empty
 */
public record ImageSource(String registry, String imagePath, String imagePrefix) {

    public ImageSource {
        requireNonNull(registry, "registry");
        requireNonNull(imagePath, "imagePath");
        requireNonNull(imagePrefix, "imagePrefix");
    }

    /**
     * The image of a container from there, with the tag and the digest it has; as it is where it comes from there already.
     *
     * @return empty where it is not known to be an image of Calico, flannel or the operator, or in which folder it would be
     */
    public Optional<ImageReference> of(String container, ImageReference has) {
        return CalicoImages.publishedAs(container, has).flatMap(this::location).map(there -> {
            ImageReference moved = has.at(there);
            return moved.fullLocation().equals(has.fullLocation()) ? has : moved;
        });
    }

    private Optional<String> location(String published) {
        int slash = published.lastIndexOf('/');
        String folder = imagePath.isEmpty() ? published.substring(0, Math.max(slash, 0)) : imagePath;
        return folder.isEmpty()
                ? Optional.empty()
                : Optional.of(registry + "/" + folder + "/" + imagePrefix + published.substring(slash + 1));
    }
}
