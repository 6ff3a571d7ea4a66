/** Campaigns carried out in the time of a simulation, by the rules of the planner itself. */
@NullMarked
package io.calicofleet.planner.core.simulation;

import org.jspecify.annotations.NullMarked;
