package io.calicofleet.executor.port;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.model.release.ObjectKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A backup as read back, checksums verified.
 *
 * @param campaign the campaign that took it
 * @param takenAt when
 * @param source the version that was installed; null where unknown
 * @param noWayBack why putting it back cannot be promised once the upgrade has begun, a sentence each; empty where it can
 * @param objects the objects by what makes them the same, in the order they were taken; empty: it was not there
 * @param deleted those of Calico's resources that a step of the campaign deleted, or was about to
 */
public record Backup(
        CampaignName campaign,
        Instant takenAt,
        @Nullable CalicoVersion source,
        List<String> noWayBack,
        Map<ObjectKey, Optional<ObjectNode>> objects,
        Set<ObjectKey> deleted) {

    public Backup {
        noWayBack = List.copyOf(noWayBack);
        objects = new LinkedHashMap<>(objects);
        deleted = Set.copyOf(deleted);
    }
}
