package io.calicofleet.event;

/** What a person, or a program on a person's behalf, asks of a campaign. */
public sealed interface CampaignCommand extends FleetEvent
        permits CampaignAborted,
                CampaignApproved,
                CampaignCreated,
                CampaignDeleted,
                CampaignPaused,
                CampaignResumed,
                CampaignRevised,
                ClusterRetried,
                ClusterSkipped,
                ClusterTakenOver {

    /** The campaign it is about. */
    CampaignName campaign();
}
