/** The report of a campaign: as one page, as data, and checked without the system it is about. */
@NullMarked
package io.calicofleet.cli.report;

import org.jspecify.annotations.NullMarked;
