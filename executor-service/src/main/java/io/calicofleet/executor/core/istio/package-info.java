/** Istio's sidecar injector and what runs its sidecars, as far as application layer policy needs it. */
@NullMarked
package io.calicofleet.executor.core.istio;

import org.jspecify.annotations.NullMarked;
