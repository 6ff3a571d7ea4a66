package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.output.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says which command line this is, and which planner answers it. */
@Command(name = "version", description = "Show the versions of this command line and of the planner.")
public final class VersionCommand implements Callable<Integer> {

    private static final String OF_BUILD = "/META-INF/maven/io.calicofleet/calico-fleet-cli/pom.properties";

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(names = "--client", description = "Only this command line; no planner is asked")
    private boolean clientOnly;

    /** Prints to {@code terminal}. */
    VersionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ObjectNode versions = FleetClient.body().put("client", client());
        if (!clientOnly) {
            versions.put("server", asked(server.client()));
        }
        if (server.output().structured()) {
            server.output().print(terminal, versions);
        } else {
            versions.properties()
                    .forEach(version -> terminal.line(
                            version.getKey() + "  " + version.getValue().asText()));
        }
        return ExitCodes.OK;
    }

    /** A planner of before this was asked for says nothing. */
    private static String asked(FleetClient client) {
        try {
            return client.get("/version").path("version").asText();
        } catch (RequestRefusedException e) {
            if (e.problem().status() == 404) {
                return "unknown: older than this command line";
            }
            throw e;
        }
    }

    /** Of this command line, as Maven wrote it into the package. */
    public static String client() {
        try (InputStream written = VersionCommand.class.getResourceAsStream(OF_BUILD)) {
            Properties properties = new Properties();
            if (written != null) {
                properties.load(written);
            }
            return properties.getProperty("version", "unknown: not packaged");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
