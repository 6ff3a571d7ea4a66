/** What is known of the releases of Calico, as data; read from calico-versions.yaml. */
@NullMarked
package io.calicofleet.planner.core.catalogue;

import org.jspecify.annotations.NullMarked;
