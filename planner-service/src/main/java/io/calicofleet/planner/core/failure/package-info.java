/** Whether the same failure on several clusters stops everything: pure. One state for each signature, whatever campaigns it is seen in. */
@NullMarked
package io.calicofleet.planner.core.failure;

import org.jspecify.annotations.NullMarked;
