package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.PasskeyAssertion;
import io.calicofleet.event.RevisionStatus;
import io.calicofleet.event.WaveApproval;
import io.calicofleet.model.approval.ApprovalDigests;
import io.calicofleet.planner.core.CommandClauses;
import io.calicofleet.planner.core.RevisionProposal;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.why.Usage;
import io.calicofleet.planner.port.FleetView;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What approvals are of, whether that is still so, and what comes of them. */
final class Approvals {

    private static final int LISTED = 20;

    private final FleetView view;
    private final Lookups lookups;
    private final VersionCatalogue catalogue;
    private final InstantSource clock;
    private final PlansMade plans;
    private final SitePasskeys passkeys;

    Approvals(
            FleetView view,
            Lookups lookups,
            VersionCatalogue catalogue,
            InstantSource clock,
            PlansMade plans,
            SitePasskeys passkeys) {
        this.view = view;
        this.lookups = lookups;
        this.catalogue = catalogue;
        this.clock = clock;
        this.plans = plans;
        this.passkeys = passkeys;
    }

    /**
     * The digest of what an approval of a campaign is of: what is signed, else what it names, else the wave or the revision that waits as far
     * as is known here; null where none does, and it is of clusters or failures.
     *
     * @throws ProblemException where it is signed, and that does not count
     */
    @Nullable
    String subject(CampaignStatus campaign, ActionRequest request, Caller caller) {
        PasskeyAssertion signed = request.passkey();
        if (signed != null) {
            return passkeys.signed(campaign, request, signed, caller);
        }
        if (request.approval() != null) {
            return request.approval();
        }
        ApprovalSubject waits = SitePasskeys.subject(campaign, request.digest());
        return waits == null ? null : ApprovalDigests.of(waits);
    }

    /** Why nothing is approved: what it names does not wait any more; empty where it does. */
    static Optional<String> ofAnother(CampaignStatus campaign, CampaignApproved approved) {
        if (approved.subject() == null || approved.cluster() != null) {
            return Optional.empty();
        }
        ApprovalSubject waits = SitePasskeys.subject(campaign, approved.digest());
        return waits == null || !ApprovalDigests.of(waits).equals(approved.subject())
                ? Optional.of(CommandClauses.OF_ANOTHER)
                : Optional.empty();
    }

    /** A revision is in force as it was shown, or not at all: the fleet may be another than when it was proposed. */
    void refuseOutdated(CampaignStatus campaign, CampaignApproved approved) {
        RevisionStatus proposed = campaign.revision();
        CampaignSpec spec = proposed == null ? null : proposed.spec();
        if (proposed == null
                || spec == null
                || approved.cluster() != null
                || !proposed.digest().equals(approved.digest())) {
            return;
        }
        RevisionProposal now = RevisionProposal.of(
                new SeenMembers(campaign, view),
                spec,
                proposed.takesIn(),
                SeenMembers.fleet(view),
                catalogue,
                clock.instant());
        if (!now.problems().isEmpty()) {
            throw lookups.unlessBehind(ProblemDocument.conflict(
                    "The revision cannot be put in force any more: put right what speaks against it, or apply another document.",
                    now.problems().stream().limit(LISTED).toList()));
        }
        if (!now.digest().equals(proposed.digest())) {
            throw lookups.unlessBehind(ProblemDocument.conflict(
                    "The revision would change something else by now than what was shown: apply its file again, which shows it,"
                            + " and approve that.",
                    now.changes().stream()
                            .limit(LISTED)
                            .map(line -> new Problem("", line, "", ""))
                            .toList()));
        }
    }

    /** In what the plan of now differs from the one an approval is about, where that is why it is refused. */
    List<Problem> changed(CampaignStatus campaign, CampaignApproved approved) {
        ClusterId id = approved.cluster();
        String digest = approved.digest();
        if (id == null || digest == null) {
            return List.of();
        }
        return view
                .cluster(campaign.campaign(), id)
                .filter(cluster -> cluster.holdReason() == HoldReason.PLAN_CHANGED)
                .map(cluster -> plans.changes(cluster, digest, plans.newest(campaign, cluster)))
                .orElse(List.of())
                .stream()
                .limit(LISTED)
                .map(line -> new Problem("", line, "", ""))
                .toList();
    }

    /** What comes of the approval of a wave or a revision; null where none waits. */
    static @Nullable String whatComes(CampaignStatus campaign, CampaignApproved approved, Caller caller) {
        Usage usage = new Usage(campaign);
        WaveApproval given = new WaveApproval(
                caller.name(),
                "",
                campaign.updatedAt(),
                caller.identity(),
                approved.breakGlass(),
                approved.subject(),
                approved.passkey());
        if (approved.digest() != null) {
            return usage.revision()
                    .filter(gate ->
                            Objects.requireNonNull(campaign.revision()).digest().equals(approved.digest()))
                    .map(gate -> gate.with(given))
                    .map(gate -> gate.passed() ? "the revision is in force" : gate.asks())
                    .orElse(null);
        }
        return usage.awaited()
                .filter(gate -> campaign.phase() == CampaignPhase.AWAITING_APPROVAL
                        || campaign.phase() == CampaignPhase.SOAKING)
                .map(gate -> gate.with(given))
                .map(gate -> gate.passed() ? usage.startsInTime() : gate.asks())
                .orElse(null);
    }
}
