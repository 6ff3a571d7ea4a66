package io.calicofleet.event;

/** What a campaign says of a cluster that it wants to itself, in the order in which it says it. */
public sealed interface ClaimCall extends FleetEvent permits ClaimReleased, ClaimRequested {

    /** The campaign that says it. */
    CampaignName campaign();

    /** The cluster it is about. */
    ClusterId cluster();

    /** Which request of the campaign for this cluster, from 1; a later one ends those before. */
    int attempt();
}
