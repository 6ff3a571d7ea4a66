package io.calicofleet.verifier.core.verification;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What becomes of a verification for now. */
public sealed interface Judgement permits Judgement.Decided, Judgement.Open {

    /** The verification as it is to be kept. */
    Verification verification();

    /**
     * There is a verdict; it is to be published.
     *
     * @param verification closed
     * @param verdict the verdict
     */
    record Decided(Verification verification, Verdict verdict) implements Judgement {
        public Decided {
            requireNonNull(verification, "verification");
            requireNonNull(verdict, "verdict");
        }
    }

    /**
     * It stays open until something else is seen, or its limit is reached.
     *
     * @param verification still open
     * @param missing what is missing, a line each
     */
    record Open(Verification verification, List<String> missing) implements Judgement {
        public Open {
            requireNonNull(verification, "verification");
            missing = List.copyOf(missing);
        }
    }
}
