package io.calicofleet.planner.core;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.ClaimAnswer;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepProgress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything a campaign can learn. The union is spelled out, so that a new input has to be dealt with in PlannerCore. */
public sealed interface PlannerInput
        permits PlannerInput.CommandReceived,
                PlannerInput.ProgressReceived,
                PlannerInput.VerdictReceived,
                PlannerInput.ClaimAnswered,
                PlannerInput.Tick {

    /** When it happened. Core never asks a clock; a time before the last one known counts as that one. */
    Instant at();

    /**
     * A person asks for something.
     *
     * @param at when
     * @param command what
     * @param actor who; null where nobody said
     * @param fleet every cluster known at that moment, for {@code CampaignCreated}; else empty
     * @param deletedAt when a campaign of this name was deleted, for {@code CampaignCreated}; null where none was
     */
    record CommandReceived(
            Instant at,
            CampaignCommand command,
            @Nullable String actor,
            List<ClusterCandidate> fleet,
            @Nullable Instant deletedAt)
            implements PlannerInput {

        public CommandReceived {
            requireNonNull(at, "at");
            requireNonNull(command, "command");
            fleet = List.copyOf(fleet);
        }

        /** One whose name was not used before. */
        public CommandReceived(
                Instant at, CampaignCommand command, @Nullable String actor, List<ClusterCandidate> fleet) {
            this(at, command, actor, fleet, null);
        }
    }

    /**
     * An executor reports.
     *
     * @param at when
     * @param progress what
     */
    record ProgressReceived(Instant at, StepProgress progress) implements PlannerInput {

        public ProgressReceived {
            requireNonNull(at, "at");
            requireNonNull(progress, "progress");
        }
    }

    /**
     * A verifier judged.
     *
     * @param at when
     * @param verdict what
     */
    record VerdictReceived(Instant at, StepJudged verdict) implements PlannerInput {

        public VerdictReceived {
            requireNonNull(at, "at");
            requireNonNull(verdict, "verdict");
        }
    }

    /**
     * It was decided whether the campaign has a cluster to itself.
     *
     * @param at when
     * @param answer what
     */
    record ClaimAnswered(Instant at, ClaimAnswer answer) implements PlannerInput {

        public ClaimAnswered {
            requireNonNull(at, "at");
            requireNonNull(answer, "answer");
        }
    }

    /**
     * Time goes by.
     *
     * @param at the time now
     */
    record Tick(Instant at) implements PlannerInput {

        public Tick {
            requireNonNull(at, "at");
        }
    }
}
