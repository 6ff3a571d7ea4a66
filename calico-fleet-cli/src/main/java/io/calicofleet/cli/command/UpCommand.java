package io.calicofleet.cli.command;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.local.BootstrapServers;
import io.calicofleet.cli.local.DataDirectory;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.cli.local.SystemSettings;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.view.CommandLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the whole system on this machine. */
@Command(name = "up", description = "Run broker and services on this machine, against real clusters, until Ctrl-C.")
public final class UpCommand implements Callable<Integer> {

    private static final int LOOK_SECONDS = 2;

    private final Terminal terminal;

    @Option(
            names = "--kubeconfigs",
            required = true,
            paramLabel = "DIR",
            description = "A kubeconfig file per cluster; the file's name without its ending is the cluster's id")
    private Path kubeconfigs = Path.of(".");

    @Option(
            names = "--releases",
            paramLabel = "DIR_OR_URL",
            description = "Manifests as <version>/<file>.yaml. Default: Calico's own release URLs")
    private @Nullable String releases;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Where the planner listens; 0 for any free port. Default: 8080")
    private int httpPort = 8080;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "Where our broker listens; 0 for any free port. Default: 9092")
    private int kafkaPort = 9092;

    @Option(names = "--bootstrap-servers", paramLabel = "HOST:PORT", description = "Use this Kafka, start no broker")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--kafka-settings",
            paramLabel = "DIR",
            description = "How each service shows that Kafka who it is: planner.properties, verifier.properties and"
                    + " executor.properties with settings such as kafka.security.protocol=SSL")
    private @Nullable Path kafkaSettings;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${sys:user.home}/.calico-fleet",
            description = "Where the broker's data, logs and caches are kept. Default: ~/.calico-fleet")
    private Path data = Path.of(".calico-fleet");

    /** Prints to {@code terminal}. */
    public UpCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!Files.isDirectory(kubeconfigs)) {
            throw CliException.usage(
                    "--kubeconfigs is " + kubeconfigs + ": a folder with a kubeconfig file per cluster");
        }
        if (bootstrapServers != null) {
            BootstrapServers.check(bootstrapServers);
        }
        if (kafkaSettings != null && bootstrapServers == null) {
            throw CliException.usage(
                    "--kafka-settings is for the Kafka that --bootstrap-servers names; ours asks nobody");
        }
        SystemSettings settings = new SystemSettings(
                        data.toAbsolutePath().normalize(),
                        httpPort,
                        kafkaPort,
                        bootstrapServers,
                        kubeconfigs.toAbsolutePath().normalize(),
                        releases(),
                        0)
                .withKafkaSettings(
                        kafkaSettings == null
                                ? null
                                : kafkaSettings.toAbsolutePath().normalize());
        try (DataDirectory directory = DataDirectory.lock(settings.data());
                LocalSystem system = new LocalSystem(Installation.here(), settings, terminal::error)) {
            if (bootstrapServers == null) {
                terminal.line("starting the broker ...");
            }
            system.startBroker();
            terminal.line("starting " + String.join(", ", system.services()) + " ...");
            system.startServices();
            system.awaitReady(missing -> terminal.line(terminal.styled(Style.DIM, "  waiting for " + missing)));
            system.keepToken();
            addresses(system, directory);
            throw watch(system, directory);
        }
    }

    /** Tells what cannot be served, and when that changes; returns, when a service has been given up, what to end with. */
    private CliException watch(LocalSystem system, DataDirectory directory) throws InterruptedException {
        Set<String> told = Set.of();
        List<String> unserved = List.of();
        while (true) {
            String givenUp = system.givenUp();
            if (givenUp != null) {
                return CliException.unreachable(
                        directory.full().map(full -> full + "\n").orElse("") + givenUp);
            }
            unserved = system.unserved().orElse(unserved);
            Set<String> notes = new LinkedHashSet<>();
            unserved.forEach(note -> notes.add("not served: " + note));
            directory.full().ifPresent(notes::add);
            for (String note : notes) {
                if (!told.contains(note)) {
                    terminal.line(terminal.styled(Style.WAITING, note));
                }
            }
            for (String note : told) {
                if (!notes.contains(note)) {
                    terminal.line(terminal.styled(Style.DIM, "no longer so: " + note));
                }
            }
            told = notes;
            TimeUnit.SECONDS.sleep(LOOK_SECONDS);
        }
    }

    private void addresses(LocalSystem system, DataDirectory directory) {
        String planner = system.address(FleetService.PLANNER).toString();
        terminal.line(terminal.styled(Style.GOOD, "ready"));
        terminal.line("  planner    " + planner + "   (REST: /api/v1, OpenAPI: /q/openapi, events: /api/v1/events)");
        terminal.line("  page       " + system.page() + "   (it logs you in: keep it to yourself)");
        terminal.line("  health     "
                + system.services().stream()
                        .map(name -> name + " " + system.health(name))
                        .collect(Collectors.joining(", "))
                + "   (/q/health, /q/metrics)");
        terminal.line("  Kafka      " + system.bootstrapServers());
        terminal.line("  data, logs " + directory.path());
        terminal.line("  token      " + system.tokenFile() + "   (commands on this machine find it)");
        terminal.line("Next, in another terminal:  "
                + CommandLines.here(planner).of("clusters") + "   |   "
                + CommandLines.here(planner).of("apply -f campaign.yaml --wait"));
        terminal.line("Ctrl-C stops everything.");
    }

    private @Nullable String releases() {
        String given = releases;
        if (given == null || given.matches("https?://.*")) {
            return given;
        }
        Path folder = Path.of(given).toAbsolutePath().normalize();
        if (!Files.isDirectory(folder)) {
            throw CliException.usage("--releases is " + given + ": a URL, or a folder with <version>/<file>.yaml");
        }
        return folder.toString();
    }
}
