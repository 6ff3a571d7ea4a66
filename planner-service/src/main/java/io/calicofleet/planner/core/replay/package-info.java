/** Decides once more what was decided before. */
@NullMarked
package io.calicofleet.planner.core.replay;

import org.jspecify.annotations.NullMarked;
