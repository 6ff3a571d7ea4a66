package io.calicofleet.event;

import java.util.List;
import java.util.Map;

/**
 * The GlobalNetworkSets, and what else a selector of their labels could select; bounded, so that it fits into a record.
 *
 * @param sets the sets, by name
 * @param endpointLabels the labels of host endpoints that sets have a label of the same name as, each combination once
 * @param incomplete whether there are more sets or combinations than are listed: what a selector selects is not known then
 */
public record NetworkSetsObservation(
        List<NetworkSetFact> sets, List<Map<String, String>> endpointLabels, boolean incomplete) {

    public NetworkSetsObservation {
        sets = Copies.list(sets);
        endpointLabels = Copies.list(endpointLabels).stream().map(Copies::map).toList();
    }
}
