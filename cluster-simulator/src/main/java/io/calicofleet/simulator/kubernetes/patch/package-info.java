/** JSON patch, JSON merge patch, strategic merge patch and server-side apply. */
@NullMarked
package io.calicofleet.simulator.kubernetes.patch;

import org.jspecify.annotations.NullMarked;
