package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what campaigns did to a cluster. */
@Command(
        name = "history",
        description = "Show what campaigns did to a cluster: who wanted it when, to which version, how it went.")
public final class HistoryCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "CLUSTER", description = "The cluster")
    private String cluster = "";

    /** Prints to {@code terminal}. */
    public HistoryCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        JsonNode history = server.client().get("/clusters/" + FleetClient.encode(cluster) + "/history");
        if (server.output().structured()) {
            server.output().print(terminal, history);
            return ExitCodes.OK;
        }
        if (history.isEmpty()) {
            terminal.line("No campaign that is still there has " + cluster + ".");
            return ExitCodes.OK;
        }
        Table table = Table.of("campaign", "what", "from", "to", "by", "began", "ended", "phase", "how it went");
        for (JsonNode past : history) {
            table.row(
                    past.path("campaign").asText(),
                    past.path("change").isTextual()
                            ? "change"
                            : past.path("procedure").asText(),
                    text(past, "source"),
                    past.path("change").isTextual() ? text(past, "change") : text(past, "target"),
                    text(past, "author"),
                    time(past, "startedAt"),
                    time(past, "finishedAt"),
                    past.path("phase").asText(),
                    past.path("summary").asText());
        }
        table.print(terminal);
        return ExitCodes.OK;
    }

    private static String text(JsonNode past, String field) {
        return past.hasNonNull(field) ? past.path(field).asText() : "-";
    }

    private static String time(JsonNode past, String field) {
        return past.hasNonNull(field)
                ? Times.clock(Instant.parse(past.path(field).asText()))
                : "-";
    }
}
