/** What is told in a chat about a campaign, and what is to be said next; no chat in particular. */
@NullMarked
package io.calicofleet.integrations.core.chat;

import org.jspecify.annotations.NullMarked;
