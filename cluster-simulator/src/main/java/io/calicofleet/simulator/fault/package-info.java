/** What goes wrong on demand. */
@NullMarked
package io.calicofleet.simulator.fault;

import org.jspecify.annotations.NullMarked;
