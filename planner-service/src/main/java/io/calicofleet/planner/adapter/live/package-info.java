/** The events of the topics as they come, and as they came, for the live stream. */
@NullMarked
package io.calicofleet.planner.adapter.live;

import org.jspecify.annotations.NullMarked;
