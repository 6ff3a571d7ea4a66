package io.calicofleet.executor.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CampaignName;
import io.calicofleet.executor.port.Backups;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.model.release.ObjectKey;
import java.util.Optional;
import java.util.function.Supplier;

/** Backups that are added to as a step goes. */
public interface StepBackups extends Backups {

    /**
     * Makes sure the campaign's backup knows how this object was before the campaign touched it: called before it is
     * written.
     */
    void record(CampaignName campaign, ResourceRef ref);

    /**
     * The same for what is reached by another way.
     *
     * @param before reads the object as it is now; asked only where the backup does not know it
     */
    void record(CampaignName campaign, ObjectKey key, Supplier<Optional<ObjectNode>> before);

    /**
     * The same before it is deleted: the backup knows from then on that it was the campaign, and no person, who did it.
     *
     * @param before reads the object as it is now; asked only where the backup does not know it
     */
    void recordDeletion(CampaignName campaign, ObjectKey key, Supplier<Optional<ObjectNode>> before);
}
