/** Who may do what to which campaigns and clusters: pure. */
@NullMarked
package io.calicofleet.planner.core.access;

import org.jspecify.annotations.NullMarked;
