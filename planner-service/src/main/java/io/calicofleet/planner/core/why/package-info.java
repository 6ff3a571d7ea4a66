/** Why something does not go on, worked out from what the statuses say: pure. */
@NullMarked
package io.calicofleet.planner.core.why;

import org.jspecify.annotations.NullMarked;
