package io.calicofleet.executor.core.detect;

/** Tells how Calico was installed. */
@SuppressWarnings("DoNotCallSuggester")
public final class InstallDetector {

    private InstallDetector() {}

    /** The decision table of facts 4.1. */
    public static Installation detect(ClusterSnapshot snapshot) {
        throw new UnsupportedOperationException();
    }
}
