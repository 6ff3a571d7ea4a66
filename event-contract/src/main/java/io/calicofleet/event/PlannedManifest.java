package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What is to be brought to a cluster, as a whole: the objects of the release with what people changed carried over.
 *
 * @param file its name, such as {@code calico.yaml}
 * @param digest of its text
 * @param gzip its text in UTF-8, packed by gzip, in Base64
 * @param leftOut the objects that are not in it, with the reason, a line each: Secrets, and what may hold one
 */
public record PlannedManifest(String file, String digest, String gzip, List<String> leftOut) {

    public PlannedManifest {
        requireNonNull(file, "file");
        requireNonNull(digest, "digest");
        requireNonNull(gzip, "gzip");
        leftOut = Copies.list(leftOut);
    }
}
