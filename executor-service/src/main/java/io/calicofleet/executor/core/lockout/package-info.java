/** Whether the policies on host endpoints would cut what a cluster and its people need to reach. */
@NullMarked
package io.calicofleet.executor.core.lockout;

import org.jspecify.annotations.NullMarked;
