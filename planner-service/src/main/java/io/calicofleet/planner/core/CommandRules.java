package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignAborted;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.CampaignResumed;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterRetried;
import io.calicofleet.event.ClusterSkipped;
import io.calicofleet.event.ClusterTakenOver;
import io.calicofleet.planner.core.campaign.CampaignHeader;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.Standing;
import io.calicofleet.planner.core.document.Suggestion;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What people may ask of a campaign that exists. What cannot be done is refused with the reason, and changes nothing. */
final class CommandRules {

    private final ApprovalRules approvals;

    CommandRules(StepRules steps) {
        this.approvals = new ApprovalRules(steps);
    }

    void apply(Turn turn, PlannerInput.CommandReceived input) {
        CampaignCommand command = input.command();
        CampaignHeader header = turn.header();
        if (header.standing() == Standing.REFUSED) {
            turn.refuse(
                    command,
                    "The campaign was refused when it was created and has not begun: correct and create it again.");
            return;
        }
        if (header.phase().terminal()) {
            turn.refuse(command, "The campaign is " + header.phase() + "; nothing can change it any more.");
            return;
        }
        if (header.standing() == Standing.ABORTED) {
            if (command instanceof CampaignAborted aborted) {
                abortNow(turn, by("Aborted without waiting", input.actor(), aborted.reason()));
            } else {
                turn.refuse(command, "The campaign is being aborted; nothing else can be asked of it.");
            }
            return;
        }
        switch (command) {
            case CampaignCreated created ->
                turn.refuse(created, "A campaign of this name exists with other contents: choose another name.");
            case CampaignPaused paused -> pause(turn, paused, by("Paused", input.actor(), paused.reason()));
            case CampaignResumed resumed -> resume(turn, resumed);
            case CampaignAborted aborted -> abort(turn, by("Aborted", input.actor(), aborted.reason()));
            case CampaignApproved approved ->
                approvals.approve(turn, approved, by("Approved", input.actor(), approved.reason()));
            case ClusterRetried retried ->
                retry(turn, retried, by("To be tried again, asked for", input.actor(), retried.reason()));
            case ClusterTakenOver taken -> takeOver(turn, taken);
            case ClusterSkipped skipped -> skip(turn, skipped, by("Skipped", input.actor(), skipped.reason()));
        }
    }

    /** The cluster a command names; if there is none, the command is refused. */
    static Optional<ClusterState> named(Turn turn, CampaignCommand command, ClusterId id) {
        ClusterState cluster = turn.state().cluster(id);
        if (cluster == null) {
            String meant = Suggestion.of(
                    id.value(),
                    turn.state().clusters().keySet().stream()
                            .map(ClusterId::value)
                            .toList());
            turn.refuse(
                    command,
                    "Cluster " + id + " is not in this campaign."
                            + (meant.isEmpty() ? "" : " Did you mean " + meant + "?"));
        }
        return Optional.ofNullable(cluster);
    }

    /** The clusters for which {@code wanted} holds, by id. */
    static List<ClusterState> all(Turn turn, Predicate<ClusterState> wanted) {
        return turn.state().clusters().values().stream()
                .filter(wanted)
                .sorted(Comparator.comparing(ClusterState::cluster))
                .toList();
    }

    private static void pause(Turn turn, CampaignPaused command, String said) {
        CampaignHeader header = turn.header();
        if (header.standing() == Standing.PAUSED) {
            turn.refuse(command, "The campaign is paused already.");
        } else if (turn.state().tally().open() == 0) {
            turn.refuse(command, "Every cluster of the campaign is finished; there is nothing to pause.");
        } else {
            turn.header(header.standing(Standing.PAUSED, said, turn.now()));
        }
    }

    private static void resume(Turn turn, CampaignResumed command) {
        if (turn.header().standing() == Standing.PAUSED) {
            turn.header(turn.header().standing(Standing.GO, "", turn.now()));
        } else {
            turn.refuse(command, "The campaign is not paused.");
        }
    }

    private static void abort(Turn turn, String said) {
        turn.header(turn.header().standing(Standing.ABORTED, said, turn.now()));
        for (ClusterState cluster : all(turn, cluster -> !cluster.finished())) {
            if (cluster.phase() != ClusterPhase.RUNNING || StepRules.onlyWatches(cluster)) {
                turn.put(cluster.aborted(said, StepRules.left(cluster), turn.now()));
            } else if (cluster.unanswered()) {
                StepRules.abortUnanswered(turn, cluster.cluster());
            }
        }
    }

    /** Said once more, it does not wait for the steps in flight: whatever they wait for, the campaign ends. */
    private static void abortNow(Turn turn, String said) {
        for (ClusterState cluster : all(turn, cluster -> !cluster.finished())) {
            turn.put(cluster.aborted(
                    said + " Its executor may still finish "
                            + cluster.inFlight().id() + ".",
                    StepRules.left(cluster),
                    turn.now()));
        }
    }

    private static void retry(Turn turn, ClusterRetried command, String said) {
        ClusterId id = command.cluster();
        if (id == null) {
            List<ClusterState> stopped = all(turn, CommandRules::stopped);
            if (stopped.isEmpty()) {
                turn.refuse(command, "No cluster failed or is held; there is nothing to retry.");
            }
            stopped.forEach(cluster -> turn.put(cluster.retried(said, turn.now())));
            return;
        }
        named(turn, command, id).ifPresent(cluster -> {
            if (stopped(cluster)) {
                turn.put(cluster.retried(said, turn.now()));
            } else {
                turn.refuse(
                        command,
                        "Cluster " + id + " is " + cluster.phase()
                                + "; only one that failed or is held can be retried.");
            }
        });
    }

    private static void takeOver(Turn turn, ClusterTakenOver command) {
        named(turn, command, command.cluster()).ifPresent(cluster -> {
            if (!cluster.waitsForClaim()) {
                turn.refuse(
                        command,
                        "Cluster " + command.cluster()
                                + " does not wait for another campaign; there is nothing to take over.");
            } else if (!WaveRules.mayBegin(turn.state(), cluster)) {
                turn.refuse(
                        command,
                        "Cluster " + command.cluster()
                                + " could not start: the campaign is paused, has no free place, or has spent its"
                                + " failure budget.");
            } else {
                ClaimRules.takeOver(turn, cluster, command);
            }
        });
    }

    private static void skip(Turn turn, ClusterSkipped command, String said) {
        named(turn, command, command.cluster()).ifPresent(cluster -> {
            switch (cluster.phase()) {
                case PENDING, HELD, FAILED -> turn.put(cluster.skipped(said, StepRules.left(cluster), turn.now()));
                case RUNNING -> {
                    if (StepRules.onlyWatches(cluster)) {
                        turn.put(cluster.skipped(said, StepRules.left(cluster), turn.now()));
                    } else if (cluster.unanswered()) {
                        String late = " An executor that comes back may still do "
                                + cluster.inFlight().id() + ".";
                        turn.put(cluster.skipped(said + late, StepRules.left(cluster), turn.now()));
                    } else {
                        turn.refuse(
                                command,
                                "A step is in flight on cluster " + command.cluster()
                                        + ": skip it when it is held or failed, while its traffic is observed, or when nobody"
                                        + " answers for it.");
                    }
                }
                case SUCCEEDED, SKIPPED, ABORTED ->
                    turn.refuse(command, "Cluster " + command.cluster() + " is " + cluster.phase() + " already.");
            }
        });
    }

    private static boolean stopped(ClusterState cluster) {
        return cluster.phase() == ClusterPhase.FAILED || cluster.phase() == ClusterPhase.HELD;
    }

    private static String by(String what, @Nullable String actor, String reason) {
        return what + " by " + (actor == null || actor.isBlank() ? "somebody" : actor)
                + (reason.isBlank() ? "." : ": " + reason);
    }
}
