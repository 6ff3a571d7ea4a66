package io.calicofleet.planner.port.journal;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterId;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.Decision;
import io.calicofleet.planner.core.campaign.CampaignState;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a decision changed, as it is stored.
 *
 * @param header of the campaign; null where it is as it was
 * @param clusters those that are other than before
 */
@SuppressWarnings("ArrayRecordComponent") // handed on as it is; never compared
public record Changed(byte @Nullable [] header, SortedMap<ClusterId, byte[]> clusters) {

    /** Of this decision. */
    public static Changed of(Decision decision) {
        CampaignState state = decision.state();
        SortedMap<ClusterId, byte[]> clusters = new TreeMap<>();
        if (state == null) {
            return new Changed(null, clusters);
        }
        for (ClusterId id : decision.changedClusters()) {
            clusters.put(id, EventJson.write(requireNonNull(state.cluster(id), "cluster")));
        }
        return new Changed(decision.headerChanged() ? EventJson.write(state.header()) : null, clusters);
    }

    /** The same for the same changes, in hexadecimal digits. It tells a difference in what planners decide, and proves nothing. */
    public String checksum() {
        CRC32C sum = new CRC32C();
        if (header != null) {
            sum.update(header);
        }
        clusters.forEach((id, json) -> {
            sum.update(id.value().getBytes(StandardCharsets.UTF_8));
            sum.update(json);
        });
        return String.format("%08x", sum.getValue());
    }
}
