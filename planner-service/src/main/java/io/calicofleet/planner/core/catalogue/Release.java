package io.calicofleet.planner.core.catalogue;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A release line of Calico.
 *
 * @param line as {@link CalicoVersion#line()} has it: v3.22
 * @param tested the Kubernetes releases its authors test it with; outside is worth a note
 * @param upgradesFrom the oldest release its upgrade page takes
 * @param last its last patch, as far as it was looked up; null where it was not
 * @param images releases whose own files have the images of an older one, with the version these name
 * @param operator which operators belong to which of its releases, where known; v3.22.5 to v1.25.13; oldest first
 */
public record Release(
        String line,
        KubernetesRange tested,
        CalicoVersion upgradesFrom,
        @Nullable CalicoVersion last,
        Map<String, String> images,
        Map<String, List<String>> operator) {

    public Release {
        requireNonNull(line, "line");
        requireNonNull(tested, "tested");
        requireNonNull(upgradesFrom, "upgradesFrom");
        images = Map.copyOf(images);
        operator = Map.copyOf(operator);
    }
}
