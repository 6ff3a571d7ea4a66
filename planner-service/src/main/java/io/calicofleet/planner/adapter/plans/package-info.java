/** Reads plans from their topic. */
@NullMarked
package io.calicofleet.planner.adapter.plans;

import org.jspecify.annotations.NullMarked;
