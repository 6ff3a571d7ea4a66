package io.calicofleet.cli;

/** What the exit codes mean; scripts rely on them. */
public final class ExitCodes {

    /** Done. */
    public static final int OK = 0;

    /** The campaign failed, is held, or waits for a person. */
    public static final int FAILED = 1;

    /** The input is wrong. */
    public static final int USAGE = 2;

    /** The server cannot be reached, or something could not be started. */
    public static final int UNREACHABLE = 3;

    private ExitCodes() {}
}
