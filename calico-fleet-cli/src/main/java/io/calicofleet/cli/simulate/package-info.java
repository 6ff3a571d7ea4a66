/** What a campaign would do to a fleet, told by many runs in simulated time. */
@NullMarked
package io.calicofleet.cli.simulate;

import org.jspecify.annotations.NullMarked;
