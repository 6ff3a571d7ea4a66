package io.calicofleet.cli.command;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.Credentials;
import io.calicofleet.cli.client.DeviceLogin;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.Tokens;
import io.calicofleet.cli.view.CommandLines;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
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
            description = "As whom, of those in the file of tokens. Default: that of the context, or the first")
    private @Nullable String actor;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "The tokens the planner knows people by, a line NAME TOKEN each. Default: $CALICO_FLEET_TOKEN, which is"
                            + " the token itself, that of the context, what is kept for the planner, or ~/.calico-fleet/token")
    private @Nullable Path tokenFile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description =
                    "The authorities whose certificates are believed of the planner, PEM. Default: $CALICO_FLEET_CA_FILE,"
                            + " that of the context, or those of Java")
    private @Nullable Path caFile;

    /** As if they had been parsed: what was typed for options, by their longest names. */
    static PlannerAddress of(Map<String, String> options) {
        PlannerAddress address = new PlannerAddress();
        address.server = options.get("--server");
        address.context = options.get("--context");
        String config = options.get("--config");
        address.config = config == null ? null : Path.of(config);
        String authorities = options.get("--ca-file");
        address.caFile = authorities == null ? null : Path.of(authorities);
        return address;
    }

    FleetClient client() {
        return client(token());
    }

    /** One that asks as whoever has this token; empty: as nobody. */
    FleetClient client(String token) {
        return new FleetClient(address(), () -> token, caFile().map(CaFile::trust));
    }

    /** The file of the authorities whose certificates are believed of the planner; empty: those of Java are. */
    Optional<Path> caFile() {
        return Optional.ofNullable(caFile)
                .or(() -> Optional.ofNullable(System.getenv("CALICO_FLEET_CA_FILE"))
                        .filter(named -> !named.isBlank())
                        .map(Path::of))
                .or(() -> chosen().map(Contexts.Context::caFile).map(Path::of));
    }

    /** Who asks, as far as that can be told without the planner. */
    String actor() {
        return named().orElse(System.getProperty("user.name", "unknown"));
    }

    private Optional<String> named() {
        return Optional.ofNullable(actor).or(() -> chosen().map(Contexts.Context::actor));
    }

    /** By which the planner knows who asks; empty: nobody has one. */
    private String token() {
        String ofEnvironment = System.getenv("CALICO_FLEET_TOKEN");
        if (tokenFile == null && ofEnvironment != null && !ofEnvironment.isBlank()) {
            return ofEnvironment.strip();
        }
        Optional<String> login = tokenFile == null && actor == null ? login() : Optional.empty();
        if (login.isPresent()) {
            return login.orElseThrow();
        }
        Path file = tokenFile().orElse(null);
        if (file == null) {
            return "";
        }
        String name = named().orElse(null);
        try {
            Optional<String> token = Tokens.read(file, name);
            if (token.isEmpty() && (tokenFile != null || actor != null)) {
                throw CliException.usage(file + " has no token" + (name == null ? "" : " of " + name));
            }
            return token.orElse("");
        } catch (IOException e) {
            throw CliException.usage(file + " cannot be read: " + e.getMessage());
        }
    }

    /** The file with the tokens the planner knows people by; empty: none is known. That of this machine is for no other. */
    Optional<Path> tokenFile() {
        return Optional.ofNullable(tokenFile)
                .or(() -> chosen().map(Contexts.Context::tokenFile).map(Path::of))
                .or(this::kept)
                .or(() -> Optional.of(Path.of(System.getProperty("user.home"), ".calico-fleet", Tokens.FILE))
                        .filter(any -> address().getHost().matches("127\\..*|localhost|\\[::1]")));
    }

    /** The token of the login there; refreshed where it ends, and kept. */
    private Optional<String> login() {
        try {
            Optional<Credentials.Kept> kept = Credentials.ofUser().of(address());
            if (kept.map(Credentials.Kept::accessToken).isEmpty()) {
                return Optional.empty();
            }
            Optional<Credentials.Kept> fresh = new DeviceLogin(InstantSource.system()).fresh(kept.orElseThrow());
            if (fresh.isPresent() && !fresh.equals(kept)) {
                Credentials.ofUser().keep(address(), fresh.orElseThrow());
            }
            // One that has ended is sent all the same: the planner says that it counts no longer.
            return fresh.or(() -> kept).map(Credentials.Kept::accessToken);
        } catch (IOException e) {
            throw CliException.usage("the login at " + address() + " cannot be read or kept: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CliException.failed("interrupted");
        }
    }

    private Optional<Path> kept() {
        try {
            return Credentials.ofUser()
                    .of(address())
                    .map(Credentials.Kept::tokenFile)
                    .map(Path::of);
        } catch (IOException e) {
            throw CliException.usage("what is kept for " + address() + " cannot be read: " + e.getMessage());
        }
    }

    CommandLines commandLines() {
        return CommandLines.here(address().toString());
    }

    /** Where the planner is. */
    URI uri() {
        return address();
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
                ? Optional.of(new Contexts.Context(ofEnvironment, null, null, null))
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
