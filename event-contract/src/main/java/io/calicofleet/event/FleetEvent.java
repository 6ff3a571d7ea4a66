package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * The payload of an event: what the JSON value of a record on Kafka holds. Its CloudEvents attributes are beside it, in
 * {@link EventAttributes}.
 *
 * <p>The union is spelled out, so that a new event has to be classified here and in {@link EventType}.
 */
public sealed interface FleetEvent
        permits AuditRecorded,
                CampaignCommand,
                CampaignStatus,
                ChecksObserved,
                ClaimAnswer,
                ClaimCall,
                ClusterAnnounced,
                ClusterStatus,
                DecisionMade,
                FailureSeen,
                FleetStop,
                GatesMissing,
                PlanMade,
                SightLost,
                StepJudged,
                StepProgress,
                StepRequested {

    /** Which event this is. */
    @JsonIgnore
    EventType type();

    /** One sentence for people; chat bots post it as it is. */
    String summary();
}
