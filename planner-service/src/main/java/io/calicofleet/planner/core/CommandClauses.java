package io.calicofleet.planner.core;

import static java.util.stream.Collectors.joining;

import io.calicofleet.event.CampaignAborted;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignDeleted;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignResumed;
import io.calicofleet.event.CampaignRevised;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterRetried;
import io.calicofleet.event.ClusterSkipped;
import io.calicofleet.event.ClusterTakenOver;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.TrafficReview;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which command makes sense in which state: the one list. The core asks it of the state it has, and then looks closer; REST asks it
 * of the state last seen, which spares people the wait for a refusal and may be wrong by what has happened since.
 */
public final class CommandClauses {

    /** Why an approval of something else is none. */
    public static final String OF_ANOTHER =
            "What waits for an approval is another by now than what was approved: look at it again.";

    private static final int NAMED = 5;

    private CommandClauses() {}

    /** What is known of a campaign. */
    public interface Seen {

        /** Where it is. */
        CampaignPhase phase();

        /** When its pause ends by itself; null where it is not paused, or until somebody resumes it. */
        @Nullable
        Instant pausedUntil();

        /** Whether it was refused when it was created. */
        boolean refused();

        /** How many of its clusters are in that phase. */
        int count(ClusterPhase phase);

        /** Whether a wave waits for nothing but an approval, and perhaps its soak. */
        boolean waveWaits();

        /** Why this person may not approve that wave so; empty where they may, or none waits. */
        Optional<String> waveRefusal(@Nullable String actor, CampaignApproved approval);

        /** The digest of the revision that is proposed; empty where none is. */
        Optional<String> revision();

        /** Why this person may not approve that so; empty where they may. */
        Optional<String> revisionRefusal(@Nullable String actor, CampaignApproved approval);

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
     * @param review of its traffic; null where there is none
     * @param plan the digest of what it would get now, as far as is known; null where that is not
     * @param conflicts what a person is asked of its fields
     * @param replaced whether its host endpoints are still to be replaced by automatic ones
     * @param leavable whether it may be left out although a step is in flight: that only watches, or nobody answers for it
     * @param locked whether a move off etcd stopped there, so that new pods wait
     */
    public record SeenCluster(
            ClusterId cluster,
            ClusterPhase phase,
            @Nullable HoldReason reason,
            boolean waitsForClaim,
            @Nullable TrafficReview review,
            @Nullable String plan,
            List<FieldConflict> conflicts,
            boolean replaced,
            boolean leavable,
            boolean locked) {

        public SeenCluster {
            conflicts = List.copyOf(conflicts);
        }

        boolean approvable() {
            return phase == ClusterPhase.HELD && reason != null && reason.approvable();
        }

        /** Why an approval does not let it go on, though it waits for one; empty where it does. */
        Optional<String> refusal(CampaignApproved command) {
            return notLookedAt(command)
                    .or(() -> Answers.to(conflicts, command)
                            .refusal()
                            .map(refusal -> "Cluster " + cluster + ": " + refusal))
                    .or(() -> reason == HoldReason.TRAFFIC_REVIEW
                            ? ReviewRules.refusal(command, this)
                            : Optional.empty());
        }

        /** Why an approval is not about what the cluster waits for as that is now; empty where it is. */
        private Optional<String> notLookedAt(CampaignApproved command) {
            if (reason == HoldReason.PLAN_CHANGED) {
                if (command.digest() == null || command.cluster() == null) {
                    return Optional.of("An approval names the plan it is about: look at what cluster " + cluster
                            + " would get now, and approve with the digest of that.");
                }
                return unless(
                        plan == null || plan.equals(command.digest()),
                        "What cluster " + cluster + " would get now is not what was looked at: its digest is " + plan
                                + " by now, not " + command.digest() + ".");
            }
            if (reason != HoldReason.TRAFFIC_REVIEW) {
                return unless(
                        !isByDigest(command), "What cluster " + cluster + " waits for is approved without a digest.");
            }
            if (review == null) {
                return Optional.of("Cluster " + cluster + " has no review to approve: retry it.");
            }
            if (command.digest() == null) {
                return Optional.of("An approval names the review it is about: look at the review of cluster " + cluster
                        + ", which has the digest, and approve with that.");
            }
            return unless(
                    command.digest().equals(review.digest()),
                    "The review of cluster " + cluster + " is not the one that was looked at"
                            + (review.added().isEmpty() ? "" : "; new in it: " + ReviewRules.named(review.added()))
                            + ". Look at it again; its digest is another now.");
        }

        private boolean stopped() {
            return phase == ClusterPhase.HELD || phase == ClusterPhase.FAILED;
        }
    }

    /** The same, where it does not matter who asks. */
    static Optional<String> objection(CampaignCommand command, Seen seen) {
        return objection(command, null, seen);
    }

    /**
     * Why the command makes no sense; empty where it does, as far as this tells.
     *
     * @param actor who asks; null where nobody said
     */
    public static Optional<String> objection(CampaignCommand command, @Nullable String actor, Seen seen) {
        if (command instanceof CampaignDeleted) {
            return unless(
                    isOver(seen.phase(), seen.refused()),
                    "The campaign is " + seen.phase()
                            + ", not over: abort it first, and delete it when it is aborted.");
        }
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
            case CampaignDeleted deleted -> Optional.empty();
            case CampaignPaused paused -> pause(paused, seen);
            case CampaignResumed resumed ->
                unless(
                        seen.phase() == CampaignPhase.PAUSED,
                        "The campaign is not paused; there is nothing to resume."
                                + (seen.phase() == CampaignPhase.STOPPED
                                        ? " Everything is stopped: that is ended for all campaigns at once (resume --all)."
                                        : ""));
            case CampaignAborted aborted -> Optional.empty();
            case CampaignRevised revised ->
                unless(
                        revised.spec().procedure() == Procedure.UPGRADE
                                || revised.spec().procedure() == Procedure.DRILL,
                        "A " + revised.spec().procedure() + " is not revised: end it, and ask for another.");
            case CampaignApproved approved ->
                formOf(approved)
                        .or(() -> approved.cluster() == null
                                ? approve(approved, actor, seen)
                                : seen.cluster(approved.cluster()).flatMap(cluster -> approve(approved, cluster)));
            case ClusterRetried retried ->
                retried.cluster() == null
                        ? unless(
                                seen.count(ClusterPhase.FAILED) + seen.count(ClusterPhase.HELD) > 0,
                                "No cluster failed or is held; there is nothing to retry.")
                        : seen.cluster(retried.cluster())
                                .flatMap(cluster -> unless(
                                        cluster.stopped(),
                                        is(cluster) + "; only one that failed or is held can be retried."));
            case ClusterSkipped skipped -> seen.cluster(skipped.cluster()).flatMap(CommandClauses::skip);
            case ClusterTakenOver taken ->
                seen.cluster(taken.cluster())
                        .flatMap(cluster -> unless(
                                cluster.waitsForClaim(),
                                is(cluster)
                                        + " and does not wait for another campaign; there is nothing to take over."));
        };
    }

    private static Optional<String> skip(SeenCluster cluster) {
        if (cluster.phase().terminal()) {
            return Optional.of(is(cluster) + " already.");
        }
        if (cluster.locked()) {
            return Optional.of("The datastore of cluster " + cluster.cluster()
                    + " is locked, so that new pods wait there: it is not left out like that. Retry it, which goes on with the move, or"
                    + " take all of it back by a restore; then it can be skipped.");
        }
        return unless(
                cluster.phase() != ClusterPhase.RUNNING || cluster.leavable(),
                "A step is in flight on cluster " + cluster.cluster()
                        + ": skip it when it is held or failed, while its traffic is observed or others are waited for, or when"
                        + " nobody answers for it.");
    }

    private static Optional<String> pause(CampaignPaused command, Seen seen) {
        if (seen.phase() == CampaignPhase.PAUSED && Objects.equals(command.until(), seen.pausedUntil())) {
            return Optional.of("The campaign is paused already.");
        }
        return unless(
                seen.phase() != CampaignPhase.FAILED,
                "Every cluster of the campaign is finished; there is nothing to pause.");
    }

    /** Whether nothing comes of a campaign any more unless a person wakes it; then it may be deleted. */
    public static boolean isOver(CampaignPhase phase, boolean refused) {
        return refused || phase.terminal() || phase == CampaignPhase.FAILED;
    }

    private static Optional<String> formOf(CampaignApproved command) {
        if (command.conflicts() == OnConflict.HOLD) {
            return Optional.of("Conflicts are held already: approve with keep-mine or take-new.");
        }
        return unless(
                command.cluster() != null || command.answers().isEmpty(),
                "Answers to single questions are of one cluster: say which.");
    }

    private static Optional<String> approve(CampaignApproved command, @Nullable String actor, Seen seen) {
        if (command.digest() != null
                && seen.revision().filter(command.digest()::equals).isPresent()) {
            return seen.revisionRefusal(actor, command);
        }
        Optional<String> ofWave = seen.waveRefusal(actor, command);
        if (isOfOne(command) && !isByDigest(command)) {
            return seen.waveWaits() ? ofWave : Optional.of(OF_ANOTHER);
        }
        List<SeenCluster> held = seen.held();
        List<SeenCluster> waiting =
                held.stream().filter(SeenCluster::approvable).toList();
        List<String> left = goesOnWaiting(command, waiting);
        boolean some =
                waiting.stream().anyMatch(cluster -> cluster.refusal(command).isEmpty());
        if (isByDigest(command)) {
            boolean shown = waiting.stream()
                    .anyMatch(cluster -> cluster.notLookedAt(command).isEmpty());
            return unless(
                    some,
                    shown
                            ? String.join(" ", left)
                            : "Nothing that waits has the digest " + command.digest() + ": "
                                    + seen.revision()
                                            .map(digest -> "the revision that is proposed has " + digest + ".")
                                            .orElse("no revision is proposed."));
        }
        return unless(
                (seen.waveWaits() && ofWave.isEmpty()) || seen.forgivable() || some,
                ofWave.isPresent()
                        ? ofWave.orElseThrow()
                        : left.isEmpty()
                                ? "Nothing in this campaign waits for an approval." + instead(held)
                                : String.join(" ", left));
    }

    /**
     * What an approval that {@link #objection} has nothing against leaves as it is: the wave, or clusters that go on waiting, with the reason;
     * empty where it lets all go on, or is about one thing.
     */
    public static List<String> leaves(CampaignApproved command, @Nullable String actor, Seen seen) {
        boolean ofRevision = seen.revision()
                .filter(digest -> digest.equals(command.digest()))
                .isPresent();
        if (command.cluster() != null || isByDigest(command) || isOfOne(command) || ofRevision) {
            return List.of();
        }
        return Stream.concat(
                        seen.waveRefusal(actor, command).stream(),
                        goesOnWaiting(
                                command,
                                seen.held().stream()
                                        .filter(SeenCluster::approvable)
                                        .toList())
                                .stream())
                .toList();
    }

    /** Whether an approval names the wave or the revision it is of; one that is signed may let go on what else waits. */
    static boolean isOfOne(CampaignApproved command) {
        return command.cluster() == null && command.subject() != null && command.passkey() == null;
    }

    /** Whether an approval of the whole campaign names what it is about: then it is about nothing else, such as the wave that waits. */
    static boolean isByDigest(CampaignApproved command) {
        return command.cluster() == null && command.digest() != null;
    }

    /** What is said of clusters that an approval of all leaves as they are: of those it is not about together, of others one by one. */
    static List<String> goesOnWaiting(CampaignApproved command, List<SeenCluster> waiting) {
        List<ClusterId> unseen = waiting.stream()
                .filter(cluster -> cluster.notLookedAt(command).isPresent())
                .map(SeenCluster::cluster)
                .toList();
        List<String> said = new ArrayList<>(waiting.stream()
                .filter(cluster -> !unseen.contains(cluster.cluster()))
                .flatMap(cluster -> cluster.refusal(command).stream())
                .limit(NAMED)
                .toList());
        if (!unseen.isEmpty()) {
            said.add("What is shown of " + unseen.getFirst()
                    + (unseen.size() > 1 ? " and " + (unseen.size() - 1) + " more clusters" : "")
                    + " goes on waiting: each is approved by the digest it shows.");
        }
        return said;
    }

    private static Optional<String> approve(CampaignApproved command, SeenCluster cluster) {
        HoldReason reason = cluster.reason();
        return cluster.approvable()
                ? cluster.refusal(command)
                : Optional.of(is(cluster) + " and does not wait for an approval."
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
