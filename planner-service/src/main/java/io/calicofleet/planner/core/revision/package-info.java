/** How a campaign goes on by another document: what differs, what of it may, and where clusters go. Pure. */
@NullMarked
package io.calicofleet.planner.core.revision;

import org.jspecify.annotations.NullMarked;
