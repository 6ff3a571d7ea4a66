package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * How much may fail before nothing new is started.
 *
 * @param maxFailures so many clusters may fail; one more holds the campaign
 * @param sameFailure on how many clusters the same failure stops the whole fleet; null: as is the default, and in the budget of a wave
 */
public record FailureBudget(Quantity maxFailures, @Nullable SameFailure sameFailure) {

    public FailureBudget {
        requireNonNull(maxFailures, "maxFailures");
    }

    /** One that says nothing of failures that are the same. */
    public FailureBudget(Quantity maxFailures) {
        this(maxFailures, null);
    }
}
