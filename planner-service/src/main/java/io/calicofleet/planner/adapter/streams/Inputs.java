package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.AuditRecorded;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignRevised;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.ClaimAnswer;
import io.calicofleet.event.ClaimCall;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.DecisionMade;
import io.calicofleet.event.Event;
import io.calicofleet.event.FailureSeen;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.FleetStop;
import io.calicofleet.event.GatesMissing;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.SightLost;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.planner.core.PlannerInput;
import io.calicofleet.planner.core.PlannerInput.ClaimAnswered;
import io.calicofleet.planner.core.PlannerInput.CommandReceived;
import io.calicofleet.planner.core.PlannerInput.MissingHeard;
import io.calicofleet.planner.core.PlannerInput.ProgressReceived;
import io.calicofleet.planner.core.PlannerInput.VerdictReceived;
import io.calicofleet.planner.core.Twin;
import io.calicofleet.planner.core.campaign.PlannerTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Events as inputs of the core. Their time is the planner's own when it takes them up, not the sender's: what lasts
 * must not depend on how well the clocks of executors and of people's machines are set.
 */
final class Inputs {

    private final Fleet fleet;
    private final FleetStops stops;
    private final Function<CampaignName, @Nullable Instant> deletedAt;
    private final Supplier<PlannerTime> clock;

    /**
     * Inputs of the time this clock shows, that carry a snapshot of this fleet, whether everything is stopped, and when a campaign of the name was deleted,
     * where the core asks for them.
     */
    Inputs(
            Fleet fleet,
            FleetStops stops,
            Function<CampaignName, @Nullable Instant> deletedAt,
            Supplier<PlannerTime> clock) {
        this.fleet = fleet;
        this.stops = stops;
        this.deletedAt = deletedAt;
        this.clock = clock;
    }

    /** The input; empty where the event is none of those a planner listens to. */
    Optional<Addressed> of(Event<? extends FleetEvent> event) {
        PlannerTime at = clock.get();
        return switch (event.data()) {
            case CampaignCommand command ->
                Optional.of(new Addressed(
                        command.campaign(),
                        received(at, command, event.attributes().actor())));
            case StepProgress progress ->
                Optional.of(new Addressed(
                        progress.step().campaign(), new ProgressReceived(at, progress, inspected(progress))));
            case StepJudged verdict ->
                Optional.of(new Addressed(verdict.step().campaign(), new VerdictReceived(at, verdict)));
            case GatesMissing said -> Optional.of(new Addressed(said.step().campaign(), new MissingHeard(at, said)));
            case ClaimAnswer answer -> Optional.of(new Addressed(answer.campaign(), claimed(at, answer)));
            case CampaignStatus foreign -> Optional.empty();
            case ChecksObserved foreign -> Optional.empty();
            case ClaimCall foreign -> Optional.empty();
            case ClusterAnnounced foreign -> Optional.empty();
            case ClusterStatus foreign -> Optional.empty();
            case PlanMade foreign -> Optional.empty();
            case SightLost foreign -> Optional.empty();
            case StepRequested foreign -> Optional.empty();
            case DecisionMade foreign -> Optional.empty();
            case FleetStop foreign -> Optional.empty();
            case FailureSeen foreign -> Optional.empty();
            case AuditRecorded foreign -> Optional.empty();
        };
    }

    private @Nullable Twin inspected(StepProgress progress) {
        return progress instanceof StepSucceeded && progress.step().kind() == StepKind.INSPECT
                ? fleet.twin(progress.step().cluster())
                : null;
    }

    private ClaimAnswered claimed(PlannerTime at, ClaimAnswer answer) {
        return answer instanceof ClaimGranted
                ? new ClaimAnswered(at, answer, fleet.twin(answer.cluster()), fleet.uid(answer.cluster()))
                : new ClaimAnswered(at, answer);
    }

    private CommandReceived received(PlannerTime at, CampaignCommand command, @Nullable String actor) {
        if (command instanceof CampaignCreated) {
            return new CommandReceived(
                    at, command, actor, fleet.snapshot(), deletedAt.apply(command.campaign()), stops.current());
        }
        boolean revises = command instanceof CampaignRevised
                || (command instanceof CampaignApproved approved
                        && approved.cluster() == null
                        && approved.digest() != null);
        return new CommandReceived(at, command, actor, revises ? fleet.snapshot() : List.of());
    }

    /**
     * An input and the campaign it is for.
     *
     * @param campaign the campaign
     * @param input the input
     */
    record Addressed(CampaignName campaign, PlannerInput input) {}
}
