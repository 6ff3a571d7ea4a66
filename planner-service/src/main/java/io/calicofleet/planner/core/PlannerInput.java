package io.calicofleet.planner.core;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.ClaimAnswer;
import io.calicofleet.event.GatesMissing;
import io.calicofleet.event.MembersStatus;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.Stop;
import io.calicofleet.planner.core.campaign.PlannerTime;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything a campaign can learn. The union is spelled out, so that a new input has to be dealt with in PlannerCore. */
public sealed interface PlannerInput
        permits PlannerInput.CommandReceived,
                PlannerInput.ProgressReceived,
                PlannerInput.VerdictReceived,
                PlannerInput.MissingHeard,
                PlannerInput.ClaimAnswered,
                PlannerInput.MembersHeard,
                PlannerInput.StopHeard,
                PlannerInput.Tick {

    /** When it is taken up. Core never asks a clock; a clock that shows a time before the last one known counts as showing that one. */
    PlannerTime at();

    /**
     * A person asks for something.
     *
     * @param at when
     * @param command what
     * @param actor who; null where nobody said
     * @param fleet every cluster known at that moment, for {@code CampaignCreated}, {@code CampaignRevised} and an approval; else empty
     * @param deletedAt when a campaign of this name was deleted, for {@code CampaignCreated}; null where none was
     * @param stop who has stopped everything, for {@code CampaignCreated}; null: nobody
     */
    record CommandReceived(
            PlannerTime at,
            CampaignCommand command,
            @Nullable String actor,
            List<ClusterCandidate> fleet,
            @Nullable Instant deletedAt,
            @Nullable Stop stop)
            implements PlannerInput {

        public CommandReceived {
            requireNonNull(at, "at");
            requireNonNull(command, "command");
            fleet = List.copyOf(fleet);
        }

        /** One whose name was not used before. */
        public CommandReceived(
                PlannerTime at, CampaignCommand command, @Nullable String actor, List<ClusterCandidate> fleet) {
            this(at, command, actor, fleet, null, null);
        }
    }

    /**
     * An executor reports.
     *
     * @param at when
     * @param progress what
     * @param twin the same cluster under another id, as known at that moment; null: there is none
     */
    record ProgressReceived(
            PlannerTime at, StepProgress progress, @Nullable Twin twin) implements PlannerInput {

        /** Where the cluster is served under one id. */
        public ProgressReceived(PlannerTime at, StepProgress progress) {
            this(at, progress, null);
        }

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
    record VerdictReceived(PlannerTime at, StepJudged verdict) implements PlannerInput {

        public VerdictReceived {
            requireNonNull(at, "at");
            requireNonNull(verdict, "verdict");
        }
    }

    /**
     * A verifier said what the gates of a step still miss.
     *
     * @param at when
     * @param said what
     */
    record MissingHeard(PlannerTime at, GatesMissing said) implements PlannerInput {

        public MissingHeard {
            requireNonNull(at, "at");
            requireNonNull(said, "said");
        }
    }

    /**
     * It was decided whether the campaign has a cluster to itself.
     *
     * @param at when
     * @param answer what
     * @param twin the same cluster under another id, as known at that moment; null: there is none
     * @param uid which real cluster it is, as its executor announced it; null where it is not known, or nothing was granted
     */
    record ClaimAnswered(
            PlannerTime at,
            ClaimAnswer answer,
            @Nullable Twin twin,
            @Nullable String uid) implements PlannerInput {

        /** Where the cluster is served under one id, and nobody knows which one it is. */
        public ClaimAnswered(PlannerTime at, ClaimAnswer answer) {
            this(at, answer, null, null);
        }

        public ClaimAnswered {
            requireNonNull(at, "at");
            requireNonNull(answer, "answer");
        }
    }

    /**
     * Other clusters fit the campaign than did.
     *
     * @param at when
     * @param members those that fit it otherwise than when it was created; null: none do
     */
    record MembersHeard(PlannerTime at, @Nullable MembersStatus members) implements PlannerInput {

        public MembersHeard {
            requireNonNull(at, "at");
        }
    }

    /**
     * Everything is stopped, or goes on.
     *
     * @param at when
     * @param stop who stopped it, and why; null: it goes on
     */
    record StopHeard(PlannerTime at, @Nullable Stop stop) implements PlannerInput {

        public StopHeard {
            requireNonNull(at, "at");
        }
    }

    /**
     * Time goes by.
     *
     * @param at the time now
     */
    record Tick(PlannerTime at) implements PlannerInput {

        public Tick {
            requireNonNull(at, "at");
        }
    }
}
