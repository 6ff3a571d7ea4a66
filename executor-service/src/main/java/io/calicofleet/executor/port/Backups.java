package io.calicofleet.executor.port;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.model.release.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is kept in a cluster to undo what was done to it. */
public interface Backups {

    /** The name of the text that is the merged manifest. */
    String MANIFEST = "manifest";

    /** The backup of a campaign; empty where it has none that is complete. */
    Optional<Backup> of(CampaignName campaign);

    /** The newest complete backup that an upgrade took. */
    Optional<Backup> newest();

    /**
     * Takes the backup of a campaign, unless it has one: what a retry finds is not what was there first.
     *
     * @param objects the objects; empty for what is not there and would have to be deleted to undo
     * @param source the version that is installed
     * @param noWayBack why putting it back cannot be promised once the upgrade has begun; empty where it can
     * @return whether one was taken now
     */
    boolean take(
            CampaignName campaign,
            @Nullable CalicoVersion source,
            List<String> noWayBack,
            Map<ObjectKey, Optional<ObjectNode>> objects);

    /** Keeps a text for people under {@code name} in the cluster, such as {@link #MANIFEST}. One that is long is gzipped, and cut into several Secrets. */
    void keepText(CampaignName campaign, String name, String text);

    /** A text that was kept; empty where there is none that is whole. */
    Optional<String> text(CampaignName campaign, String name);
}
