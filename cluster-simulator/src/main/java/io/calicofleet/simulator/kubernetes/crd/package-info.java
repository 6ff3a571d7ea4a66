/** CustomResourceDefinitions: their validation, and what their schemas do to objects. */
@NullMarked
package io.calicofleet.simulator.kubernetes.crd;

import org.jspecify.annotations.NullMarked;
