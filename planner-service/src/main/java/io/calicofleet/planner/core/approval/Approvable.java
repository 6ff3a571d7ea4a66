package io.calicofleet.planner.core.approval;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.NeededApproval;
import io.calicofleet.event.StepApprovals;
import io.calicofleet.event.WaveName;
import io.calicofleet.model.approval.ApprovalDigests;
import io.calicofleet.model.approval.Participants;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that an approval of a campaign is of: its document, and which clusters go with which wave. */
public final class Approvable {

    private final CampaignSpec spec;
    private final Instant createdAt;
    private final Map<ClusterId, WaveName> waves = new HashMap<>();
    private final String document;
    private final Participants participants;
    private final @Nullable String change;

    /**
     * That of a campaign.
     *
     * @param positions the position of the wave of each cluster
     */
    public Approvable(CampaignSpec spec, Instant createdAt, Map<ClusterId, Integer> positions) {
        this.spec = requireNonNull(spec, "spec");
        this.createdAt = requireNonNull(createdAt, "createdAt");
        positions.forEach(
                (cluster, wave) -> waves.put(cluster, spec.waves().get(wave).name()));
        this.document = ApprovalDigests.of(spec);
        this.participants = Participants.of(waves);
        this.change = spec.upgradeOrDefault().change() == null ? null : spec.goal();
    }

    /** What an approval of {@code what} is of, as {@link ApprovalSubject} names it. */
    public ApprovalSubject subject(String what) {
        return new ApprovalSubject(
                what, spec.name(), createdAt, spec.procedure(), spec.target(), document, participants.root(), change);
    }

    /** What a step of {@code cluster}, which takes part, carries of the approvals that it needs. */
    public StepApprovals of(ClusterId cluster, List<NeededApproval> needed) {
        return new StepApprovals(
                requireNonNull(waves.get(cluster), "wave"),
                createdAt,
                spec.procedure(),
                spec.target(),
                document,
                participants.path(cluster),
                needed,
                change);
    }
}
