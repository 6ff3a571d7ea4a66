package io.calicofleet.executor.engine;

/**
 * Tells the faults of ours that end one step, or one look at a cluster, from those that go further. Of errors those that a
 * JVM throws at running code end a step: a stack that was too deep and memory that was not there among them, for the other
 * clusters have not deserved to wait for that. (Where the JVM is started with {@code ExitOnOutOfMemoryError}, as our
 * launcher and chart do, the process has ended by then; {@link StepNotes} are for that.)
 */
final class Faults {

    private Faults() {}

    /** The same; thrown again where it is an error of a kind nobody knows. */
    static Throwable contained(Throwable fault) {
        if (fault instanceof Error error
                && !(error instanceof VirtualMachineError
                        || error instanceof LinkageError
                        || error instanceof AssertionError)) {
            throw error;
        }
        return fault;
    }
}
