package io.calicofleet.planner.core.catalogue;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import java.util.Map;

/**
 * A release line of Calico.
 *
 * @param line as {@link CalicoVersion#line()} has it: v3.22
 * @param tested the Kubernetes releases its authors test it with; outside is worth a note
 * @param works the Kubernetes releases its manifests work on at all; outside is an objection
 * @param why what breaks outside of {@code works}; empty where that is everything
 * @param upgradesFrom the oldest release its upgrade page takes
 * @param operator which operator belongs to which of its releases, where known; v3.22.5 to v1.25.13
 */
public record Release(
        String line,
        KubernetesRange tested,
        KubernetesRange works,
        String why,
        CalicoVersion upgradesFrom,
        Map<String, String> operator) {

    public Release {
        requireNonNull(line, "line");
        requireNonNull(tested, "tested");
        requireNonNull(works, "works");
        requireNonNull(why, "why");
        requireNonNull(upgradesFrom, "upgradesFrom");
        operator = Map.copyOf(operator);
    }
}
