package io.calicofleet.cli.command;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.Credentials;
import io.calicofleet.cli.output.Terminal;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Forgets what a person is known by. */
@Command(name = "logout", description = "Forget what you are known by at the planner.")
final class LogoutCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final PlannerAddress planner = new PlannerAddress();

    /** Prints to {@code terminal}. */
    LogoutCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try {
            boolean known = Credentials.ofUser().forget(planner.uri());
            terminal.line(known ? "logged out of " + planner.uri() : "nobody is logged in at " + planner.uri());
            return ExitCodes.OK;
        } catch (IOException e) {
            throw CliException.failed("it cannot be forgotten: " + e.getMessage());
        }
    }
}
