package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of the release that is installed and of the target, and what they prove by their own images.
 *
 * @param target the target's file, such as v3.22.5/calico.yaml
 * @param targetWhere where it was read
 * @param targetImages the versions its images of Calico name, oldest first
 * @param targetUnversioned its images of Calico that name none
 * @param targetOperator the operator it installs, such as v1.25.13; null where it installs none
 * @param base the file that is proven to be what was installed; null where none is
 * @param baseUnknown why none is, each with what helps; empty where one is
 */
public record ReleaseFacts(
        String target,
        String targetWhere,
        List<CalicoVersion> targetImages,
        List<String> targetUnversioned,
        @Nullable String targetOperator,
        @Nullable String base,
        List<String> baseUnknown) {

    public ReleaseFacts {
        requireNonNull(target, "target");
        requireNonNull(targetWhere, "targetWhere");
        targetImages = Copies.list(targetImages);
        targetUnversioned = Lines.few(targetUnversioned);
        baseUnknown = Lines.few(baseUnknown);
    }
}
