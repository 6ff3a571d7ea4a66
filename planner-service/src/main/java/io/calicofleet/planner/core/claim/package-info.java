/** Which campaign has a cluster to itself: decided for one cluster at a time, by values and pure functions. */
@NullMarked
package io.calicofleet.planner.core.claim;

import org.jspecify.annotations.NullMarked;
