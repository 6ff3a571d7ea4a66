package io.calicofleet.verifier.adapter;

import io.calicofleet.event.CampaignName;
import io.calicofleet.verifier.core.traffic.FlowCount;
import io.calicofleet.verifier.core.traffic.NodeHeard;
import io.calicofleet.verifier.core.traffic.Overflow;
import io.calicofleet.verifier.core.traffic.ProberTraffic;
import io.calicofleet.verifier.core.traffic.TrafficTally;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value of the traffic store: one thing known of a watched cluster.
 *
 * @param campaign whose campaign the cluster is watched for; only in the entry of the watch
 * @param overflow what was not kept apart; only in the entry of the watch
 * @param prefixes the log prefixes of the cluster; only in the entry of the watch
 * @param prober what the prober of the campaign sends, where one was seen; only in the entry of the watch
 * @param heard what was heard of a node
 * @param flow how often a flow was logged
 */
record TrafficEntry(
        @Nullable CampaignName campaign,
        @Nullable Overflow overflow,
        List<String> prefixes,
        @Nullable ProberTraffic prober,
        @Nullable NodeHeard heard,
        @Nullable FlowCount flow) {

    TrafficEntry {
        prefixes = prefixes == null ? List.of() : List.copyOf(prefixes);
    }

    static TrafficEntry watch(CampaignName campaign, TrafficTally tally, List<String> prefixes) {
        return new TrafficEntry(campaign, tally.overflow(), prefixes, tally.prober(), null, null);
    }

    static TrafficEntry heard(NodeHeard heard) {
        return new TrafficEntry(null, null, List.of(), null, heard, null);
    }

    static TrafficEntry flow(FlowCount flow) {
        return new TrafficEntry(null, null, List.of(), null, null, flow);
    }
}
