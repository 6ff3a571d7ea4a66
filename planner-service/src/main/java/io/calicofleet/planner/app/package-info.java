/** Puts the planner together: settings, wiring, start and stop, health and metrics. */
@NullMarked
package io.calicofleet.planner.app;

import org.jspecify.annotations.NullMarked;
