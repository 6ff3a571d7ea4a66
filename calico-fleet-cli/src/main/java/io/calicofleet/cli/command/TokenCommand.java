package io.calicofleet.cli.command;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.Tokens;
import io.calicofleet.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The tokens by which a planner itself knows people. */
@Command(name = "token", description = "Add people to the file of tokens of a planner on this machine: token add ada.")
final class TokenCommand implements Runnable {

    private static final String NAME = "[A-Za-z0-9@._-]{1,200}";

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    private final Terminal terminal;

    /** Prints to {@code terminal}. */
    TokenCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "token add?");
    }

    @Command(
            name = "add",
            description = "Make a token for each; the planner knows them at once. A line that is deleted from the file"
                    + " counts no longer.")
    int add(
            @Parameters(paramLabel = "NAME", arity = "1..*", description = "Who") List<String> names,
            @Mixin PlannerAddress planner) {
        Path file = planner.tokenFile()
                .orElseThrow(() -> CliException.usage("which file does the planner read? Name it with --token-file"));
        for (String name : names) {
            if (!name.matches(NAME)) {
                throw CliException.usage("'" + name + "' is no name: letters, digits, '@', '.', '_' and '-'");
            }
        }
        try {
            for (String name : names) {
                if (Tokens.read(file, name).isPresent()) {
                    terminal.line(name + " has a token in " + file + " already");
                } else {
                    Tokens.add(file, name);
                    terminal.line(name + " has a token in " + file);
                }
            }
        } catch (IOException e) {
            throw CliException.usage(file + " cannot be written: " + e.getMessage());
        }
        return ExitCodes.OK;
    }
}
