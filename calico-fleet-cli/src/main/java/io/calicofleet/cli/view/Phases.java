package io.calicofleet.cli.view;

import io.calicofleet.cli.output.Style;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;

/** The styles of phases. */
public final class Phases {

    private Phases() {}

    /** Of a campaign's. */
    public static Style style(CampaignPhase phase) {
        return switch (phase) {
            case RUNNING, SOAKING -> Style.BUSY;
            case AWAITING_APPROVAL, SCHEDULED, PAUSED, STOPPED, ABORTING -> Style.WAITING;
            case HELD, FAILED, ABORTED -> Style.BAD;
            case SUCCEEDED -> Style.GOOD;
        };
    }

    /** Of a cluster's. */
    public static Style style(ClusterPhase phase) {
        return switch (phase) {
            case PENDING, SKIPPED -> Style.DIM;
            case RUNNING -> Style.BUSY;
            case HELD -> Style.WAITING;
            case FAILED, ABORTED -> Style.BAD;
            case SUCCEEDED -> Style.GOOD;
        };
    }
}
