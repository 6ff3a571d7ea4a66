/** Reads what is on a topic when somebody asks for it. */
@NullMarked
package io.calicofleet.planner.adapter.topics;

import org.jspecify.annotations.NullMarked;
