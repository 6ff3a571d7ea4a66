package io.calicofleet.cli;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterSelector;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.FailureBudget;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.GatesSpec;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PodsGateSpec;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.Quantity;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRecord;
import io.calicofleet.event.TrafficGateSpec;
import io.calicofleet.event.TrafficMode;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.event.VersionGateSpec;
import io.calicofleet.event.WaveClusters;
import io.calicofleet.event.WaveName;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.event.WaveStatus;
import io.calicofleet.kafka.EventJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A campaign of three clusters, for tests. */
public final class Samples {

    public static final Instant START = Instant.parse("2026-11-23T08:00:00Z");
    private static final CampaignName NAME = CampaignName.of("calico-3-22");

    private Samples() {}

    public static CampaignStatus campaign(CampaignPhase phase, Map<String, Integer> phases) {
        WaveSpec wave =
                new WaveSpec(WaveName.of("canary"), WaveClusters.REST, null, Quantity.ALL, Duration.ZERO, false);
        CampaignSpec spec = new CampaignSpec(
                NAME,
                Procedure.UPGRADE,
                CalicoVersion.of(3, 22, 5),
                new ClusterSelector(List.of(), Map.of(), true),
                List.of(wave),
                Quantity.of(3),
                new FailureBudget(Quantity.of(1)),
                new GatesSpec(
                        new PodsGateSpec(Duration.ofMinutes(15), null),
                        new VersionGateSpec(Duration.ofMinutes(5)),
                        new TrafficGateSpec(TrafficMode.REQUIRED, Duration.ofMinutes(30), Duration.ofMinutes(15))),
                OnConflict.HOLD,
                0,
                UpgradeSpec.DEFAULT);
        return new CampaignStatus(
                NAME,
                spec,
                phase,
                "",
                List.of(new WaveStatus(WaveName.of("canary"), 3, phases, null, null, START, null, "", null, List.of())),
                3,
                phases,
                phases.getOrDefault("failed", 0),
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                START,
                START,
                START.plusSeconds(90),
                "what there is to say");
    }

    public static ClusterStatus cluster(String id, ClusterPhase phase, @Nullable HoldReason hold, String summary) {
        return cluster(id, phase, hold, summary, List.of(), List.of());
    }

    /** One with something to decide about, and steps to come. */
    public static ClusterStatus cluster(
            String id,
            ClusterPhase phase,
            @Nullable HoldReason hold,
            String summary,
            List<String> objections,
            List<String> remaining) {
        ClusterId cluster = ClusterId.of(id);
        return new ClusterStatus(
                NAME,
                cluster,
                WaveName.of("canary"),
                Map.of(),
                phase,
                hold,
                objections,
                new StepId(NAME, cluster, StepKind.UPGRADE, 1),
                3,
                10,
                "nodes",
                List.of(new StepRecord(
                        new StepId(NAME, cluster, StepKind.UPGRADE, 1), "failed", START, START, summary)),
                remaining,
                List.of(),
                List.of(),
                null,
                null,
                null,
                CalicoVersion.of(3, 13, 4),
                CalicoVersion.of(3, 22, 5),
                null,
                null,
                List.of(),
                List.of(),
                START,
                summary);
    }

    /** One that another campaign has. */
    public static ClusterStatus waiting(String id, String holder) {
        return new ClusterStatus(
                NAME,
                ClusterId.of(id),
                WaveName.of("canary"),
                Map.of(),
                ClusterPhase.PENDING,
                null,
                List.of(),
                null,
                0,
                0,
                "",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                CalicoVersion.of(3, 22, 5),
                CampaignName.of(holder),
                null,
                List.of(),
                List.of(),
                START,
                id + " waits for campaign " + holder + " on this cluster: skip it there, or take it over.");
    }

    /** The same with fields to decide on. */
    public static ClusterStatus withConflicts(ClusterStatus cluster, List<FieldConflict> conflicts) {
        return with(cluster, conflicts, cluster.review());
    }

    /** The same with a review of its traffic. */
    public static ClusterStatus withReview(ClusterStatus cluster, TrafficReview review) {
        return with(cluster, cluster.conflicts(), review);
    }

    private static ClusterStatus with(
            ClusterStatus cluster, List<FieldConflict> conflicts, @Nullable TrafficReview review) {
        return new ClusterStatus(
                cluster.campaign(),
                cluster.cluster(),
                cluster.wave(),
                cluster.labels(),
                cluster.phase(),
                cluster.holdReason(),
                cluster.objections(),
                cluster.step(),
                cluster.done(),
                cluster.total(),
                cluster.unit(),
                cluster.steps(),
                cluster.remaining(),
                cluster.gates(),
                conflicts,
                review,
                null,
                null,
                cluster.source(),
                cluster.target(),
                cluster.waitsFor(),
                cluster.silentSince(),
                cluster.stepWaits(),
                cluster.notes(),
                cluster.updatedAt(),
                cluster.summary());
    }

    /** Why the campaign waits. */
    public static Explanation explanation(Explanation.Reason... reasons) {
        return new Explanation(
                NAME,
                null,
                "calico-3-22 is held.",
                null,
                new Explanation.Used(1, 3),
                new Explanation.Used(1, 1),
                List.of(reasons));
    }

    /** A reason for which a cluster waits, with commands {@code "label: command"}. */
    public static Explanation.Reason reason(
            String rule, String cluster, EndedBy by, String sentence, String... commands) {
        return new Explanation.Reason(
                rule,
                "The rule of " + rule + ".",
                List.of(ClusterId.of(cluster)),
                1,
                sentence,
                START,
                List.of(NAME + "/" + cluster + "/upgrade/1/requested"),
                List.of("pod calico-node-1: not ready"),
                "Somebody does something.",
                by,
                Arrays.stream(commands)
                        .map(command -> command.split(": ", 2))
                        .map(parts -> new Explanation.NextCommand(parts[0], parts[1]))
                        .toList());
    }

    public static String json(Object value) {
        return new String(EventJson.write(value), StandardCharsets.UTF_8);
    }
}
