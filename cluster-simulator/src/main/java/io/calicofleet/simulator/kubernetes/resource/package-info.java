/** What a cluster serves: built-in types and those of CRDs, discovery and OpenAPI. */
@NullMarked
package io.calicofleet.simulator.kubernetes.resource;

import org.jspecify.annotations.NullMarked;
