package io.calicofleet.cli.view;

import io.calicofleet.cli.output.Style;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import java.util.Comparator;
import java.util.List;

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

    /** The same clusters: first those that need somebody, held before failed, then the others in their order. */
    static List<ClusterStatus> neediestFirst(List<ClusterStatus> clusters) {
        return clusters.stream()
                .sorted(Comparator.comparingInt(cluster -> switch (cluster.phase()) {
                    case HELD -> 0;
                    case FAILED -> 1;
                    case PENDING, RUNNING, SUCCEEDED, SKIPPED, ABORTED -> 2;
                }))
                .toList();
    }
}
