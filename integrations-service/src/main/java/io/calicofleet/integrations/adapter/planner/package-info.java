/** The planner's REST, asked for somebody. */
@NullMarked
package io.calicofleet.integrations.adapter.planner;

import org.jspecify.annotations.NullMarked;
