package io.calicofleet.event;

/** What became of a campaign's request for a cluster. One that the campaign does not wait for any more is to be released. */
public sealed interface ClaimAnswer extends FleetEvent permits ClaimGranted, ClaimLost, ClaimQueued, ClaimRefused {

    /** The campaign that asked. */
    CampaignName campaign();

    /** The cluster it asked for. */
    ClusterId cluster();

    /** Which of its requests for this cluster, from 1. */
    int attempt();
}
