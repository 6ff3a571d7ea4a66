package io.calicofleet.planner.core.revision;

import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import java.util.Map;
import java.util.Set;

/** Who takes part in a campaign, as its state or its statuses have it. */
public interface Members {

    /** What it does now. */
    CampaignSpec spec();

    /** How many of its waves have begun, from the first on. */
    int begun();

    /** The position of its wave for each cluster of the campaign. */
    Map<ClusterId, Integer> waves();

    /** Those of them to which nothing more happens unless a person says so. */
    Set<ClusterId> finished();
}
