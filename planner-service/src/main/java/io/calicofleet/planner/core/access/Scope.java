package io.calicofleet.planner.core.access;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterSelector;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a role is for.
 *
 * @param campaigns names of campaigns, in which {@code *} stands for anything and {@code ?} for one letter; empty: all
 * @param clusters which clusters; null: all
 * @param names the names as a pattern
 */
public record Scope(List<String> campaigns, @Nullable ClusterSelector clusters, Pattern names) {

    /** Everything. */
    public static final Scope ALL = new Scope(List.of(), null);

    public Scope {
        campaigns = List.copyOf(campaigns);
    }

    /** Of these campaigns on these clusters. */
    public Scope(List<String> campaigns, @Nullable ClusterSelector clusters) {
        this(
                campaigns,
                clusters,
                Pattern.compile(
                        campaigns.isEmpty()
                                ? ".*"
                                : campaigns.stream().map(Scope::pattern).collect(Collectors.joining("|"))));
    }

    /** Whether it leaves nothing out. */
    boolean all() {
        return clusters == null && campaigns.isEmpty();
    }

    boolean has(CampaignName campaign) {
        return names.matcher(campaign.value()).matches();
    }

    boolean has(ClusterId cluster, Map<String, String> labels) {
        return clusters == null
                || clusters.all()
                || clusters.names().contains(cluster)
                || (!clusters.matchLabels().isEmpty()
                        && labels.entrySet().containsAll(clusters.matchLabels().entrySet()));
    }

    private static String pattern(String glob) {
        return glob.chars()
                .mapToObj(letter -> switch (letter) {
                    case '*' -> ".*";
                    case '?' -> ".";
                    default -> Pattern.quote(Character.toString(letter));
                })
                .collect(Collectors.joining());
    }
}
