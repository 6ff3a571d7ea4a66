/** The command line: what {@code ./calico-fleet} starts. */
@NullMarked
package io.calicofleet.cli;

import org.jspecify.annotations.NullMarked;
