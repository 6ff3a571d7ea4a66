package io.calicofleet.executor.core.fleet;

/** What is wrong with an offer, in words that hold nothing of its credentials. Becomes an {@link Offer.Unusable}. */
final class OfferException extends Exception {

    private static final long serialVersionUID = 1L;

    OfferException(String problem) {
        super(problem);
    }
}
