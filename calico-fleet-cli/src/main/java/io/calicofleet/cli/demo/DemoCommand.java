package io.calicofleet.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.ServerUnreachableException;
import io.calicofleet.cli.local.DataDirectory;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.cli.local.SystemSettings;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import io.calicofleet.cli.view.CampaignWatch;
import io.calicofleet.cli.view.CommandLines;
import io.calicofleet.cli.view.ProgressView;
import io.calicofleet.cli.view.Snapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The demo: a broker, the services and a simulated fleet, each a process of its own; a campaign in two waves; everything
 * stopped and deleted at the end. Needs nothing but this project and any free ports.
 */
@Command(
        name = "demo",
        description = {
            "Upgrade a simulated fleet, everything on this machine; leaves nothing running.",
            "Ends with 0 when all came out as it should; with --with-trouble that is: the one cluster failed at its",
            "gate, and all others were upgraded. Ends with 1 when it came out otherwise."
        })
public final class DemoCommand implements Callable<Integer> {

    private static final int FASTEST = 1000;
    private static final int MOST_CLUSTERS = 500;

    private final Terminal terminal;
    private final InstantSource clock = InstantSource.system();

    @Option(names = "--clusters", paramLabel = "N", defaultValue = "12", description = "How many clusters. Default: 12")
    private int clusters = 12;

    @Option(names = "--with-trouble", description = "In one cluster a node never gets ready with the new version")
    private boolean withTrouble;

    @Option(names = "--keep", description = "Leave everything up at the end and print the addresses, until Ctrl-C")
    private boolean keep;

    @Option(
            names = "--speed",
            paramLabel = "X",
            defaultValue = "10",
            description = "How much faster than real ones the simulated clusters are. Default: 10")
    private int speed = 10;

    /** Prints to {@code terminal}. */
    public DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (clusters < 2 || clusters > MOST_CLUSTERS) {
            throw CliException.usage("--clusters is " + clusters + ": a number from 2 to " + MOST_CLUSTERS);
        }
        if (speed < 1 || speed > FASTEST) {
            throw CliException.usage("--speed is " + speed + ": a number from 1 to " + FASTEST);
        }
        Instant start = clock.instant();
        Path folder = DataDirectory.temporary("demo");
        Installation installation = Installation.here();
        SystemSettings settings = SimulatedFleet.settings(folder);
        try (LocalSystem system = new LocalSystem(installation, settings, terminal::error)) {
            system.whenStopped(() -> system.deleteData(terminal::error));
            SimulatedFleet fleet = start(system, installation, settings);
            terminal.line("ready after " + Times.shortly(Duration.between(start, clock.instant())));
            boolean well = campaignUnlessStopped(system, fleet);
            if (system.isStopping()) {
                return ExitCodes.FAILED;
            }
            terminal.line("whole demo: " + Times.shortly(Duration.between(start, clock.instant())));
            if (keep) {
                keepUp(system, folder);
            }
            return well ? ExitCodes.OK : ExitCodes.FAILED;
        }
    }

    private boolean campaignUnlessStopped(LocalSystem system, SimulatedFleet fleet) throws InterruptedException {
        try {
            return campaign(system, fleet);
        } catch (ServerUnreachableException e) {
            if (system.isStopping()) {
                return false; // a signal, not a fault
            }
            throw e;
        }
    }

    private SimulatedFleet start(LocalSystem system, Installation installation, SystemSettings settings)
            throws InterruptedException {
        terminal.line("starting a Kafka broker, " + clusters + " simulated clusters, verifier, planner, executor ...");
        SimulatedFleet fleet = SimulatedFleet.of(system, settings);
        system.startBroker();
        fleet.start(clusters, installation.demoReleases(), speed, withTrouble);
        system.startServices();
        fleet.awaitReady();
        system.awaitReady(missing -> {});
        FleetClient client = client(system);
        system.awaitClusters(client, clusters);
        return fleet;
    }

    /** Runs the campaign; returns whether it came out as it should. */
    private boolean campaign(LocalSystem system, SimulatedFleet fleet) throws InterruptedException {
        FleetClient client = client(system);
        ObjectNode document = DemoCampaign.document(clusters, withTrouble);
        client.post("/campaigns", document);
        terminal.line("campaign " + DemoCampaign.NAME + ": " + DemoCampaign.describe(clusters));
        ReviewApprover approver = new ReviewApprover(client, DemoCampaign.NAME, terminal::line);
        ProgressView view = new ProgressView(terminal);
        system.await(FleetService.PLANNER.id(), "has not taken up the campaign", () -> known(client));
        Snapshot last = new CampaignWatch(client, DemoCampaign.NAME, terminal::error)
                .follow(
                        snapshot -> {
                            approver.approve(snapshot);
                            view.show(snapshot, clock.instant());
                        },
                        approver::mayGoOn);
        view.end();
        terminal.line("");
        DemoSummary summary = DemoSummary.gather(client, fleet, last);
        summary.print(terminal);
        return summary.cameOutWell(withTrouble);
    }

    private void keepUp(LocalSystem system, Path folder) throws InterruptedException {
        String planner = system.address(FleetService.PLANNER).toString();
        CommandLines commands = CommandLines.here(planner);
        terminal.line("");
        terminal.line("It stays up until Ctrl-C:");
        terminal.line("  planner     " + planner);
        terminal.line("  page        " + system.page());
        terminal.line("  Kafka       " + system.bootstrapServers());
        terminal.line("  kubeconfigs " + folder.resolve("kubeconfigs"));
        terminal.line("  logs        " + folder.resolve("logs"));
        terminal.line("  token       " + system.tokenFile());
        system.keepToken();
        terminal.line("Try, in another terminal:");
        terminal.line("  " + commands.of("status " + DemoCampaign.NAME));
        terminal.line("  " + commands.of("events --campaign " + DemoCampaign.NAME));
        terminal.line("  kubectl --kubeconfig " + folder.resolve("kubeconfigs/c01.yaml") + " -n kube-system get pods");
        new CountDownLatch(1).await();
    }

    private static boolean known(FleetClient client) {
        return client.get("/campaigns").findValuesAsText("campaign").contains(DemoCampaign.NAME);
    }

    private static FleetClient client(LocalSystem system) {
        return system.client();
    }
}
