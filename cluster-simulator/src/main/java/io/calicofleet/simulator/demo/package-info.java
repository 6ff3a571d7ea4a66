/** The fleet of the demo. */
@NullMarked
package io.calicofleet.simulator.demo;

import org.jspecify.annotations.NullMarked;
