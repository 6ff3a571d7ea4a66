package io.calicofleet.planner.core;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClaimCall;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.EventType;
import io.calicofleet.event.FailureSeen;
import io.calicofleet.event.StepRequested;
import java.util.List;

/** What is to be done about a decision: data, carried out by the shell in the order given. */
public sealed interface Effect
        permits Effect.CallClaim,
                Effect.ForgetCampaign,
                Effect.PublishCampaignStatus,
                Effect.PublishClusterStatus,
                Effect.RefuseCommand,
                Effect.RequestStep,
                Effect.TellFailure {

    /**
     * Say that the campaign wants a cluster to itself, or does not any more.
     *
     * @param call the payload
     */
    record CallClaim(ClaimCall call) implements Effect {

        public CallClaim {
            requireNonNull(call, "call");
        }
    }

    /**
     * Forget a campaign: what is stored of it, and the statuses that were published.
     *
     * @param campaign which
     * @param clusters those it had
     * @param begun whether any of its steps was ever asked for; then its name must not be used again
     */
    record ForgetCampaign(CampaignName campaign, List<ClusterId> clusters, boolean begun) implements Effect {

        public ForgetCampaign {
            requireNonNull(campaign, "campaign");
            clusters = List.copyOf(clusters);
        }
    }

    /**
     * Ask for a step.
     *
     * @param request the payload
     */
    record RequestStep(StepRequested request) implements Effect {

        public RequestStep {
            requireNonNull(request, "request");
        }
    }

    /**
     * Say that a step failed, where failures of all campaigns are counted.
     *
     * @param failure the payload
     */
    record TellFailure(FailureSeen failure) implements Effect {

        public TellFailure {
            requireNonNull(failure, "failure");
        }
    }

    /**
     * Tell where a cluster is.
     *
     * @param status the payload
     */
    record PublishClusterStatus(ClusterStatus status) implements Effect {

        public PublishClusterStatus {
            requireNonNull(status, "status");
        }
    }

    /**
     * Tell where a campaign is.
     *
     * @param status the payload
     */
    record PublishCampaignStatus(CampaignStatus status) implements Effect {

        public PublishCampaignStatus {
            requireNonNull(status, "status");
        }
    }

    /**
     * A command changed nothing, and why. Where the campaign exists, its status follows with the same reason; log it and
     * count it in any case.
     *
     * @param campaign the campaign the command named
     * @param command which command
     * @param reason why, and what would be right
     */
    record RefuseCommand(CampaignName campaign, EventType command, String reason) implements Effect {

        public RefuseCommand {
            requireNonNull(campaign, "campaign");
            requireNonNull(command, "command");
            requireNonNull(reason, "reason");
        }
    }
}
