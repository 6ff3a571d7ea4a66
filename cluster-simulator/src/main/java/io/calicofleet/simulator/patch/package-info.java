/** JSON patch, JSON merge patch, strategic merge patch and server-side apply. */
@NullMarked
package io.calicofleet.simulator.patch;

import org.jspecify.annotations.NullMarked;
