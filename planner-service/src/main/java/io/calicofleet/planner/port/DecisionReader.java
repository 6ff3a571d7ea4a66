package io.calicofleet.planner.port;

import io.calicofleet.event.CampaignName;
import io.calicofleet.planner.core.replay.Recorded;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The decisions of planners as they were written down. */
public interface DecisionReader {

    /**
     * Reads those about a campaign, in their order, up to now.
     *
     * @param since when the campaign was created, or before; null: unknown
     * @return why one of them cannot be read, and all after it were left out; null where all could be
     * @throws TopicUnavailableException where they cannot be read now
     */
    @Nullable
    String read(CampaignName campaign, @Nullable Instant since, Consumer<Recorded> taker);
}
