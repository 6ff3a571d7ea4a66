/** Threads of campaigns in a chat: read from Kafka, and what was said kept there. */
@NullMarked
package io.calicofleet.integrations.adapter.chat;

import org.jspecify.annotations.NullMarked;
