/** A channel of Mattermost. */
@NullMarked
package io.calicofleet.integrations.adapter.mattermost;

import org.jspecify.annotations.NullMarked;
