/** What Calico does in a cluster: versions written at start, host endpoints enforced, traffic logged. */
@NullMarked
package io.calicofleet.simulator.calico;

import org.jspecify.annotations.NullMarked;
