/** What a campaign did to each of its clusters, for whoever asks afterwards: the content of signed statements. */
@NullMarked
package io.calicofleet.planner.core.outcome;

import org.jspecify.annotations.NullMarked;
