package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * ImageSets, by which people pin the images of an operator's Calico to digests: one for each version, named
 * {@code calico-<version>}. An operator that finds some and none for its own version is degraded and changes nothing more
 * (its source: pkg/controller/utils/imageset, "ImageSets exist but none with the expected name").
 */
final class ImageSets {

    private static final String PREFIX = "calico-";

    private ImageSets() {}

    /** Why an upgrade to {@code target} would leave the operator degraded; empty where it would not. */
    static Optional<String> objection(ClusterSnapshot snapshot, CalicoVersion target) {
        List<String> names = names(snapshot).toList();
        return names.isEmpty() || names.contains(PREFIX + target)
                ? Optional.empty()
                : Optional.of("There are ImageSets (" + String.join(", ", names) + "), and none is called " + PREFIX
                        + target + ": the operator of " + target
                        + " would stop with \"ImageSets exist but none with the"
                        + " expected name\". Create ImageSet " + PREFIX + target
                        + " with the digests of its images, or delete the others, then retry");
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
                .filter(version -> names.contains(PREFIX + version))
                .min(CalicoVersion::compareTo);
    }

    private static Stream<String> names(ClusterSnapshot snapshot) {
        return snapshot.all("ImageSet")
                .filter(set -> Json.text(set, "apiVersion").startsWith("operator.tigera.io/"))
                .map(set -> set.at("/metadata/name").asText())
                .sorted();
    }
}
