/** What the integrations need of a chat and of the planner. */
@NullMarked
package io.calicofleet.integrations.port;

import org.jspecify.annotations.NullMarked;
