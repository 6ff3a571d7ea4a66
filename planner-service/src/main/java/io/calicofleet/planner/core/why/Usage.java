package io.calicofleet.planner.core.why;

import io.calicofleet.event.ApprovalTime;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.Explanation.Used;
import io.calicofleet.event.FailureBudget;
import io.calicofleet.event.LabelLimit;
import io.calicofleet.event.LabelStatus;
import io.calicofleet.event.Quantity;
import io.calicofleet.event.RevisionStatus;
import io.calicofleet.event.ScheduleStatus;
import io.calicofleet.event.WaveName;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.event.WaveStatus;
import io.calicofleet.planner.core.approval.Gate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of a campaign's limits is used, as its status has it: what may start, and what keeps it.
 *
 * @param campaign its status
 */
public record Usage(CampaignStatus campaign) {

    /** Whether the next wave waits, or will after the soak, for an approval that nobody gave yet. */
    public boolean asksApproval() {
        return awaited().isPresent();
    }

    /** The approval that the next wave waits for, or will after the soak; empty where for none. */
    public Optional<Gate> awaited() {
        int next = nextWave().orElse(-1);
        for (int i = 0; i <= next; i++) {
            WaveSpec wave = campaign.spec().waves().get(i);
            WaveStatus status = campaign.waves().get(i);
            if (wave.approved(i == next ? ApprovalTime.BEFORE : ApprovalTime.AFTER)
                    && !Boolean.TRUE.equals(status.approved())) {
                return Optional.of(new Gate(wave, campaign.author(), null, status.approvals()));
            }
        }
        return Optional.empty();
    }

    /** The approval that a revision waits for; empty where none is proposed. */
    public Optional<Gate> revision() {
        RevisionStatus proposed = campaign.revision();
        return proposed == null
                ? Optional.empty()
                : Optional.of(Gate.ofRevision(campaign.spec().waves(), proposed.author(), null, proposed.approvals()));
    }

    /** The same, with when it is time. */
    public String startsInTime() {
        ScheduleStatus schedule = campaign.schedule();
        return schedule == null || schedule.opensAt() == null
                ? starts()
                : starts() + ", when its time comes at " + schedule.opensAt();
    }

    /** {@code wave rest starts, with 12 clusters}. */
    public String starts() {
        return nextWave()
                .map(index -> campaign.waves().get(index))
                .map(wave -> "wave " + wave.name() + " starts, with "
                        + (wave.clusters() == 1 ? "one cluster" : wave.clusters() + " clusters"))
                .orElse("it goes on");
    }

    /** Whether failures may keep something from starting. */
    public boolean failuresKeepSome() {
        Integer unreachable = campaign.unreachable();
        // Those that cannot be reached are tried again whatever failed.
        return campaign.failures() > 0 && count(ClusterPhase.PENDING) > (unreachable == null ? 0 : unreachable);
    }

    Used places() {
        return new Used(
                inFlight(campaign.phases()), campaign.spec().maxConcurrent().atMostOf(campaign.clusters()));
    }

    /** The places of a wave; empty where it has no limit of its own. */
    Optional<Used> places(int wave) {
        Quantity limit = campaign.spec().waves().get(wave).maxConcurrent();
        WaveStatus status = campaign.waves().get(wave);
        return limit == null
                ? Optional.empty()
                : Optional.of(new Used(inFlight(status.phases()), limit.atMostOf(status.clusters())));
    }

    Used failures() {
        return new Used(
                campaign.failures(),
                campaign.spec().failureBudget().maxFailures().atMostOf(campaign.clusters()));
    }

    /** Whether more clusters of a wave failed than its own budget allows. */
    boolean isSpent(WaveSpec wave, WaveStatus status) {
        FailureBudget budget = wave.failureBudget();
        Integer failures = status.failures();
        return budget != null
                && failures != null
                && failures > budget.maxFailures().atMostOf(status.clusters());
    }

    /** Whether the budget of a wave, or of a value of a label, is spent. */
    boolean partlySpent() {
        for (int i = 0; i < campaign.waves().size(); i++) {
            if (isSpent(campaign.spec().waves().get(i), campaign.waves().get(i))) {
                return true;
            }
        }
        return campaign.spec().perLabel().stream()
                .anyMatch(limit -> campaign.labels().stream()
                        .filter(status -> status.label().equals(limit.label()))
                        .anyMatch(status -> isSpent(limit, status)));
    }

    static boolean isSpent(LabelLimit limit, LabelStatus status) {
        Quantity most = limit.maxFailures();
        return most != null && status.failures() > most.atMostOf(status.clusters());
    }

    static boolean isFull(LabelLimit limit, LabelStatus status) {
        Quantity most = limit.maxConcurrent();
        return most != null && status.running() + status.held() >= most.atMostOf(status.clusters());
    }

    /** {@code region=eu}, {@code no region}. */
    static String named(LabelStatus status) {
        return status.value().isEmpty() ? "no " + status.label() : status.label() + "=" + status.value();
    }

    boolean budgetSpent() {
        return failures().used() > failures().allowed();
    }

    int count(ClusterPhase phase) {
        return count(campaign.phases(), phase);
    }

    /** The first wave that has not started; empty where all have. */
    Optional<Integer> nextWave() {
        for (int i = 0; i < campaign.waves().size(); i++) {
            if (campaign.waves().get(i).startedAt() == null) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** The first wave before {@code index} that is not finished. */
    Optional<WaveStatus> unfinished(int index) {
        return campaign.waves().subList(0, index).stream()
                .filter(wave -> open(wave) > 0)
                .findFirst();
    }

    int index(WaveName name) {
        List<WaveStatus> waves = campaign.waves();
        for (int i = 0; i < waves.size(); i++) {
            if (waves.get(i).name().equals(name)) {
                return i;
            }
        }
        return 0;
    }

    /** {@code 2 running, 1 held}. */
    static String counts(Map<String, Integer> phases) {
        List<String> parts = new ArrayList<>();
        for (ClusterPhase phase : List.of(ClusterPhase.PENDING, ClusterPhase.RUNNING, ClusterPhase.HELD)) {
            if (count(phases, phase) > 0) {
                parts.add(count(phases, phase) + " " + phase);
            }
        }
        return String.join(", ", parts);
    }

    static int count(Map<String, Integer> phases, ClusterPhase phase) {
        return phases.getOrDefault(phase.encode(), 0);
    }

    private static int open(WaveStatus wave) {
        Integer unreachable = wave.unreachable();
        return count(wave.phases(), ClusterPhase.PENDING)
                + inFlight(wave.phases())
                - (unreachable == null ? 0 : unreachable);
    }

    private static int inFlight(Map<String, Integer> phases) {
        return count(phases, ClusterPhase.RUNNING) + count(phases, ClusterPhase.HELD);
    }
}
