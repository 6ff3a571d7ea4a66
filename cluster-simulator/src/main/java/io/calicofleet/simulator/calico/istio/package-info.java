/** Istio's sidecar injection, as far as application layer policy needs it. */
@NullMarked
package io.calicofleet.simulator.calico.istio;

import org.jspecify.annotations.NullMarked;
