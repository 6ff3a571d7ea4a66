/** When clusters may be started: maintenance windows, freezes, and what fits. Pure calendar arithmetic. */
@NullMarked
package io.calicofleet.planner.core.schedule;

import org.jspecify.annotations.NullMarked;
