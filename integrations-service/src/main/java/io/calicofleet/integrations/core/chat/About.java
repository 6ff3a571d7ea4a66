package io.calicofleet.integrations.core.chat;

import static java.util.Objects.requireNonNull;

/**
 * What somebody is asked to decide.
 *
 * @param campaign the name of the campaign
 * @param digest of what waits for an approval, as it was shown
 */
public record About(String campaign, String digest) {

    public About {
        requireNonNull(campaign, "campaign");
        requireNonNull(digest, "digest");
    }
}
