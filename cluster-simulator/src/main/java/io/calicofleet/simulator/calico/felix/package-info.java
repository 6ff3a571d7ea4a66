/** Felix on the nodes of a simulated cluster, and the packets it judges. */
@NullMarked
package io.calicofleet.simulator.calico.felix;

import org.jspecify.annotations.NullMarked;
