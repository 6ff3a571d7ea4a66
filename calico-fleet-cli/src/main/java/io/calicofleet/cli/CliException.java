package io.calicofleet.cli;

/** Ends the command with a message for people and an exit code; no stack trace. */
public final class CliException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CliException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** What was asked for is wrong: exit code 2. */
    public static CliException usage(String message) {
        return new CliException(ExitCodes.USAGE, message);
    }

    /** What is needed does not answer or does not start: exit code 3. */
    public static CliException unreachable(String message) {
        return new CliException(ExitCodes.UNREACHABLE, message);
    }

    /** What was asked for did not come about: exit code 1. */
    public static CliException failed(String message) {
        return new CliException(ExitCodes.FAILED, message);
    }

    /** See {@link ExitCodes}. */
    public int exitCode() {
        return exitCode;
    }

    /** The message; never null here. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
