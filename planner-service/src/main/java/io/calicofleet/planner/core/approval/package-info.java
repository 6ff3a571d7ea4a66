/** Who approves what, as campaigns say: pure. */
@NullMarked
package io.calicofleet.planner.core.approval;

import org.jspecify.annotations.NullMarked;
