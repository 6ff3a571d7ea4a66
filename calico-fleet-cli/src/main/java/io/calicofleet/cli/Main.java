package io.calicofleet.cli;

import io.calicofleet.cli.command.Commands;
import io.calicofleet.cli.output.Terminal;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What {@code ./calico-fleet} starts. */
public final class Main {

    private Main() {}

    /** Runs one command and ends with its exit code, see {@link ExitCodes}. */
    public static void main(String[] arguments) {
        // Libraries say in exceptions what we need to know; their logs have no place in a terminal.
        Logger.getLogger("").setLevel(Level.OFF);
        System.exit(Commands.line(Terminal.ofSystem()).execute(arguments));
    }
}
