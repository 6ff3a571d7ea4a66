package io.calicofleet.planner.core;

import static java.util.stream.Collectors.joining;

import io.calicofleet.event.CampaignAborted;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignResumed;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterRetried;
import io.calicofleet.event.ClusterSkipped;
import io.calicofleet.event.ClusterTakenOver;
import io.calicofleet.event.HoldReason;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which command makes sense in which state: the one list. The core asks it of the state it has, and then looks closer; REST asks it
 * of the state last seen, which spares people the wait for a refusal and may be wrong by what has happened since.
 */
public final class CommandClauses {

    private static final int NAMED = 5;

    private CommandClauses() {}

    /** What is known of a campaign. */
    public interface Seen {

        /** Where it is. */
        CampaignPhase phase();

        /** Whether it was refused when it was created. */
        boolean refused();

        /** How many of its clusters are in that phase. */
        int count(ClusterPhase phase);

        /** Whether a wave waits for nothing but an approval, and perhaps its soak. */
        boolean waveWaits();

        /** Whether failures that an approval can forgive keep something from starting. */
        boolean forgivable();

        /** Its clusters that are held, by id. */
        List<SeenCluster> held();

        /** One of its clusters; empty where it has none of that id. */
        Optional<SeenCluster> cluster(ClusterId id);
    }

    /**
     * What is known of a cluster.
     *
     * @param cluster which
     * @param phase where it is
     * @param reason why it is held or failed; null where it is not
     * @param waitsForClaim whether another campaign has it
     */
    public record SeenCluster(
            ClusterId cluster, ClusterPhase phase, @Nullable HoldReason reason, boolean waitsForClaim) {

        private boolean approvable() {
            return phase == ClusterPhase.HELD && reason != null && reason.approvable();
        }

        private boolean stopped() {
            return phase == ClusterPhase.HELD || phase == ClusterPhase.FAILED;
        }
    }

    /** Why the command makes no sense; empty where it does, as far as this tells. */
    public static Optional<String> objection(CampaignCommand command, Seen seen) {
        if (seen.refused()) {
            return Optional.of(
                    "The campaign was refused when it was created and has not begun: correct and create it again.");
        }
        if (seen.phase().terminal()) {
            return Optional.of("The campaign is " + seen.phase() + "; nothing can change it any more.");
        }
        // Once more: without waiting for the steps in flight.
        if (seen.phase() == CampaignPhase.ABORTING && !(command instanceof CampaignAborted)) {
            return Optional.of("The campaign is being aborted; nothing else can be asked of it.");
        }
        return switch (command) {
            case CampaignCreated created ->
                Optional.of("A campaign of this name exists with other contents: choose another name.");
            case CampaignPaused paused -> pause(seen);
            case CampaignResumed resumed ->
                unless(seen.phase() == CampaignPhase.PAUSED, "The campaign is not paused; there is nothing to resume.");
            case CampaignAborted aborted -> Optional.empty();
            case CampaignApproved approved ->
                approved.cluster() == null
                        ? approve(seen)
                        : seen.cluster(approved.cluster()).flatMap(CommandClauses::approve);
            case ClusterRetried retried ->
                retried.cluster() == null
                        ? unless(
                                seen.count(ClusterPhase.FAILED) + seen.count(ClusterPhase.HELD) > 0,
                                "No cluster failed or is held; there is nothing to retry.")
                        : seen.cluster(retried.cluster())
                                .flatMap(cluster -> unless(
                                        cluster.stopped(),
                                        is(cluster) + "; only one that failed or is held can be retried."));
            case ClusterSkipped skipped ->
                seen.cluster(skipped.cluster())
                        .flatMap(cluster -> unless(!cluster.phase().terminal(), is(cluster) + " already."));
            case ClusterTakenOver taken ->
                seen.cluster(taken.cluster())
                        .flatMap(cluster -> unless(
                                cluster.waitsForClaim(),
                                is(cluster)
                                        + " and does not wait for another campaign; there is nothing to take over."));
        };
    }

    private static Optional<String> pause(Seen seen) {
        if (seen.phase() == CampaignPhase.PAUSED) {
            return Optional.of("The campaign is paused already.");
        }
        return unless(
                seen.phase() != CampaignPhase.FAILED,
                "Every cluster of the campaign is finished; there is nothing to pause.");
    }

    private static Optional<String> approve(Seen seen) {
        List<SeenCluster> held = seen.held();
        return unless(
                seen.waveWaits() || seen.forgivable() || held.stream().anyMatch(SeenCluster::approvable),
                "Nothing in this campaign waits for an approval." + instead(held));
    }

    private static Optional<String> approve(SeenCluster cluster) {
        HoldReason reason = cluster.reason();
        return unless(
                cluster.approvable(),
                is(cluster) + " and does not wait for an approval."
                        + (reason == null
                                ? ""
                                : " " + reason.sentence() + " Put that right and retry it, or skip it."));
    }

    /** What to do about what is held and cannot be approved. */
    private static String instead(List<SeenCluster> held) {
        return held.isEmpty()
                ? ""
                : " What holds "
                        + held.stream()
                                .limit(NAMED)
                                .map(cluster -> cluster.cluster().value())
                                .collect(joining(", "))
                        + (held.size() > NAMED ? " and " + (held.size() - NAMED) + " more" : "")
                        + " has to be put right and tried again, or skipped.";
    }

    private static String is(SeenCluster cluster) {
        return "Cluster " + cluster.cluster() + " is " + cluster.phase();
    }

    private static Optional<String> unless(boolean fine, String objection) {
        return fine ? Optional.empty() : Optional.of(objection);
    }
}
