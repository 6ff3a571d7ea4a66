package io.calicofleet.planner.core.why;

import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation.NextCommand;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.MembersStatus;
import io.calicofleet.event.RevisionStatus;
import io.calicofleet.event.ScheduleStatus;
import io.calicofleet.event.SharedFailure;
import io.calicofleet.event.Stop;
import io.calicofleet.event.WaveStatus;
import io.calicofleet.model.approval.ApprovalDigests;
import io.calicofleet.planner.core.approval.Gate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Why a campaign as a whole does not go on. */
final class CampaignReasons {

    private static final int NAMED = 5;

    private final Usage usage;
    private final CampaignStatus campaign;
    private final String name;

    CampaignReasons(Usage usage) {
        this.usage = usage;
        this.campaign = usage.campaign();
        this.name = campaign.campaign().value();
    }

    /** Empty where it goes on, is over, or only its clusters wait. */
    Optional<Reason> ofCampaign() {
        ApprovalSubject subject = campaign.subject();
        return switch (campaign.phase()) {
            case RUNNING, HELD -> stoppedByFailures();
            case SOAKING -> Optional.of(soaking());
            case AWAITING_APPROVAL ->
                Optional.of(Rule.WAVE_APPROVAL.ofCampaign(
                        lastFinished(),
                        sentence(),
                        subject == null
                                ? List.of()
                                : List.of("digest of what is approved: " + ApprovalDigests.of(subject)),
                        approved(),
                        EndedBy.PEOPLE,
                        List.of(approve("then"))));
            case SCHEDULED -> Optional.of(scheduled());
            case PAUSED -> Optional.of(paused());
            case STOPPED -> Optional.of(stopped());
            case ABORTING ->
                Optional.of(reason(
                        Rule.ABORTING,
                        campaign.since(),
                        "The " + (usage.count(ClusterPhase.RUNNING) == 1 ? "step" : "steps")
                                + " under way end; or it is aborted once more, which does not wait for that.",
                        EndedBy.ITSELF,
                        new NextCommand("not to wait", "abort " + name + Rule.BECAUSE)));
            case FAILED -> Optional.of(campaign.clusters() == 0 ? refused() : failed());
            case SUCCEEDED, ABORTED -> Optional.empty();
        };
    }

    /** What keeps nothing, and waits for somebody all the same: a revision, clusters that came or left. */
    List<Reason> beside() {
        if (campaign.phase().terminal() || campaign.phase() == CampaignPhase.ABORTING) {
            return List.of();
        }
        List<Reason> reasons = new ArrayList<>();
        RevisionStatus revision = campaign.revision();
        if (revision != null) {
            reasons.add(Rule.REVISION.ofCampaign(
                    revision.proposedAt(),
                    "A revision is proposed by " + Objects.requireNonNullElse(revision.author(), "somebody")
                            + ", and not in force. " + revision.asks(),
                    revision.changes(),
                    "It is approved, or another document, or the one in force, takes its place.",
                    EndedBy.PEOPLE,
                    List.of(new NextCommand(
                            "put it in force", "approve " + name + " --digest " + revision.digest() + Rule.BECAUSE))));
        }
        MembersStatus members = campaign.members();
        if (members != null) {
            if (!members.joined().isEmpty()) {
                reasons.add(members(
                        members.joined(),
                        members.moreJoined(),
                        "Fits the campaign by now, and takes no part: ",
                        "A revision takes them in; until then they are left out.",
                        new NextCommand("take them in", "apply -f FILE --take-in")));
            }
            if (!members.left().isEmpty()) {
                reasons.add(members(
                        members.left(),
                        members.moreLeft(),
                        "Takes part, and does not fit the campaign any more, or no executor serves it: ",
                        "They are upgraded all the same when their turn comes; or each is skipped.",
                        new NextCommand(
                                "see one",
                                "status " + name + " --cluster "
                                        + members.left().getFirst())));
            }
        }
        return reasons;
    }

    private static Reason members(List<ClusterId> clusters, int more, String what, String ends, NextCommand command) {
        int others = more + Math.max(0, clusters.size() - NAMED);
        String names = clusters.stream().limit(NAMED).map(ClusterId::value).collect(Collectors.joining(", "))
                + (others > 0 ? " and " + others + " more" : "");
        return Rule.MEMBERS.ofCampaign(null, what + names + ".", List.of(), ends, EndedBy.PEOPLE, List.of(command));
    }

    /** Who approves, and what comes of it. */
    private String approved() {
        return usage.awaited()
                        .flatMap(Gate::who)
                        .map(people -> "It is approved by " + people)
                        .orElse("Somebody approves it")
                + "; then " + usage.startsInTime() + ".";
    }

    private Optional<Reason> stoppedByFailures() {
        // Held with nobody held, it is for those that failed.
        boolean unmet = campaign.phase() == CampaignPhase.HELD && usage.count(ClusterPhase.HELD) == 0;
        if (!usage.failuresKeepSome() || !(usage.budgetSpent() || unmet)) {
            return Optional.empty();
        }
        List<NextCommand> commands = new ArrayList<>();
        // One that goes back counts already; it can be retried, or gone on without, once it is back.
        if (usage.count(ClusterPhase.FAILED) > 0) {
            commands.add(new NextCommand("put it right, then", "retry " + name + Rule.BECAUSE));
            commands.add(approve("or go on without"));
        }
        commands.add(new NextCommand("or end it", "abort " + name + Rule.BECAUSE));
        return Optional.of(reason(
                usage.budgetSpent() ? Rule.FAILURE_BUDGET : usage.partlySpent() ? Rule.LABEL_BUDGET : Rule.SUCCESS_RULE,
                campaign.since(),
                "Those that failed are retried or skipped, or somebody approves to go on without them.",
                EndedBy.PEOPLE,
                commands.toArray(NextCommand[]::new)));
    }

    private Reason soaking() {
        boolean asks = usage.asksApproval();
        return reason(
                Rule.SOAK,
                lastFinished(),
                "The soak ends by itself; then " + (asks ? "the next wave waits for an approval" : usage.starts())
                        + ".",
                EndedBy.ITSELF,
                asks ? new NextCommand[] {approve("to approve ahead")} : new NextCommand[0]);
    }

    private Reason paused() {
        Instant until = campaign.pausedUntil();
        return reason(
                Rule.PAUSED,
                campaign.since(),
                until == null ? "Somebody resumes it." : "It ends by itself at " + until + "; or somebody resumes it.",
                until == null ? EndedBy.PEOPLE : EndedBy.ITSELF,
                new NextCommand("to go on", "resume " + name));
    }

    private Reason stopped() {
        Stop stop = campaign.stop();
        SharedFailure failure = stop == null ? null : stop.failure();
        return Rule.STOPPED.ofCampaign(
                stop == null ? campaign.since() : stop.at(),
                sentence(),
                failure == null ? List.of() : evidence(failure),
                failure == null
                        ? "Somebody ends the stop, of all campaigns at once."
                        : "What failed is put right, or is not to stop the others; then somebody ends the stop, of all campaigns"
                                + " at once. What has failed by then does not stop everything again.",
                EndedBy.PEOPLE,
                List.of(new NextCommand("to go on", "resume --all" + Rule.BECAUSE)));
    }

    private static List<String> evidence(SharedFailure failure) {
        List<String> lines = new ArrayList<>();
        lines.add("failed: " + failure.step() + " (" + failure.reason() + ") " + failure.what());
        lines.add("on: " + named(failure.clusters()) + ", in " + named(failure.campaigns()));
        failure.shared().forEach(shared -> lines.add("in common: " + shared));
        if (!failure.next().isEmpty()) {
            lines.add("would be next: " + named(failure.next()));
        }
        return lines;
    }

    private static String named(List<?> names) {
        return names.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private Reason scheduled() {
        ScheduleStatus schedule = campaign.schedule();
        return schedule == null || schedule.opensAt() == null
                ? reason(
                        Rule.SCHEDULE,
                        campaign.since(),
                        "It is ended, and another campaign with longer windows is made of it.",
                        EndedBy.PEOPLE,
                        new NextCommand("to end it", "abort " + name + Rule.BECAUSE))
                : reason(
                        Rule.SCHEDULE,
                        campaign.since(),
                        "Its time comes at " + schedule.opensAt() + "; then " + usage.starts() + ".",
                        EndedBy.ITSELF);
    }

    private Reason refused() {
        return reason(
                Rule.REFUSED,
                campaign.since(),
                "Its file is corrected and applied again.",
                EndedBy.PEOPLE,
                new NextCommand("put it right, then", "apply -f FILE"),
                new NextCommand("or forget it", "delete " + name));
    }

    private Reason failed() {
        return reason(
                Rule.FAILURES,
                campaign.since(),
                "Those that failed are retried or skipped, or the campaign is aborted.",
                EndedBy.PEOPLE,
                new NextCommand("put it right, then", "retry " + name + Rule.BECAUSE),
                new NextCommand("or end it", "abort " + name + Rule.BECAUSE));
    }

    private @Nullable Instant lastFinished() {
        Optional<Instant> finished = usage.nextWave()
                .filter(index -> index > 0)
                .map(index -> campaign.waves().get(index - 1))
                .map(WaveStatus::finishedAt);
        return finished.orElse(campaign.since());
    }

    private NextCommand approve(String label) {
        return new NextCommand(label, "approve " + name + Rule.BECAUSE);
    }

    private Reason reason(Rule rule, @Nullable Instant since, String ends, EndedBy by, NextCommand... commands) {
        return rule.ofCampaign(since, sentence(), List.of(), ends, by, List.of(commands));
    }

    private String sentence() {
        return campaign.reason().isEmpty() ? campaign.phase().sentence() : campaign.reason();
    }
}
