package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Lines;
import io.calicofleet.event.MembersStatus;
import io.calicofleet.event.RevisionStatus;
import io.calicofleet.event.ScheduleStatus;
import io.calicofleet.event.WaveStatus;
import io.calicofleet.planner.core.campaign.CampaignHeader;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.Findings;
import io.calicofleet.planner.core.campaign.PlannerTime;
import io.calicofleet.planner.core.campaign.Revision;
import io.calicofleet.planner.core.campaign.StepInFlight;
import io.calicofleet.planner.core.campaign.Tally;
import io.calicofleet.planner.core.campaign.WaveProgress;
import io.calicofleet.planner.core.route.PlannedStep;
import io.calicofleet.planner.core.schedule.Expected;
import io.calicofleet.planner.core.schedule.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says in events where campaigns and clusters are. */
final class Statuses {

    private Statuses() {}

    /** Where a cluster is. */
    static ClusterStatus of(CampaignState state, ClusterState cluster) {
        StepInFlight step = cluster.step();
        Findings findings = cluster.findings();
        return new ClusterStatus(
                state.name(),
                cluster.cluster(),
                state.header().spec().waves().get(cluster.wave()).name(),
                cluster.labels(),
                cluster.phase(),
                findings.holdReason(),
                findings.objections(),
                step == null ? null : step.id(),
                step == null ? 0 : step.done(),
                step == null ? 0 : step.total(),
                step == null ? "" : step.unit(),
                cluster.history(),
                cluster.todo().stream().map(Statuses::named).toList(),
                findings.gates(),
                findings.conflicts(),
                findings.review(),
                cluster.plan(),
                cluster.acceptedPlan(),
                findings.source(),
                state.header().spec().target(),
                cluster.waitsForClaim() ? cluster.claimed().holder() : null,
                cluster.unanswered() ? cluster.inFlight().heardAt() : null,
                step == null || cluster.phase() != ClusterPhase.RUNNING ? List.of() : step.waits(),
                findings.notes(),
                cluster.updatedAt(),
                summary(cluster));
    }

    /** Where a campaign is; {@code refused} is why a command was just refused, or empty. */
    static CampaignStatus of(CampaignState state, String refused, PlannerTime now) {
        boolean known = refused.isEmpty() || refused.equals(state.header().reason());
        return told(state, known ? "" : "Refused: " + refused, now);
    }

    /** Where a campaign is, and before that a word about what just happened to it, or none. */
    static CampaignStatus told(CampaignState state, String word, PlannerTime now) {
        CampaignHeader header = state.header();
        List<WaveStatus> waves = new ArrayList<>();
        for (int i = 0; i < header.waves().size(); i++) {
            WaveProgress progress = header.waves().get(i);
            waves.add(new WaveStatus(
                    header.spec().waves().get(i).name(),
                    state.tally(i).total(),
                    state.tally(i).byPhase(),
                    state.tally(i).failures(),
                    state.tally(i).unreached(),
                    progress.startedAt(),
                    progress.finishedAt(),
                    WaveRules.waitsFor(state, i, now),
                    header.spec().waves().get(i).approval() ? progress.approved() : null,
                    progress.approvals()));
        }
        Tally tally = state.tally();
        String reason = word.isEmpty() ? header.reason() : joined(word, header.reason());
        return new CampaignStatus(
                state.name(),
                header.spec(),
                header.phase(),
                reason,
                waves,
                tally.total(),
                tally.byPhase(),
                tally.failures(),
                tally.unreached(),
                LabelRules.reached(state),
                schedule(state, now),
                header.stop(),
                header.pausedUntil(),
                header.author(),
                revision(header),
                WaveRules.awaitsApproval(state)
                        .map(index -> WaveRules.subject(state, index))
                        .orElse(null),
                members(state),
                header.createdAt(),
                header.since(),
                now.clock(),
                summary(state, reason));
    }

    private static @Nullable RevisionStatus revision(CampaignHeader header) {
        Revision proposed = header.revision();
        return proposed == null
                ? null
                : new RevisionStatus(
                        proposed.digest(),
                        proposed.author(),
                        proposed.proposedAt(),
                        proposed.changes(),
                        proposed.approvals(),
                        RevisionRules.gate(header, proposed).asks(),
                        proposed.subject(),
                        proposed.spec(),
                        proposed.takesIn());
    }

    /** One that has finished since left nothing behind. */
    private static @Nullable MembersStatus members(CampaignState state) {
        MembersStatus known = state.header().members();
        if (known == null) {
            return null;
        }
        List<ClusterId> left =
                known.left().stream().filter(id -> isOpen(state.cluster(id))).toList();
        return left.isEmpty() && known.joined().isEmpty()
                ? null
                : new MembersStatus(known.joined(), known.moreJoined(), left, known.moreLeft());
    }

    private static boolean isOpen(@Nullable ClusterState cluster) {
        return cluster != null && !cluster.finished();
    }

    private static @Nullable ScheduleStatus schedule(CampaignState state, PlannerTime now) {
        if (!state.schedule().says()) {
            return null;
        }
        Expected expected = state.expected();
        Optional<Timing> next = WaveRules.untimely(state, now);
        return new ScheduleStatus(
                next.map(Timing::opensAt).orElse(null),
                next.map(Timing::zone).orElse(""),
                expected.duration(),
                expected.measured());
    }

    /** Whether the two tell people different things. */
    static boolean toldDifferently(CampaignHeader before, CampaignHeader after) {
        return before.phase() != after.phase()
                || !before.reason().equals(after.reason())
                || !before.waves().equals(after.waves())
                || before.standing() != after.standing()
                || !Objects.equals(before.stop(), after.stop())
                || !Objects.equals(before.pausedUntil(), after.pausedUntil())
                || !before.spec().equals(after.spec())
                || !Objects.equals(before.revision(), after.revision())
                || !Objects.equals(before.members(), after.members())
                || !before.createdAt().equals(after.createdAt());
    }

    private static String named(PlannedStep step) {
        return step.times() == 1 ? step.kind().encode() : step.kind().encode() + " x" + step.times();
    }

    private static String summary(ClusterState cluster) {
        String said = cluster.findings().message();
        return cluster.cluster()
                + switch (cluster.phase()) {
                    case PENDING ->
                        cluster.waitsForClaim()
                                ? joined(
                                        " waits for campaign "
                                                + cluster.claimed().holder()
                                                + " on this cluster: skip it there, or take it over.",
                                        said)
                                : joined(" waits.", said);
                    case RUNNING -> ": " + running(cluster.step(), said);
                    case HELD -> joined(" is held:", said);
                    case SUCCEEDED -> joined(" is done.", said);
                    case FAILED -> joined(" failed:", said);
                    case SKIPPED -> joined(" is left out.", said);
                    case ABORTED -> joined(" was aborted.", said);
                };
    }

    private static String running(@Nullable StepInFlight step, String said) {
        if (step == null) {
            return said;
        }
        if (step.waitsFor() != null) {
            return step.id().named() + " waits: " + step.waitsFor();
        }
        String count = step.total() > 0 ? ", " + step.done() + " of " + step.total() + " " + step.unit() : "";
        if (!step.missing().isEmpty()) {
            return step.id().named() + count + ". It waits for gate " + Lines.first(step.missing()) + ".";
        }
        return step.id().named() + count + (said.isEmpty() ? "." : ". " + said);
    }

    private static String summary(CampaignState state, String reason) {
        Tally tally = state.tally();
        boolean changes = state.header().spec().upgradeOrDefault().change() != null;
        String done = switch (state.header().spec().procedure()) {
            case UPGRADE -> changes ? "changed" : "upgraded";
            case PLAN -> "planned";
            case RESTORE -> "restored";
            case DRILL -> "drilled";
        };
        StringBuilder text = new StringBuilder(state.name() + " is "
                + state.header().phase() + ": " + tally.succeeded() + " of " + tally.total() + " clusters " + done);
        for (ClusterPhase phase : List.of(ClusterPhase.RUNNING, ClusterPhase.HELD, ClusterPhase.FAILED)) {
            if (tally.of(phase) > 0) {
                text.append(", ").append(tally.of(phase)).append(' ').append(phase);
            }
        }
        if (tally.unreached() > 0) {
            text.append(", ").append(tally.unreached()).append(" not reached");
        }
        return joined(text.append('.').toString(), reason);
    }

    private static String joined(String first, String second) {
        return second.isEmpty() ? first : first + " " + second;
    }
}
