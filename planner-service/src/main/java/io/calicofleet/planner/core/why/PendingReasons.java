package io.calicofleet.planner.core.why;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation.NextCommand;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.Explanation.Used;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.LabelLimit;
import io.calicofleet.event.LabelStatus;
import io.calicofleet.event.ScheduleStatus;
import io.calicofleet.event.WaveStatus;
import io.calicofleet.planner.core.schedule.Expected;
import io.calicofleet.planner.core.schedule.Schedule;
import io.calicofleet.planner.core.schedule.Timing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Why a cluster that waits has not started. The rules are asked in the order in which the planner asks them. */
final class PendingReasons {

    private final Usage usage;
    private final CampaignStatus campaign;
    private final @Nullable Reason ofCampaign;

    private final Map<Map<String, String>, Timing> timings = new HashMap<>();
    private final Schedule schedule;
    private final Expected expected;
    private final Instant now;

    PendingReasons(Usage usage, Instant now) {
        this.usage = usage;
        this.campaign = usage.campaign();
        this.now = now;
        this.schedule = Schedule.of(campaign.spec().schedule());
        ScheduleStatus known = campaign.schedule();
        this.expected = known == null ? schedule.expected(List.of()) : new Expected(known.expected(), known.measured());
        this.ofCampaign = new CampaignReasons(usage).ofCampaign().orElse(null);
    }

    Reason of(ClusterStatus cluster) {
        CampaignName holder = cluster.waitsFor();
        if (holder != null) {
            return claimed(cluster, holder);
        }
        if (campaign.phase() == CampaignPhase.PAUSED || campaign.phase() == CampaignPhase.STOPPED) {
            return requireNonNull(ofCampaign).about(List.of(cluster.cluster()), 1);
        }
        if (cluster.holdReason() == HoldReason.UNREACHABLE) {
            return ClusterReasons.unreached(cluster);
        }
        int wave = usage.index(cluster.wave());
        // One that is retried is not new: neither its wave nor the budget keeps it.
        boolean retried = !cluster.steps().isEmpty();
        WaveStatus status = campaign.waves().get(wave);
        if (!retried && status.startedAt() == null) {
            return waveNotStarted(cluster, wave, status);
        }
        if (!retried && usage.budgetSpent()) {
            return asCampaign(cluster, status);
        }
        if (!retried && (ofWaveSpent(wave) || ofLabels(cluster, Usage::isSpent).isPresent())) {
            return partlySpent(cluster, wave);
        }
        Timing timing = timing(cluster);
        if (!timing.open()) {
            return untimely(cluster, timing);
        }
        Optional<LabelStatus> full = ofLabels(cluster, Usage::isFull);
        if (full.isPresent()) {
            return noPlace(cluster, full.orElseThrow());
        }
        return noPlace("All", usage.places(), campaign.phases(), cluster)
                .or(() -> usage.places(wave)
                        .flatMap(places ->
                                noPlace("In wave " + status.name() + " all", places, status.phases(), cluster)))
                .orElseGet(() -> Rule.STARTING.of(
                        cluster,
                        cluster.updatedAt(),
                        "It starts once the campaign has it to itself.",
                        "The planner finds it free, which takes a moment.",
                        EndedBy.ITSELF,
                        List.of()));
    }

    private boolean ofWaveSpent(int wave) {
        return usage.isSpent(campaign.spec().waves().get(wave), campaign.waves().get(wave));
    }

    /** A value of one of its labels, that limit of which is reached. */
    private Optional<LabelStatus> ofLabels(ClusterStatus cluster, BiPredicate<LabelLimit, LabelStatus> reached) {
        return campaign.spec().perLabel().stream()
                .flatMap(limit -> campaign.labels().stream()
                        .filter(status -> status.label().equals(limit.label()))
                        .filter(status -> status.value().equals(cluster.labels().getOrDefault(limit.label(), "")))
                        .filter(status -> reached.test(limit, status)))
                .findFirst();
    }

    private Reason partlySpent(ClusterStatus cluster, int wave) {
        String of = ofLabels(cluster, Usage::isSpent)
                .map(status -> "with " + Usage.named(status))
                .orElseGet(() -> "of wave " + campaign.waves().get(wave).name());
        String name = cluster.campaign().value();
        List<NextCommand> commands = new ArrayList<>();
        if (usage.count(ClusterPhase.FAILED) > 0) {
            commands.add(new NextCommand("put it right, then", "retry " + name + Rule.BECAUSE));
            commands.add(new NextCommand("or go on without", "approve " + name + " --reason \"...\""));
        }
        commands.add(
                new NextCommand("or leave it out", "skip " + name + " --cluster " + cluster.cluster() + Rule.BECAUSE));
        return Rule.LABEL_BUDGET.of(
                cluster,
                null,
                "More clusters " + of + " failed than may.",
                "Those that failed are retried or skipped, or somebody approves to go on without them.",
                EndedBy.PEOPLE,
                commands);
    }

    private static Reason noPlace(ClusterStatus cluster, LabelStatus full) {
        return Rule.LABEL_PLACES.of(
                cluster,
                null,
                "All places of clusters with " + Usage.named(full) + " are taken: " + full.running() + " running, "
                        + full.held() + " held.",
                full.running() == 0 ? "One that is held is settled." : "One that is running is finished.",
                full.running() > 0 ? EndedBy.ITSELF : EndedBy.PEOPLE,
                List.of());
    }

    /** Worked out once for all clusters with the same labels. */
    private Timing timing(ClusterStatus cluster) {
        return timings.computeIfAbsent(cluster.labels(), labels -> schedule.timing(labels, now, expected));
    }

    private Reason untimely(ClusterStatus cluster, Timing timing) {
        return timing.opensAt() == null
                ? Rule.SCHEDULE.of(
                        cluster,
                        null,
                        timing.why(),
                        "It is left out, or the campaign is ended and another one has longer windows.",
                        EndedBy.PEOPLE,
                        List.of(new NextCommand(
                                "leave it out",
                                "skip " + cluster.campaign() + " --cluster " + cluster.cluster() + Rule.BECAUSE)))
                : Rule.SCHEDULE.of(
                        cluster,
                        null,
                        timing.why(),
                        "Its time comes at " + timing.opensAt() + ".",
                        EndedBy.ITSELF,
                        List.of());
    }

    private Reason waveNotStarted(ClusterStatus cluster, int index, WaveStatus status) {
        int next = usage.nextWave().orElse(index);
        Optional<WaveStatus> open = usage.unfinished(index);
        if (index != next || open.isPresent()) {
            WaveStatus before = open.orElseGet(() -> campaign.waves().get(next));
            boolean moves = Usage.count(before.phases(), ClusterPhase.RUNNING)
                            + Usage.count(before.phases(), ClusterPhase.PENDING)
                    > 0;
            return Rule.WAVE_ORDER.of(
                    cluster,
                    campaign.createdAt(),
                    "Wave " + status.name() + " waits for wave " + before.name() + ": " + Usage.counts(before.phases())
                            + " there.",
                    "Wave " + before.name() + " is finished, and met its success rule.",
                    moves ? EndedBy.ITSELF : EndedBy.PEOPLE,
                    List.of());
        }
        return asCampaign(cluster, status);
    }

    /** What keeps the whole campaign keeps this one. */
    private Reason asCampaign(ClusterStatus cluster, WaveStatus wave) {
        if (ofCampaign != null) {
            return ofCampaign.about(List.of(cluster.cluster()), 1);
        }
        // What is said of the campaign may be some moments older, or newer, than what is said of the cluster.
        Rule rule = usage.budgetSpent() ? Rule.FAILURE_BUDGET : Rule.SUCCESS_RULE;
        boolean starts = wave.waitsFor().isEmpty();
        return rule.of(
                cluster,
                null,
                starts ? "Wave " + wave.name() + " is about to start." : wave.waitsFor(),
                "The campaign goes on.",
                starts ? EndedBy.ITSELF : EndedBy.PEOPLE,
                List.of());
    }

    private static Optional<Reason> noPlace(
            String which, Used places, Map<String, Integer> phases, ClusterStatus cluster) {
        if (isFree(places)) {
            return Optional.empty();
        }
        int running = Usage.count(phases, ClusterPhase.RUNNING);
        int held = Usage.count(phases, ClusterPhase.HELD);
        return Optional.of(Rule.PLACES.of(
                cluster,
                null,
                which + " " + places.allowed() + " places are taken: " + running + " running, " + held + " held.",
                running == 0
                        ? "One that is held is settled."
                        : "One that is running is finished" + (held > 0 ? ", or one that is held is settled." : "."),
                running > 0 ? EndedBy.ITSELF : EndedBy.PEOPLE,
                List.of()));
    }

    private Reason claimed(ClusterStatus cluster, CampaignName holder) {
        String id = cluster.cluster().value();
        List<NextCommand> commands = new ArrayList<>();
        commands.add(new NextCommand("see who has it", "status " + holder + " --cluster " + id));
        if (mayBegin(cluster)) {
            commands.add(new NextCommand(
                    "or take it at once",
                    "take-over " + cluster.campaign() + " --cluster " + id + " --reason \"...\""));
        }
        return Rule.CLAIM.of(
                cluster,
                cluster.updatedAt(),
                "Campaign " + holder + " has " + id + ".",
                "Campaign " + holder + " is done with it or skips it; or it is taken over.",
                EndedBy.ITSELF,
                commands);
    }

    /** Whether nothing but the other campaign keeps it. */
    private boolean mayBegin(ClusterStatus cluster) {
        return campaign.phase() != CampaignPhase.PAUSED
                && campaign.stop() == null
                && timing(cluster).open()
                && ofLabels(cluster, Usage::isFull).isEmpty()
                && (!cluster.steps().isEmpty()
                        || (!ofWaveSpent(usage.index(cluster.wave()))
                                && ofLabels(cluster, Usage::isSpent).isEmpty()))
                && isFree(usage.places())
                && usage.places(usage.index(cluster.wave()))
                        .filter(places -> !isFree(places))
                        .isEmpty()
                && (!cluster.steps().isEmpty() || !usage.budgetSpent());
    }

    private static boolean isFree(Used places) {
        return places.used() < places.allowed();
    }
}
