package io.calicofleet.event;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which clusters of the campaign go with a wave. Exactly one is given, or none: then everything that is left.
 *
 * @param names these clusters
 * @param matchLabels the clusters that carry all these labels
 * @param count so many of those left, in the order of their ids
 * @param percent so many percent of all clusters of the campaign, rounded up, 1 to 100
 */
public record WaveClusters(
        List<ClusterId> names,
        Map<String, String> matchLabels,
        @Nullable Integer count,
        @Nullable Integer percent) {

    public WaveClusters {
        names = Copies.list(names);
        matchLabels = Copies.map(matchLabels);
    }

    /** Everything that is left. */
    public static final WaveClusters REST = new WaveClusters(List.of(), Map.of(), null, null);
}
