package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The current truth about a cluster in a campaign.
 *
 * @param campaign the campaign it belongs to
 * @param cluster the cluster it is about
 * @param wave its wave
 * @param labels those of its labels that rules of the campaign are about
 * @param phase where it is
 * @param holdReason why it is held or failed
 * @param objections all objections of the preflight, or what else a person has to decide about
 * @param step the step in flight, or the last one
 * @param done progress of that step
 * @param total of so many; 0 where unknown
 * @param unit of what
 * @param steps all steps so far, in their order
 * @param remaining the kinds of the steps to come
 * @param gates the gates last judged
 * @param conflicts customisation conflicts to decide on
 * @param review the traffic review
 * @param plan what its upgrade would write, in numbers; null where none was made
 * @param acceptedPlan the digest of the plan that its upgrade keeps to; null: to none
 * @param source the version it had
 * @param target the release it goes to
 * @param waitsFor the campaign that has the cluster, for which this one waits; null: for none
 * @param silentSince since when nobody answers for the step in flight; null: somebody does, or there is none
 * @param stepWaits what its step waits for, the most telling first; empty: it goes on, or nothing was said yet
 * @param notes what a person should know
 * @param updatedAt when this was true
 * @param summary one sentence for people
 */
public record ClusterStatus(
        CampaignName campaign,
        ClusterId cluster,
        WaveName wave,
        Map<String, String> labels,
        ClusterPhase phase,
        @Nullable HoldReason holdReason,
        List<String> objections,
        @Nullable StepId step,
        int done,
        int total,
        String unit,
        List<StepRecord> steps,
        List<String> remaining,
        List<GateResult> gates,
        List<FieldConflict> conflicts,
        @Nullable TrafficReview review,
        @Nullable ClusterPlan plan,
        @Nullable String acceptedPlan,
        @Nullable CalicoVersion source,
        @Nullable CalicoVersion target,
        @Nullable CampaignName waitsFor,
        @Nullable Instant silentSince,
        List<String> stepWaits,
        List<String> notes,
        Instant updatedAt,
        String summary)
        implements FleetEvent {

    public ClusterStatus {
        requireNonNull(campaign, "campaign");
        requireNonNull(cluster, "cluster");
        requireNonNull(wave, "wave");
        requireNonNull(phase, "phase");
        requireNonNull(unit, "unit");
        requireNonNull(updatedAt, "updatedAt");
        summary = Lines.shortened(requireNonNull(summary, "summary"));
        labels = Copies.map(labels);
        objections = Lines.few(objections);
        steps = Copies.list(steps);
        remaining = Copies.list(remaining);
        gates = Copies.list(gates);
        conflicts = Copies.list(conflicts);
        stepWaits = Lines.few(stepWaits);
        notes = Lines.few(notes);
    }

    @Override
    public EventType type() {
        return EventType.CLUSTER_STATUS;
    }
}
