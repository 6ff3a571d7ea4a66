package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stops everything. */
@Command(
        name = "stop",
        description =
                "Emergency stop: no campaign starts another cluster, nor one that is created meanwhile, until resume --all."
                        + " What is under way finishes.")
public final class StopCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(names = "--all", required = true, description = "All campaigns; one is paused: pause NAME")
    @SuppressWarnings("UnusedVariable") // typed on purpose, and that is all it is for
    private boolean all;

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; everybody reads it")
    private String reason = "";

    /** Prints to {@code terminal}. */
    public StopCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        JsonNode answer = server.client().post("/fleet/stop", FleetClient.body().put("reason", reason));
        if (server.output().structured()) {
            server.output().print(terminal, answer);
        } else {
            terminal.line("everything is stopped: what is under way finishes, nothing new starts");
            terminal.line("to go on:  " + server.commandLines().of("resume --all --reason \"...\""));
        }
        return ExitCodes.OK;
    }
}
