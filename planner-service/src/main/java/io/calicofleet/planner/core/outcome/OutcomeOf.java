package io.calicofleet.planner.core.outcome;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterPlan;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.FieldAnswer;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRecord;
import io.calicofleet.planner.core.outcome.ClusterOutcome.Asked;
import io.calicofleet.planner.core.outcome.ClusterOutcome.Continuity;
import io.calicofleet.planner.core.outcome.ClusterOutcome.Decided;
import io.calicofleet.planner.core.outcome.ClusterOutcome.Gap;
import io.calicofleet.planner.core.outcome.ClusterOutcome.Judged;
import io.calicofleet.planner.core.outcome.ClusterOutcome.Kept;
import io.calicofleet.planner.core.outcome.ClusterOutcome.Protection;
import io.calicofleet.planner.core.outcome.ClusterOutcome.Result;
import io.calicofleet.planner.core.outcome.ClusterOutcome.Step;
import io.calicofleet.planner.core.outcome.Outcomes.Story;
import io.calicofleet.planner.core.replay.Replay;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster that is finished, and what was heard of it.
 *
 * @param campaign its campaign
 * @param cluster where it is
 * @param story what was heard
 * @param creation who created the campaign
 */
record OutcomeOf(CampaignStatus campaign, ClusterStatus cluster, Story story, List<Asked> creation) {

    private static final Set<GateKind> PROTECTION = Set.of(
            GateKind.NETWORK_UNCHANGED,
            GateKind.HOST_ENDPOINT_PROTECTION,
            GateKind.HOST_ENDPOINT_TRAFFIC,
            GateKind.HOST_ENDPOINT_RELEASE,
            GateKind.AUTO_HOST_ENDPOINTS);

    static boolean isOver(CampaignStatus campaign, ClusterStatus cluster) {
        return cluster.phase().finished() && campaign.spec().procedure() != Procedure.PLAN;
    }

    ClusterOutcome outcome(Replay replay, String unreadable) {
        Instant finished = story.since != null && story.phase == cluster.phase() ? story.since : cluster.updatedAt();
        ClusterPlan plan = cluster.plan();
        String doubt = replay.differs()
                .filter(other -> !other.input().at().clock().isAfter(finished))
                .map(Replay::otherwise)
                .orElse(unreadable);
        return new ClusterOutcome(
                campaign.campaign(),
                campaign.createdAt(),
                campaign.spec().procedure(),
                cluster.cluster(),
                story.uid,
                cluster.wave(),
                result().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                cluster.summary(),
                cluster.source(),
                cluster.target(),
                cluster.steps().isEmpty() ? null : cluster.steps().getFirst().startedAt(),
                finished,
                plan == null ? null : plan.digest(),
                cluster.acceptedPlan(),
                kept(),
                continuity(),
                protection(),
                cluster.steps().stream().map(this::step).toList(),
                story.approvals,
                Stream.concat(creation.stream(), story.asked.stream())
                        .filter(asked -> !asked.at().isAfter(finished))
                        .toList(),
                doubt.isEmpty() ? null : doubt);
    }

    private Result result() {
        boolean restores = campaign.spec().procedure() == Procedure.RESTORE;
        return switch (cluster.phase()) {
            case SUCCEEDED -> restores ? Result.RESTORED : Result.SUCCEEDED;
            case FAILED -> cluster.holdReason() == HoldReason.ROLLED_BACK ? Result.ROLLED_BACK : Result.FAILED;
            case SKIPPED -> Result.SKIPPED;
            case ABORTED -> Result.ABORTED;
            case PENDING, RUNNING, HELD -> throw new IllegalStateException(cluster.cluster() + " is not finished");
        };
    }

    private Found before() {
        return Objects.requireNonNullElse(story.before, Found.NOTHING);
    }

    private Kept kept() {
        StepParameters upgrade = story.upgrade;
        return new Kept(
                before().changed(),
                before().changes(),
                upgrade == null ? null : upgrade.onConflict(),
                upgrade == null ? null : upgrade.withoutBase(),
                story.conflicts.values().stream()
                        .limit(Found.NAMED)
                        .map(field -> new Decided(field, answer(upgrade, field)))
                        .toList());
    }

    private static @Nullable OnConflict answer(@Nullable StepParameters upgrade, FieldConflict field) {
        if (upgrade == null) {
            return null;
        }
        return upgrade.answers().stream()
                .filter(answer -> answer.question().equals(field.question()))
                .map(FieldAnswer::answer)
                .findFirst()
                .orElse(upgrade.onConflict());
    }

    private Continuity continuity() {
        boolean asked = campaign.spec().upgradeOrDefault().continuity() != null;
        List<Judged> verdicts = judged(Set.of(GateKind.CONTINUITY));
        String said =
                asked ? "Not measured: no step was judged by it." : "Not measured: the campaign did not ask for it.";
        return new Continuity(
                asked, verdicts.isEmpty() ? said : verdicts.getLast().reason(), gaps(), verdicts);
    }

    /** As the last verdict on it has them. */
    private List<Gap> gaps() {
        return story.verdicts.values().stream()
                .flatMap(verdict -> verdict.gates().stream())
                .filter(result -> result.gate() == GateKind.CONTINUITY)
                .reduce((earlier, later) -> later)
                .map(result -> result.paths().stream().map(Gap::of).toList())
                .orElse(List.of());
    }

    private Protection protection() {
        return new Protection(
                story.before != null,
                before().hostEndpoints(),
                before().allInterfaces(),
                before().needingProtection(),
                before().automatic(),
                before().counts(),
                judged(PROTECTION));
    }

    /** What was judged by these gates, in the order of the steps. */
    private List<Judged> judged(Set<GateKind> gates) {
        return story.verdicts.values().stream()
                .flatMap(verdict -> verdict.gates().stream()
                        .filter(result -> gates.contains(result.gate()))
                        .map(result -> Judged.of(verdict.step(), result)))
                .toList();
    }

    private Step step(StepRecord record) {
        StepJudged verdict = story.verdicts.get(record.step());
        return new Step(
                record.step(),
                story.executors.get(record.step()),
                record.state(),
                record.startedAt(),
                record.finishedAt(),
                record.message(),
                verdict == null ? List.of() : verdict.gates());
    }
}
