package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.view.ReplayView;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a campaign as it was. */
@Command(
        name = "replay",
        description = {
            "Show a campaign as it was: decided once more, by the same rules, from what was written down then.",
            "With --to, what changed from the one time to the other, and what was decided on."
        })
public final class ReplayCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "NAME", description = "The campaign; also one that was deleted")
    private String name = "";

    @Option(
            names = "--at",
            paramLabel = "TIME|OFFSET",
            description =
                    "A time with its zone, such as 2026-11-28T10:00:00Z, or the offset of a decision. Default: the last one")
    private @Nullable String at;

    @Option(names = "--to", paramLabel = "TIME|OFFSET", description = "What changed from --at until then")
    private @Nullable String to;

    /** Prints to {@code terminal}. */
    public ReplayCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (to != null && at == null) {
            throw CliException.usage("--to needs --at: from when on?");
        }
        String query = parameter("?at=", at) + parameter("&to=", to);
        JsonNode replay = server.client().get("/campaigns/" + FleetClient.encode(name) + "/replay" + query);
        if (server.output().structured()) {
            server.output().print(terminal, replay);
        } else {
            new ReplayView(terminal, server.commandLines()).print(replay);
        }
        return ExitCodes.OK;
    }

    private static String parameter(String before, @Nullable String value) {
        return value == null ? "" : before + FleetClient.encode(value);
    }
}
