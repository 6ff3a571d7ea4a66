package io.calicofleet.cli.command;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.view.CommandLines;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the planner is and who asks: what every command takes that talks to one. */
class PlannerAddress {

    /** What is said of the option that names the file. */
    static final String CONFIG = "Where contexts are kept. Default: $CALICO_FLEET_CONFIG, or ~/.calico-fleet/config";

    @Option(
            names = "--server",
            paramLabel = "URL",
            description =
                    "The planner. Default: that of --context, $CALICO_FLEET_SERVER, that of the chosen context, or "
                            + FleetClient.DEFAULT_SERVER)
    private @Nullable String server;

    @Option(names = "--context", paramLabel = "CONTEXT", description = "The planner by its name: context list has them")
    private @Nullable String context;

    @Option(names = "--config", paramLabel = "FILE", description = CONFIG)
    private @Nullable Path config;

    @Option(
            names = "--actor",
            paramLabel = "NAME",
            description = "Who acts; recorded with what is asked. Default: that of the context, or $USER")
    private @Nullable String actor;

    /** As if they had been parsed: what was typed for options, by their longest names. */
    static PlannerAddress of(Map<String, String> options) {
        PlannerAddress address = new PlannerAddress();
        address.server = options.get("--server");
        address.context = options.get("--context");
        String config = options.get("--config");
        address.config = config == null ? null : Path.of(config);
        return address;
    }

    FleetClient client() {
        return new FleetClient(address(), actor());
    }

    /** Who acts. */
    String actor() {
        String here = System.getenv().getOrDefault("USER", System.getProperty("user.name", "unknown"));
        String ofContext = chosen().map(Contexts.Context::actor).orElse(null);
        return actor != null ? actor : ofContext != null ? ofContext : here;
    }

    CommandLines commandLines() {
        return CommandLines.here(address().toString());
    }

    private URI address() {
        return address(
                server != null ? server : chosen().map(Contexts.Context::server).orElse(FleetClient.DEFAULT_SERVER));
    }

    /** Whoever names a server or a context means that; then comes the environment, and then what was chosen. */
    private Optional<Contexts.Context> chosen() {
        String ofEnvironment = System.getenv("CALICO_FLEET_SERVER");
        Path file = config == null ? Contexts.file() : config;
        if (context != null) {
            return Optional.of(Contexts.read(file).named(context));
        }
        if (server != null) {
            return Optional.empty();
        }
        return ofEnvironment != null && !ofEnvironment.isEmpty()
                ? Optional.of(new Contexts.Context(ofEnvironment, null))
                : Contexts.read(file).chosen();
    }

    /**
     * The address of a planner.
     *
     * @throws CliException where it is none
     */
    static URI address(String server) {
        String address = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
        if (!address.matches("https?://[^/\\s]+(/\\S*)?")) {
            throw CliException.usage("--server is '" + server + "': an address such as " + FleetClient.DEFAULT_SERVER);
        }
        return URI.create(address);
    }
}
