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
import io.calicofleet.event.WaveStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a cluster that waits has not started. The rules are asked in the order in which the planner asks them. */
final class PendingReasons {

    private final Usage usage;
    private final CampaignStatus campaign;
    private final @Nullable Reason ofCampaign;

    PendingReasons(Usage usage) {
        this.usage = usage;
        this.campaign = usage.campaign();
        this.ofCampaign = new CampaignReasons(usage).ofCampaign().orElse(null);
    }

    Reason of(ClusterStatus cluster) {
        CampaignName holder = cluster.waitsFor();
        if (holder != null) {
            return claimed(cluster, holder);
        }
        if (campaign.phase() == CampaignPhase.PAUSED) {
            return asCampaign(cluster);
        }
        int wave = usage.index(cluster.wave());
        // One that is retried is not new: neither its wave nor the budget keeps it.
        boolean retried = !cluster.steps().isEmpty();
        WaveStatus status = campaign.waves().get(wave);
        if (!retried && status.startedAt() == null) {
            return waveNotStarted(cluster, wave, status);
        }
        if (!retried && usage.budgetSpent()) {
            return budgetSpent(cluster);
        }
        return noPlace("All", usage.places(), campaign.phases(), cluster)
                .or(() -> usage.places(wave)
                        .flatMap(places ->
                                noPlace("In wave " + status.name() + " all", places, status.phases(), cluster)))
                .orElseGet(() -> reason(
                        Rule.STARTING,
                        cluster,
                        cluster.updatedAt(),
                        "It starts once the campaign has it to itself.",
                        "The planner finds it free, which takes a moment.",
                        EndedBy.ITSELF));
    }

    private Reason waveNotStarted(ClusterStatus cluster, int index, WaveStatus status) {
        int next = usage.nextWave().orElse(index);
        Optional<WaveStatus> open = usage.unfinished(index);
        if (index != next || open.isPresent()) {
            WaveStatus before = open.orElseGet(() -> campaign.waves().get(next));
            boolean moves = Usage.count(before.phases(), ClusterPhase.RUNNING)
                            + Usage.count(before.phases(), ClusterPhase.PENDING)
                    > 0;
            return reason(
                    Rule.WAVE_ORDER,
                    cluster,
                    campaign.createdAt(),
                    "Wave " + status.name() + " waits for wave " + before.name() + ": " + Usage.counts(before.phases())
                            + " there.",
                    "Wave " + before.name() + " is finished, and met its success rule.",
                    moves ? EndedBy.ITSELF : EndedBy.PEOPLE);
        }
        return ofCampaign != null
                ? asCampaign(cluster)
                : reason(
                        usage.budgetSpent() ? Rule.FAILURE_BUDGET : Rule.SUCCESS_RULE,
                        cluster,
                        null,
                        status.waitsFor().isEmpty()
                                ? "Wave " + status.name() + " is about to start."
                                : status.waitsFor(),
                        "The campaign goes on.",
                        status.waitsFor().isEmpty() ? EndedBy.ITSELF : EndedBy.PEOPLE);
    }

    private Reason budgetSpent(ClusterStatus cluster) {
        return ofCampaign != null
                ? asCampaign(cluster)
                : reason(
                        Rule.FAILURE_BUDGET,
                        cluster,
                        null,
                        usage.failures().used() + " clusters failed, and "
                                + usage.failures().allowed() + " may.",
                        "Those that failed are retried or skipped, or somebody approves to go on without them.",
                        EndedBy.PEOPLE);
    }

    private static Optional<Reason> noPlace(
            String which, Used places, Map<String, Integer> phases, ClusterStatus cluster) {
        if (isFree(places)) {
            return Optional.empty();
        }
        int running = Usage.count(phases, ClusterPhase.RUNNING);
        int held = Usage.count(phases, ClusterPhase.HELD);
        return Optional.of(reason(
                Rule.PLACES,
                cluster,
                null,
                which + " " + places.allowed() + " places are taken: " + running + " running, " + held + " held.",
                running == 0
                        ? "One that is held is settled."
                        : "One that is running is finished" + (held > 0 ? ", or one that is held is settled." : "."),
                running > 0 ? EndedBy.ITSELF : EndedBy.PEOPLE));
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
        return reason(
                Rule.CLAIM,
                cluster,
                cluster.updatedAt(),
                "Campaign " + holder + " has " + id + ".",
                "Campaign " + holder + " is done with it or skips it; or it is taken over.",
                EndedBy.ITSELF,
                commands.toArray(NextCommand[]::new));
    }

    /** Whether nothing but the other campaign keeps it. */
    private boolean mayBegin(ClusterStatus cluster) {
        return campaign.phase() != CampaignPhase.PAUSED
                && isFree(usage.places())
                && usage.places(usage.index(cluster.wave()))
                        .filter(places -> !isFree(places))
                        .isEmpty()
                && (!cluster.steps().isEmpty() || !usage.budgetSpent());
    }

    private static boolean isFree(Used places) {
        return places.used() < places.allowed();
    }

    /** What keeps the whole campaign keeps this one; what to type is said there. */
    private Reason asCampaign(ClusterStatus cluster) {
        Reason all = requireNonNull(ofCampaign);
        return new Reason(
                all.rule(),
                all.says(),
                List.of(cluster.cluster()),
                1,
                all.sentence(),
                all.since(),
                all.events(),
                all.evidence(),
                all.ends(),
                all.endedBy(),
                all.commands());
    }

    private static Reason reason(
            Rule rule,
            ClusterStatus cluster,
            @Nullable Instant since,
            String sentence,
            String ends,
            EndedBy by,
            NextCommand... commands) {
        return new Reason(
                rule.encode(),
                rule.sentence(),
                List.of(cluster.cluster()),
                1,
                sentence,
                since,
                List.of(),
                List.of(),
                ends,
                by,
                List.of(commands));
    }
}
