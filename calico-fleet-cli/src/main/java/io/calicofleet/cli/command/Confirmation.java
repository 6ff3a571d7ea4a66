package io.calicofleet.cli.command;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.output.Terminal;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Asks before something is done that cannot be taken back. Only a person at a terminal is asked; a script means what it says. */
final class Confirmation {

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask; nobody is asked either where this is not on a terminal")
    private boolean yes;

    /**
     * Returns where it is to be done.
     *
     * @param what is done, in a sentence
     * @throws CliException where the person does not want it
     */
    void ask(Terminal terminal, String what) {
        if (yes || !terminal.asks()) {
            return;
        }
        terminal.errorLine(what + " Go on? [y/N]");
        try {
            String answer = terminal.answer();
            if (answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes")) {
                return;
            }
        } catch (IOException e) {
            throw CliException.usage("the answer cannot be read: " + e.getMessage());
        }
        throw CliException.usage("nothing was done");
    }
}
