package io.calicofleet.verifier.core;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
     * It stays open.
     *
     * @param verification still open
     * @param nextLook when time alone may change that; null: only a further observation can
     * @param missing what is missing, a line each
     */
    record Open(Verification verification, @Nullable Instant nextLook, List<String> missing) implements Judgement {
        public Open {
            requireNonNull(verification, "verification");
            missing = List.copyOf(missing);
        }
    }
}
