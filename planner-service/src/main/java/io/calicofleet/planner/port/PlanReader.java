package io.calicofleet.planner.port;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.PlanMade;
import java.time.Instant;
import java.util.Optional;

/** What executors have said an upgrade would write; too much of it for a status. */
public interface PlanReader {

    /** What is said where the plans cannot be read now. */
    final class UnavailableException extends RuntimeException {

        private static final long serialVersionUID = 1;

        public UnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * The newest plan of a cluster; empty where there is none any more.
     *
     * @param since when it was made, or before
     * @throws UnavailableException where they cannot be read now
     */
    Optional<PlanMade> newest(CampaignName campaign, ClusterId cluster, Instant since);
}
