package io.calicofleet.model.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ContainerImages;
import io.calicofleet.event.PinnedImage;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells of which release the images of one cluster are: by their tags, and where an operator has them by digest alone, by
 * the ImageSet that has the digest. An ImageSet is of the release its name says, which is how the operator finds it
 * (tigera/operator, pkg/controller/utils/imageset). An image may be of several releases, for some do not change.
 */
public final class ImageVersions {

    /** What the names of Calico's ImageSets start with. */
    public static final String SET = "calico-";

    private final List<PinnedImage> pinned;

    private ImageVersions(List<PinnedImage> pinned) {
        this.pinned = List.copyOf(pinned);
    }

    /** Of a cluster as it was observed. */
    public static ImageVersions of(ClusterObservation seen) {
        return new ImageVersions(
                seen.operator() == null ? List.of() : seen.operator().pinnedImages());
    }

    /** Of a cluster with these ImageSets; of one without, by tags alone. */
    public static ImageVersions of(Collection<? extends JsonNode> imageSets) {
        return new ImageVersions(pinned(imageSets));
    }

    /** What ImageSets pin. */
    public static List<PinnedImage> pinned(Collection<? extends JsonNode> imageSets) {
        return imageSets.stream()
                .filter(set -> Json.text(set, "apiVersion").startsWith("operator.tigera.io/"))
                .flatMap(set -> Json.elements(set.at("/spec/images"))
                        .map(image -> new PinnedImage(
                                set.at("/metadata/name").asText(),
                                Json.text(image, "image"),
                                Json.text(image, "digest"))))
                .toList();
    }

    /** The releases an image is of; none where neither a tag nor an ImageSet tells. */
    public List<CalicoVersion> of(String image) {
        ImageReference reference = ImageReference.parse(image);
        return reference.tag().isEmpty()
                ? sets(reference)
                        .flatMap(set -> CalicoVersion.tryParse(set.substring(SET.length())).stream())
                        .toList()
                : CalicoImages.version(image).stream().toList();
    }

    /** Whether an image is of {@code target}, or a build of it. */
    public boolean isOf(String image, CalicoVersion target) {
        return CalicoImages.isOf(image, target)
                || (ImageReference.parse(image).tag().isEmpty() && of(image).contains(target));
    }

    /** Whether the template of a workload has images of Calico, and all of them are of {@code target}. */
    public boolean templateIsOf(WorkloadObservation workload, CalicoVersion target) {
        List<String> images = CalicoImages.ofTemplate(workload);
        return !images.isEmpty() && images.stream().allMatch(image -> isOf(image, target));
    }

    /** Whether nothing says that a container of a template is of another release than {@code target}. */
    public boolean mayBeOf(List<ContainerImages> images, String container, CalicoVersion target) {
        return images.stream()
                .filter(image -> image.container().equals(container))
                .map(image -> of(image.image()))
                .allMatch(versions -> versions.isEmpty() || versions.contains(target));
    }

    /** Which ImageSet tells the version of an image; empty where its tag does, or nothing. */
    public Optional<String> told(String image) {
        ImageReference reference = ImageReference.parse(image);
        return reference.tag().isEmpty() ? sets(reference).findFirst() : Optional.empty();
    }

    private Stream<String> sets(ImageReference image) {
        return pinned.stream()
                .filter(pin -> !image.digest().isEmpty()
                        && pin.digest().equals(image.digest())
                        && pin.imageSet().startsWith(SET)
                        && image.shortName()
                                .endsWith(ImageReference.parse(pin.image()).shortName()))
                .map(PinnedImage::imageSet)
                .distinct()
                .sorted();
    }
}
