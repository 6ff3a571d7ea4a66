/** The report of a campaign: as one page, as data, and checked without the system it is about. */
@NullMarked
package io.calicofleet.planner.report;

import org.jspecify.annotations.NullMarked;
