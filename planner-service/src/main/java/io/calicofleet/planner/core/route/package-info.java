/** Which steps, with which gates, upgrade a cluster that was installed in a certain way. */
@NullMarked
package io.calicofleet.planner.core.route;

import org.jspecify.annotations.NullMarked;
