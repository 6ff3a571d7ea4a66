/** A simulated tigera-operator: what it makes of its resources, and what it says of itself. */
@NullMarked
package io.calicofleet.simulator.calico.operator;

import org.jspecify.annotations.NullMarked;
