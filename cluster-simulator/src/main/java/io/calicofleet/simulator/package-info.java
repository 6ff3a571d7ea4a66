/** Simulated Kubernetes clusters running Calico: start them, look into them, make them fail. */
@NullMarked
package io.calicofleet.simulator;

import org.jspecify.annotations.NullMarked;
