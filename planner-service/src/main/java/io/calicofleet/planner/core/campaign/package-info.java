/** The state of one campaign: values, and the transitions they offer. */
@NullMarked
package io.calicofleet.planner.core.campaign;

import org.jspecify.annotations.NullMarked;
