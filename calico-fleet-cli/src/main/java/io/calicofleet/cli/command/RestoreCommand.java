package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts a backup back. */
@Command(
        name = "restore",
        aliases = "rollback",
        description = {
            "Put back what the newest backup in a cluster holds; runs as a small campaign of its own.",
            "A Helm release goes back to the chart and values it had. Refused, with the reason, where going back cannot be"
                    + " promised."
        })
public final class RestoreCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Mixin
    private final Confirmation confirmation = new Confirmation();

    @Option(names = "--cluster", required = true, paramLabel = "ID", description = "The cluster")
    private String cluster = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; recorded")
    private String reason = "";

    @Option(names = "--wait", description = "Follow it until it ends or waits for you")
    private boolean wait;

    /** Prints to {@code terminal}. */
    public RestoreCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        confirmation.ask(terminal, "What was changed on " + cluster + " since its newest backup is taken back.");
        JsonNode answer = server.client()
                .post(
                        "/clusters/" + FleetClient.encode(cluster) + "/restore",
                        FleetClient.body().put("reason", reason));
        String campaign = answer.path("campaign").asText();
        if (wait) {
            return new Watching(terminal, server).followAccepted(campaign);
        }
        if (server.output().structured()) {
            server.output().print(terminal, answer);
        } else {
            terminal.line("restoring " + cluster + " as campaign " + campaign);
        }
        return ExitCodes.OK;
    }
}
