package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign is to do; what its file says, with every default filled in.
 *
 * @param name unique in the fleet
 * @param procedure what is done to each cluster
 * @param target the release to upgrade to; only an upgrade has one
 * @param clusters who takes part
 * @param waves in their order, at least one
 * @param maxConcurrent how many clusters may be in flight at once
 * @param failureBudget how much may fail
 * @param gates settings of the gates
 * @param onConflict what to do with fields that both a person and the release changed
 * @param drillSteps number of steps of a drill, 1 or more; without meaning elsewhere
 * @param upgrade settings of an upgrade; null: all defaults, and elsewhere
 * @param schedule when clusters may be started; null: at any time
 * @param perLabel limits for each value of a label
 * @param unreachable what to do with a cluster that cannot be reached when its turn comes; null: it has failed
 */
public record CampaignSpec(
        CampaignName name,
        Procedure procedure,
        @Nullable CalicoVersion target,
        ClusterSelector clusters,
        List<WaveSpec> waves,
        Quantity maxConcurrent,
        FailureBudget failureBudget,
        GatesSpec gates,
        OnConflict onConflict,
        int drillSteps,
        @Nullable UpgradeSpec upgrade,
        @Nullable ScheduleSpec schedule,
        List<LabelLimit> perLabel,
        @Nullable Unreachable unreachable) {

    public CampaignSpec {
        requireNonNull(name, "name");
        requireNonNull(procedure, "procedure");
        requireNonNull(clusters, "clusters");
        requireNonNull(maxConcurrent, "maxConcurrent");
        requireNonNull(failureBudget, "failureBudget");
        requireNonNull(gates, "gates");
        requireNonNull(onConflict, "onConflict");
        waves = Copies.list(waves);
        perLabel = Copies.list(perLabel);
    }

    /** One without a schedule, without limits by label, in which what cannot be reached has failed. */
    public CampaignSpec(
            CampaignName name,
            Procedure procedure,
            @Nullable CalicoVersion target,
            ClusterSelector clusters,
            List<WaveSpec> waves,
            Quantity maxConcurrent,
            FailureBudget failureBudget,
            GatesSpec gates,
            OnConflict onConflict,
            int drillSteps,
            @Nullable UpgradeSpec upgrade) {
        this(
                name,
                procedure,
                target,
                clusters,
                waves,
                maxConcurrent,
                failureBudget,
                gates,
                onConflict,
                drillSteps,
                upgrade,
                null,
                List.of(),
                null);
    }

    /** Where it takes its clusters, for people: a release such as v3.22.5, or {@code felixConfiguration: logSeverityScreen=Warning}; empty where nowhere. */
    @JsonIgnore
    public String goal() {
        ChangeSpec change = upgradeOrDefault().change();
        return change != null ? change.toString() : target == null ? "" : target.toString();
    }

    /** What is done, for people, as {@link Procedure#said} has it. */
    @JsonIgnore
    public String said() {
        ChangeSpec change = upgradeOrDefault().change();
        return procedure.said(target, change == null ? null : change.toString());
    }

    /** The settings of an upgrade, with the defaults where there are none. */
    @JsonIgnore
    public UpgradeSpec upgradeOrDefault() {
        return upgrade == null ? UpgradeSpec.DEFAULT : upgrade;
    }
}
