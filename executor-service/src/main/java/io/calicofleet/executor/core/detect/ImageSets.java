package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.PinnedImage;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageVersions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * ImageSets, by which people pin the images of an operator's Calico to digests: one for each version, named
 * {@code calico-<version>}. An operator that finds some and none for its own version is degraded and changes nothing more,
 * and so is one that finds a digest of another form (its source: pkg/controller/utils/imageset).
 *
 * <p>None is ever made here: only the registry a cluster pulls from knows the digests of what it has, and that may be
 * another one than can be reached from here.
 */
final class ImageSets {

    private ImageSets() {}

    /** Why an upgrade to {@code target} would leave the operator degraded; empty where it would not. */
    static Optional<String> objection(ClusterSnapshot snapshot, CalicoVersion target) {
        List<String> names = names(snapshot).toList();
        String wanted = ImageVersions.SET + target;
        if (names.isEmpty()) {
            return Optional.empty();
        }
        List<PinnedImage> pinned = ImageVersions.pinned(snapshot.all("ImageSet").toList());
        if (names.contains(wanted)) {
            List<String> bad = pinned.stream()
                    .filter(pin ->
                            pin.imageSet().equals(wanted) && !pin.digest().startsWith("sha256:"))
                    .map(pin -> pin.image() + "@" + pin.digest())
                    .toList();
            return bad.isEmpty()
                    ? Optional.empty()
                    : Optional.of("ImageSet " + wanted + " has what is no digest (" + String.join(", ", bad)
                            + "): the operator of " + target
                            + " would stop with \"bad digest images\". Write them as sha256:..., then retry");
        }
        return Optional.of("There are ImageSets (" + String.join(", ", names) + "), and none is called " + wanted
                + ": the operator of " + target + " would stop with \"ImageSets exist but none with the"
                + " expected name\". Create ImageSet " + wanted + " with the digests that "
                + registry(snapshot).map("your registry "::concat).orElse("the registry") + " has of its images"
                + has(pinned) + ", or delete the others, then retry");
    }

    /**
     * The version that runs where images are pinned and tell none: what the Installation or ClusterInformation says, where
     * there is an ImageSet of that version.
     */
    static Optional<CalicoVersion> version(ClusterSnapshot snapshot) {
        List<String> names = names(snapshot).toList();
        return Stream.concat(
                        snapshot.all("Installation").map(each -> each.at("/status/calicoVersion")),
                        snapshot.all("ClusterInformation").map(each -> each.at("/spec/calicoVersion")))
                .map(JsonNode::asText)
                .flatMap(said -> CalicoVersion.tryParse(said).stream())
                .filter(version -> names.contains(ImageVersions.SET + version))
                .min(CalicoVersion::compareTo);
    }

    /** From where the Installation has images; empty where from where they are published. */
    private static Optional<String> registry(ClusterSnapshot snapshot) {
        return snapshot.all("Installation")
                .map(each -> each.at("/spec/registry").asText())
                .filter(registry -> !registry.isEmpty() && !registry.equals("UseDefault"))
                .findFirst();
    }

    private static String has(List<PinnedImage> pinned) {
        String images =
                pinned.stream().map(PinnedImage::image).distinct().sorted().collect(Collectors.joining(", "));
        return images.isEmpty() ? "" : " (those there are have " + images + "; the target may need more)";
    }

    private static Stream<String> names(ClusterSnapshot snapshot) {
        return snapshot.all("ImageSet")
                .filter(set -> Json.text(set, "apiVersion").startsWith("operator.tigera.io/"))
                .map(set -> set.at("/metadata/name").asText())
                .sorted();
    }
}
