/** Which version the images of a simulated cluster are of. */
@NullMarked
package io.calicofleet.simulator.calico.image;

import org.jspecify.annotations.NullMarked;
