package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a campaign forgotten that is over. */
@Command(
        name = "delete",
        description = {
            "Forget a campaign that is over, with all that is kept of it; archive writes that to a file first.",
            "Its name cannot be used again: the clusters remember its steps. What it did in the clusters stays."
        })
public final class DeleteCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Mixin
    private final Confirmation confirmation = new Confirmation();

    @Parameters(paramLabel = "NAME", description = "The campaign")
    private String name = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; recorded")
    private String reason = "by command";

    /** Prints to {@code terminal}. */
    public DeleteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        confirmation.ask(terminal, "All that is kept of " + name + " goes, and its name cannot be used again.");
        JsonNode answer = server.client()
                .delete("/campaigns/" + FleetClient.encode(name) + "?reason=" + FleetClient.encode(reason));
        if (server.output().structured()) {
            server.output().print(terminal, answer);
        } else {
            terminal.line(name + ": will be gone within moments");
        }
        return ExitCodes.OK;
    }
}
