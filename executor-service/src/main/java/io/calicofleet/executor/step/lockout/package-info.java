/** Asks the lockout guard about a cluster as it is and as a step would leave it. */
@NullMarked
package io.calicofleet.executor.step.lockout;

import org.jspecify.annotations.NullMarked;
