/** All objections to the upgrade of one cluster, at once. */
@NullMarked
package io.calicofleet.planner.core.preflight;

import org.jspecify.annotations.NullMarked;
