/** The rules by which objects are created, changed and deleted, as the Kubernetes API documents them. */
@NullMarked
package io.calicofleet.simulator.kubernetes.api;

import org.jspecify.annotations.NullMarked;
