/** The objects of one cluster, their resource versions and the watches on them. */
@NullMarked
package io.calicofleet.simulator.kubernetes.store;

import org.jspecify.annotations.NullMarked;
