package io.calicofleet.model.release;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.image.ImageReference;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A file of a release as it was read, with what it proves: the version its own images name. Nothing else is taken for what
 * was installed, or for what is to be installed.
 *
 * <p>That it lies under the name of a release proves nothing. A URL without a patch, such as {@code archive/v3.22}, serves
 * the last patch of that line; and some releases carry the images of the patch before (v3.24.6 has those of v3.24.5).
 *
 * @param release the release it was asked for as
 * @param file its name, such as calico.yaml
 * @param documents the objects it holds
 * @param digest the SHA-256 of its text, in hexadecimal
 */
public record ReleaseFile(CalicoVersion release, String file, ManifestDocuments documents, String digest) {

    public ReleaseFile {
        requireNonNull(release, "release");
        requireNonNull(file, "file");
        requireNonNull(documents, "documents");
        requireNonNull(digest, "digest");
    }

    /** {@code v3.22.5/calico.yaml}. */
    public String name() {
        return release + "/" + file;
    }

    /** The versions that its images of Calico name, oldest first; the operator's is not among them. */
    public SortedSet<CalicoVersion> versions() {
        return calicos()
                .flatMap(image -> CalicoImages.version(image).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Its images of Calico whose tag is no version, such as master; each once. */
    public List<String> unversioned() {
        return calicos()
                .filter(image -> CalicoImages.version(image).isEmpty())
                .distinct()
                .toList();
    }

    /** The version of the operator it installs, in the operator's own numbering, such as v1.25.13; empty without one. */
    public Optional<String> operator() {
        return images().map(container -> ImageReference.parse(Json.text(container, "image")))
                .filter(image -> image.fullLocation().endsWith("/operator")
                        && !image.tag().isEmpty())
                .map(ImageReference::tag)
                .findFirst();
    }

    /** Whether its images of Calico, as far as they name a version, are all of {@code version} or {@code other}. */
    public boolean isOf(CalicoVersion version, CalicoVersion other) {
        return unversioned().isEmpty()
                && calicos().allMatch(image -> CalicoImages.isOf(image, version) || CalicoImages.isOf(image, other));
    }

    /** What its images say, for people: {@code its images name v3.22.5}. */
    public String said() {
        SortedSet<CalicoVersion> versions = versions();
        String named = versions.isEmpty()
                ? "no version"
                : versions.stream().map(CalicoVersion::toString).collect(Collectors.joining(" and "));
        List<String> others = unversioned();
        return "its images name " + named + (others.isEmpty() ? "" : " (" + String.join(", ", others) + ")");
    }

    private Stream<String> calicos() {
        return images().filter(container -> isCalicos(Json.text(container, "name"), Json.text(container, "image")))
                .map(container -> Json.text(container, "image"));
    }

    private static boolean isCalicos(String container, String image) {
        return CalicoImages.isCalico(container, image) || CalicoImages.isCalicoctl(image);
    }

    private Stream<JsonNode> images() {
        return documents.objects().values().stream().flatMap(object -> Containers.of(object).stream());
    }

    /** Without what it holds. */
    @Override
    public String toString() {
        return name() + "@" + digest;
    }
}
