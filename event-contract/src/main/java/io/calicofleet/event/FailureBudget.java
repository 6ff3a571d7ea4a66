package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * How much may fail before nothing new is started.
 *
 * @param maxFailures so many clusters may fail; one more holds the campaign
 */
public record FailureBudget(Quantity maxFailures) {

    public FailureBudget {
        requireNonNull(maxFailures, "maxFailures");
    }
}
