package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignAborted;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignDeleted;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.CampaignResumed;
import io.calicofleet.event.CampaignRevised;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterRetried;
import io.calicofleet.event.ClusterSkipped;
import io.calicofleet.event.ClusterTakenOver;
import io.calicofleet.model.document.Suggestion;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.Standing;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What people may ask of a campaign that exists. What cannot be done is refused with the reason, and changes nothing. */
final class CommandRules {

    private final ApprovalRules approvals;
    private final RevisionRules revisions;

    CommandRules(StepRules steps, RevisionRules revisions) {
        this.revisions = revisions;
        this.approvals = new ApprovalRules(steps);
    }

    void apply(DecisionBuilder decision, PlannerInput.CommandReceived input) {
        CampaignCommand command = input.command();
        Optional<String> objection = CommandClauses.objection(command, input.actor(), new SeenState(decision.state()));
        if (objection.isPresent()) {
            decision.refuse(command, objection.orElseThrow());
            return;
        }
        switch (command) {
            case CampaignCreated created ->
                throw new IllegalStateException("PlannerCore has a campaign created anew, or CommandClauses objects");
            case CampaignDeleted deleted ->
                throw new IllegalStateException("PlannerCore forgets a campaign, or CommandClauses objects");
            case CampaignPaused paused -> pause(decision, paused, by("Paused", input.actor(), paused.reason()));
            case CampaignResumed resumed ->
                decision.header(decision.header().standing(Standing.GO, "", decision.now()));
            case CampaignRevised revised -> revisions.propose(decision, revised, input);
            case CampaignAborted aborted -> abort(decision, input.actor(), aborted.reason());
            case CampaignApproved approved -> {
                if (RevisionRules.isAbout(decision.header().revision(), approved)) {
                    revisions.approve(decision, approved, input);
                } else {
                    approvals.approve(
                            decision, approved, input.actor(), by("Approved", input.actor(), approved.reason()));
                }
            }
            case ClusterRetried retried ->
                retry(decision, retried, by("To be tried again, asked for", input.actor(), retried.reason()));
            case ClusterTakenOver taken -> takeOver(decision, taken);
            case ClusterSkipped skipped -> skip(decision, skipped, by("Skipped", input.actor(), skipped.reason()));
        }
    }

    private static void pause(DecisionBuilder decision, CampaignPaused command, String said) {
        Instant until = command.until();
        if (until != null && !until.isAfter(decision.now().clock())) {
            decision.refuse(command, "The pause would end at " + until + ", which has passed.");
            return;
        }
        String ends = (said.endsWith(".") ? "" : ".") + " The pause ends by itself at " + until + ".";
        decision.header(decision.header().paused(until, until == null ? said : said + ends, decision.now()));
    }

    /** Has a pause end whose time has come. */
    static void endPause(DecisionBuilder decision) {
        Instant until = decision.header().pausedUntil();
        if (until != null && !decision.now().clock().isBefore(until)) {
            decision.tell("The pause ended by itself at " + until + ", as it was to.");
            decision.header(decision.header().standing(Standing.GO, "", decision.now()));
        }
    }

    /** The cluster a command names; if there is none, the command is refused. */
    static Optional<ClusterState> named(DecisionBuilder decision, CampaignCommand command, ClusterId id) {
        ClusterState cluster = decision.state().cluster(id);
        if (cluster == null) {
            String meant = Suggestion.of(
                    id.value(),
                    decision.state().clusters().keySet().stream()
                            .map(ClusterId::value)
                            .toList());
            decision.refuse(
                    command,
                    "Cluster " + id + " is not in this campaign."
                            + (meant.isEmpty() ? "" : " Did you mean " + meant + "?"));
        }
        return Optional.ofNullable(cluster);
    }

    /** The clusters for which {@code wanted} holds, by id. */
    static List<ClusterState> all(DecisionBuilder decision, Predicate<ClusterState> wanted) {
        return decision.state().clusters().values().stream()
                .filter(wanted)
                .sorted(Comparator.comparing(ClusterState::cluster))
                .toList();
    }

    private static void abort(DecisionBuilder decision, @Nullable String actor, String reason) {
        if (decision.header().standing() == Standing.ABORTED) {
            abortNow(decision, by("Aborted without waiting", actor, reason));
            return;
        }
        String said = by("Aborted", actor, reason);
        decision.header(decision.header().standing(Standing.ABORTED, said, decision.now()));
        for (ClusterState cluster : all(decision, cluster -> !cluster.finished())) {
            if (cluster.phase() != ClusterPhase.RUNNING || StepRules.onlyWatches(cluster)) {
                decision.put(cluster.aborted(said, StepRules.left(cluster), decision.now()));
            } else if (cluster.unanswered()) {
                StepRules.abortUnanswered(decision, cluster.cluster());
            }
        }
    }

    /** Said once more, it does not wait for the steps in flight: whatever they wait for, the campaign ends. */
    private static void abortNow(DecisionBuilder decision, String said) {
        for (ClusterState cluster : all(decision, cluster -> !cluster.finished())) {
            decision.put(cluster.aborted(
                    said + " Its executor may still finish "
                            + cluster.inFlight().id() + ".",
                    StepRules.left(cluster),
                    decision.now()));
        }
    }

    private static void retry(DecisionBuilder decision, ClusterRetried command, String said) {
        ClusterId id = command.cluster();
        List<ClusterState> stopped = id == null
                ? all(decision, CommandRules::stopped)
                : named(decision, command, id).stream().toList();
        stopped.forEach(cluster -> decision.put(cluster.retried(said, decision.now())));
    }

    private static void takeOver(DecisionBuilder decision, ClusterTakenOver command) {
        named(decision, command, command.cluster()).ifPresent(cluster -> {
            if (StartRules.mayBegin(decision.state(), cluster, decision.now())) {
                ClaimRules.takeOver(decision, cluster, command);
            } else {
                decision.refuse(
                        command,
                        "Cluster " + command.cluster()
                                + " could not start: the campaign is paused, has no free place, has spent its failure"
                                + " budget, or it is not time.");
            }
        });
    }

    private static void skip(DecisionBuilder decision, ClusterSkipped command, String said) {
        named(decision, command, command.cluster()).ifPresent(cluster -> {
            switch (cluster.phase()) {
                case PENDING, HELD, FAILED ->
                    decision.put(cluster.skipped(said, StepRules.left(cluster), decision.now()));
                case RUNNING -> {
                    String late = StepRules.onlyWatches(cluster)
                            ? ""
                            : " An executor that comes back may still do "
                                    + cluster.inFlight().id() + ".";
                    decision.put(cluster.skipped(said + late, StepRules.left(cluster), decision.now()));
                }
                case SUCCEEDED, SKIPPED, ABORTED ->
                    throw new IllegalStateException("CommandClauses let a finished cluster be skipped");
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
