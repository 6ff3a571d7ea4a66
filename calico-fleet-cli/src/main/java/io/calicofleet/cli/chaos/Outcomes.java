package io.calicofleet.cli.chaos;

import io.calicofleet.cli.chaos.History.Kept;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.ErrorCategory;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.Unreachable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How everything came out. */
final class Outcomes {

    /** What may be so without anything having been away: there is no backup, it cannot be promised, a person took the cluster. */
    private static final Set<FailureReason> OF_THE_CLUSTER =
            EnumSet.of(FailureReason.BACKUP_MISSING, FailureReason.ROLLBACK_REFUSED, FailureReason.CLAIM_LOST);

    private Outcomes() {}

    /**
     * Every fault of a run heals, within the time for which an API server that is away is waited for. So nothing of it is a reason for
     * a step to fail, for a gate to fail or to be given up, or for a cluster to go back.
     */
    static List<Finding> absenceFailsNobody(History history) {
        List<Finding> findings = new ArrayList<>();
        history.all(StepFailed.class)
                .map(Kept::data)
                .filter(failed -> !OF_THE_CLUSTER.contains(failed.reason()))
                .filter(failed -> failed.reason().category() != ErrorCategory.BUG)
                .forEach(failed -> findings.add(new Finding(
                        failed.step().cluster().value(),
                        failed.step() + " failed: " + failed.reason().encode(),
                        Stream.concat(Stream.of(failed.message()), failed.evidence().stream())
                                .toList())));
        history.all(StepJudged.class)
                .map(Kept::data)
                .filter(judged -> switch (judged.outcome()) {
                    case FAILED, CONTESTED, UNDECIDED -> true;
                    case PASSED, NEEDS_APPROVAL -> false;
                })
                .forEach(judged -> findings.add(new Finding(
                        judged.step().cluster().value(),
                        judged.step() + " is judged " + judged.outcome().encode(),
                        judged.gates().stream().flatMap(Outcomes::lines).toList())));
        history.all(StepRequested.class)
                .map(Kept::data)
                .filter(request -> request.step().kind() == StepKind.RESTORE
                        && !isRestore(history, request.step().campaign()))
                .forEach(request -> findings.add(
                        Finding.of(request.step().cluster(), "is taken back by " + request.step(), request.summary())));
        return findings;
    }

    private static Stream<String> lines(GateResult gate) {
        return Stream.concat(
                Stream.of(gate.gate().encode() + " " + gate.outcome().encode() + ": " + gate.reason()),
                gate.evidence().stream().limit(3).map(line -> "  " + line));
    }

    private static boolean isRestore(History history, CampaignName campaign) {
        return history.campaigns().stream()
                .anyMatch(status ->
                        status.campaign().equals(campaign) && status.spec().procedure() == Procedure.RESTORE);
    }

    /** A campaign has ended; or what keeps it is held, each with its reason, and nothing else is under way. */
    static List<Finding> everythingEnds(History history) {
        List<Finding> findings = new ArrayList<>();
        for (CampaignStatus campaign : history.campaigns()) {
            List<ClusterStatus> open = history.statuses().stream()
                    .filter(status -> status.campaign().equals(campaign.campaign()))
                    .filter(status -> !status.phase().terminal())
                    .toList();
            CampaignPhase phase = campaign.phase();
            boolean ended = phase.terminal() || phase == CampaignPhase.FAILED;
            boolean waits = phase == CampaignPhase.HELD && !campaign.reason().isEmpty();
            if (!ended && !waits && !keptBy(history, open)) {
                findings.add(new Finding(
                        campaign.campaign().value(),
                        "is " + phase.encode() + " and does not end",
                        Stream.concat(
                                        Stream.of(campaign.summary()),
                                        open.stream().map(Outcomes::line))
                                .toList()));
            }
        }
        return findings;
    }

    /** Whether all of them wait for a person, or for a place or a cluster that is kept by one who does. */
    private static boolean keptBy(History history, List<ClusterStatus> open) {
        boolean held = open.stream().anyMatch(Outcomes::waitsForAPerson);
        return !open.isEmpty()
                && open.stream()
                        .allMatch(status -> waitsForAPerson(status)
                                || (status.phase() == ClusterPhase.PENDING
                                        && (held || holderWaits(history, status.waitsFor(), status.cluster()))));
    }

    private static boolean holderWaits(History history, @Nullable CampaignName holder, ClusterId cluster) {
        return history.statuses().stream()
                .anyMatch(status -> status.campaign().equals(holder)
                        && status.cluster().equals(cluster)
                        && waitsForAPerson(status));
    }

    private static boolean waitsForAPerson(ClusterStatus status) {
        return status.phase() == ClusterPhase.HELD
                && status.holdReason() != null
                && !status.summary().isEmpty();
    }

    private static String line(ClusterStatus status) {
        return status.cluster() + " " + status.phase().encode() + " at " + status.step() + ": " + status.summary();
    }

    /** Each campaign that was accepted is known at the end, whatever happened to brokers, disks and topics meanwhile. */
    static List<Finding> whatWasAcceptedStays(History history) {
        return history.lost().stream()
                .map(line -> Finding.of(line.substring(0, line.indexOf(':')), "was accepted and is lost", line))
                .toList();
    }

    /** What the planner wrote down of each campaign leads once more to what it says of it. */
    static List<Finding> replayIsWhatIs(History history) {
        return history.replays().stream()
                .map(line ->
                        Finding.of(line.substring(0, line.indexOf(':')), "is not what its decisions lead to", line))
                .toList();
    }

    /** A cluster that cannot be reached has not failed where its campaign waits for it. */
    static List<Finding> unreachableIsWaitedFor(History history) {
        return history.all(ClusterStatus.class)
                .map(Kept::data)
                .filter(status -> status.phase() == ClusterPhase.FAILED
                        && status.holdReason() == HoldReason.UNREACHABLE
                        && waits(history, status.campaign()))
                .map(status -> Finding.of(status.cluster(), "failed in " + status.campaign(), status.summary()))
                .distinct()
                .toList();
    }

    private static boolean waits(History history, CampaignName campaign) {
        return history.campaigns().stream()
                .anyMatch(status ->
                        status.campaign().equals(campaign) && status.spec().unreachable() == Unreachable.WAIT);
    }

    /** Each field and object is at the end as the person set it. */
    static List<Finding> peoplesChangesStay(History history) {
        List<Finding> findings = new ArrayList<>();
        history.clusters()
                .forEach((cluster, log) -> log.set().stream()
                        .filter(value -> !value.set().equals(value.now()))
                        .forEach(value -> findings.add(Finding.of(
                                cluster,
                                value.where() + " is not as a person set it",
                                "set: " + value.set(),
                                "now: " + (value.now().isEmpty() ? "gone" : value.now())))));
        return findings;
    }

    /** What is ours and temporary is gone from clusters in which nothing is open any more. */
    static List<Finding> nothingIsLeft(History history) {
        List<Finding> findings = new ArrayList<>();
        history.clusters()
                .forEach((cluster, log) -> log.left()
                        .forEach(line -> findings.add(Finding.of(cluster, "something of us is left: " + line))));
        return findings;
    }

    /** No dead letters, and no failure that is a fault of ours. */
    static List<Finding> everythingIsRead(History history) {
        List<Finding> findings = new ArrayList<>();
        history.unreadable().forEach(line -> findings.add(Finding.of("topics", "a record cannot be read", line)));
        history.all(StepFailed.class)
                .map(Kept::data)
                .filter(failed -> failed.reason().category() == ErrorCategory.BUG)
                .forEach(failed -> findings.add(Finding.of(
                        failed.step().cluster(), failed.step() + " failed by a fault of ours", failed.message())));
        return findings;
    }
}
