/** What the planner learned, written down in the order of its decisions, and read again. */
@NullMarked
package io.calicofleet.planner.port.journal;

import org.jspecify.annotations.NullMarked;
