package io.calicofleet.planner.core.outcome;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.Identity;
import io.calicofleet.event.NeededApproval;
import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.planner.core.Decision;
import io.calicofleet.planner.core.Effect;
import io.calicofleet.planner.core.PlannerInput;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.outcome.ClusterOutcome.Asked;
import io.calicofleet.planner.core.replay.Recorded;
import io.calicofleet.planner.core.replay.Replay;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gathers, from the decisions of a campaign in their order, what was done to its clusters. */
public final class Outcomes {

    private final Predicate<ClusterId> wanted;
    private final Map<ClusterId, Story> stories = new HashMap<>();
    private List<Asked> creation = List.of();

    /**
     * Nothing yet.
     *
     * @param wanted the clusters it gathers for
     */
    public Outcomes(Predicate<ClusterId> wanted) {
        this.wanted = requireNonNull(wanted, "wanted");
    }

    /** Takes the next decision: what the campaign learned, and what it made of that. */
    public void take(Recorded recorded, Decision decision) {
        Instant at = recorded.input().at().clock();
        switch (recorded.input()) {
            case PlannerInput.CommandReceived got -> asked(at, got, decision);
            case PlannerInput.ProgressReceived got ->
                changed(decision, got.progress().step()).ifPresent(story -> story.heard(got.progress()));
            case PlannerInput.VerdictReceived got ->
                changed(decision, got.verdict().step()).ifPresent(story -> story.judged(got.verdict()));
            case PlannerInput.MissingHeard got -> {}
            case PlannerInput.ClaimAnswered got -> {}
            case PlannerInput.MembersHeard got -> {}
            case PlannerInput.StopHeard got -> {}
            case PlannerInput.Tick got -> {}
        }
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.RequestStep asked) {
                StepRequested request = asked.request();
                story(request.step().cluster()).ifPresent(story -> story.requested(request));
            }
        }
        if (decision.state() != null) {
            for (ClusterId id : decision.changedClusters()) {
                ClusterState now = decision.state().cluster(id);
                if (now != null) {
                    story(id).ifPresent(story -> story.in(now.phase(), at));
                }
            }
        }
    }

    private void asked(Instant at, PlannerInput.CommandReceived got, Decision decision) {
        CampaignCommand command = got.command();
        Asked asked = asked(at, command, got.actor(), refusal(decision));
        if (command instanceof CampaignCreated) {
            // The same document once more creates nothing.
            if (decision.headerChanged()) {
                creation = List.of(asked);
            }
            return;
        }
        decision.changedClusters().forEach(id -> story(id).ifPresent(story -> story.asked.add(asked)));
    }

    private static String refusal(Decision decision) {
        return decision.effects().stream()
                .filter(Effect.RefuseCommand.class::isInstance)
                .map(effect -> ((Effect.RefuseCommand) effect).reason())
                .collect(Collectors.joining(" "));
    }

    private static Asked asked(Instant at, CampaignCommand command, @Nullable String by, String refused) {
        Identity identity = switch (command) {
            case CampaignCreated created -> created.identity();
            case CampaignApproved approved -> approved.identity();
            default -> null;
        };
        String digest = command instanceof CampaignApproved approved ? approved.digest() : null;
        return new Asked(at, command.type().shortName(), by, identity, digest, command.summary(), refused);
    }

    /** That of a step's cluster, where it made a difference: what was heard twice does not. */
    private Optional<Story> changed(Decision decision, StepId step) {
        return decision.changedClusters().contains(step.cluster()) ? story(step.cluster()) : Optional.empty();
    }

    private Optional<Story> story(ClusterId id) {
        return wanted.test(id) ? Optional.of(stories.computeIfAbsent(id, any -> new Story())) : Optional.empty();
    }

    /**
     * What was done to a cluster.
     *
     * @param campaign its campaign
     * @param cluster where it is now
     * @param replay what made the decisions
     * @param unreadable why the last of them are not here; empty: all are
     * @return empty where the campaign is not finished with it, or only planned
     */
    public Optional<ClusterOutcome> of(
            CampaignStatus campaign, ClusterStatus cluster, Replay replay, String unreadable) {
        return OutcomeOf.isOver(campaign, cluster)
                ? Optional.of(
                        new OutcomeOf(campaign, cluster, stories.getOrDefault(cluster.cluster(), new Story()), creation)
                                .outcome(replay, unreadable))
                : Optional.empty();
    }

    /** What was heard of one cluster. */
    static final class Story {

        final List<Asked> asked = new ArrayList<>();
        final Map<String, FieldConflict> conflicts = new LinkedHashMap<>();
        final Map<StepId, StepJudged> verdicts = new LinkedHashMap<>();
        final Map<StepId, String> executors = new HashMap<>();

        @Nullable
        Found before;

        @Nullable
        StepParameters upgrade;

        List<NeededApproval> approvals = List.of();

        @Nullable
        String uid;

        @Nullable
        ClusterPhase phase;

        @Nullable
        Instant since;

        private void requested(StepRequested request) {
            StepParameters parameters = request.parameters();
            if (parameters.uid() != null) {
                uid = parameters.uid();
            }
            if (request.approvals() != null) {
                approvals = request.approvals().needed();
            }
            if (request.step().kind().upgrades()) {
                upgrade = parameters;
            }
        }

        private void heard(StepProgress progress) {
            switch (progress) {
                case StepAccepted accepted -> executors.put(accepted.step(), accepted.executor());
                case StepHeld held -> conflicting(held.conflicts());
                case StepSucceeded succeeded -> inspected(succeeded.facts());
                default -> {}
            }
        }

        /** What an upgrade that was begun has changed is not what was there before. */
        private void inspected(@Nullable ClusterFacts facts) {
            if (facts != null && upgrade == null) {
                before = Found.of(facts);
                conflicts.clear();
                conflicting(facts.conflicts());
            }
        }

        private void conflicting(List<FieldConflict> fields) {
            fields.forEach(field -> conflicts.put(field.question(), field));
        }

        private void judged(StepJudged verdict) {
            verdicts.put(verdict.step(), verdict);
        }

        private void in(ClusterPhase now, Instant at) {
            if (now != phase) {
                phase = now;
                since = at;
            }
        }
    }
}
