package io.calicofleet.event;

import java.util.List;
import java.util.Map;

/**
 * Which clusters: those named, or those that carry all the labels, or all. Exactly one of the three is given.
 *
 * @param names the clusters by name; empty where not chosen by name
 * @param matchLabels labels a cluster must carry, all of them; empty where not chosen by label
 * @param all every cluster there is
 */
public record ClusterSelector(List<ClusterId> names, Map<String, String> matchLabels, boolean all) {

    public ClusterSelector {
        names = Copies.list(names);
        matchLabels = Copies.map(matchLabels);
    }
}
