package io.calicofleet.planner.core.failure;

import io.calicofleet.event.Stop;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a failure that was seen.
 *
 * @param state where it was seen by now
 * @param stop why everything is to stop; null: it is not
 */
public record FailureDecision(FailureState state, @Nullable Stop stop) {}
