package io.calicofleet.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator says of its work.
 *
 * @param image the image the operator's Deployment asks for; null where there is no such Deployment
 * @param rolledOut whether that Deployment has rolled out
 * @param calicoVersion Installation status.calicoVersion, which operators from v1.29 write when all is done; null before
 * @param generation metadata.generation of the Installation
 * @param components its components
 * @param pinnedImages the images it takes by digest, of every ImageSet there is
 * @param leftOut the workloads the Installation tells it to leave out, as kind namespace/name: the CSI driver, where
 *     kubeletVolumePluginPath is None (tigera/operator, pkg/render/csi.go)
 */
public record OperatorObservation(
        @Nullable String image,
        boolean rolledOut,
        @Nullable CalicoVersion calicoVersion,
        long generation,
        List<ComponentStatus> components,
        List<PinnedImage> pinnedImages,
        List<String> leftOut) {

    public OperatorObservation {
        components = Copies.list(components);
        pinnedImages = Copies.list(pinnedImages);
        leftOut = Copies.list(leftOut);
    }
}
