/** Slack: messages, modals, the slash command, Socket Mode and HTTP. */
@NullMarked
package io.calicofleet.integrations.adapter.slack;

import org.jspecify.annotations.NullMarked;
