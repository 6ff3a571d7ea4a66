package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a person looks at before the temporary policy goes.
 *
 * @param coverage who was heard from, every node with a protected host endpoint
 * @param flows what was seen
 * @param suggestedPolicy the GlobalNetworkPolicy that would replace the temporary one, as YAML
 * @param notes what the log cannot show
 */
public record TrafficReview(
        List<NodeCoverage> coverage, List<FlowSummary> flows, String suggestedPolicy, List<String> notes) {

    public TrafficReview {
        requireNonNull(suggestedPolicy, "suggestedPolicy");
        coverage = Copies.list(coverage);
        flows = Copies.list(flows);
        notes = Copies.list(notes);
    }
}
