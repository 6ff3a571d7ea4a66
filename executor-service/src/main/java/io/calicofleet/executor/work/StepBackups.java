package io.calicofleet.executor.work;

import io.calicofleet.event.CampaignName;
import io.calicofleet.executor.core.step.Backups;
import io.calicofleet.executor.core.step.ResourceRef;

/** Backups that are added to as a step goes. */
public interface StepBackups extends Backups {

    /**
     * Makes sure the campaign's backup knows how this object was before the campaign touched it: called before it is
     * written.
     */
    void record(CampaignName campaign, ResourceRef ref);
}
