/** The planner's REST API and its live stream, as a client sees them. */
@NullMarked
package io.calicofleet.cli.client;

import org.jspecify.annotations.NullMarked;
