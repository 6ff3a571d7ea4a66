package io.calicofleet.planner.core.audit;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Identity;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asked for, before it has a place in a chain.
 *
 * @param who who asked; null: nobody knows
 * @param from the address it was asked from
 * @param request method and path
 * @param campaign the campaign it is about; null where about none
 * @param cluster the cluster it is about; null where about none
 * @param command what is sent for it; null where nothing is
 * @param status the answer, as HTTP has it
 * @param summary one sentence for people
 */
public record Asked(
        @Nullable Identity who,
        String from,
        String request,
        @Nullable CampaignName campaign,
        @Nullable ClusterId cluster,
        @Nullable Sent command,
        int status,
        String summary) {

    /** The name under which a request carries why it is refused. */
    public static final String WHY = "calico-fleet.refusal";

    public Asked {
        requireNonNull(from, "from");
        requireNonNull(request, "request");
        requireNonNull(summary, "summary");
    }

    /**
     * A command.
     *
     * @param id the id of its event
     * @param digest the SHA-256 of its data
     * @param approved the digest of what is approved; null where none was named
     * @param breakGlass whether the glass is broken
     */
    public record Sent(String id, String digest, @Nullable String approved, boolean breakGlass) {

        public Sent {
            requireNonNull(id, "id");
            requireNonNull(digest, "digest");
        }
    }
}
