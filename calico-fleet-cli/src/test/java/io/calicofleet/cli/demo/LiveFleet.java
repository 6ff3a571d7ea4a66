package io.calicofleet.cli.demo;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.calicofleet.cli.Run;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.cli.local.Ports;
import io.calicofleet.cli.local.SystemSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Everything as the demo starts it, each a process of its own: broker, simulated clusters, the three services. */
final class LiveFleet implements AutoCloseable {

    private static final int SPEED = 10;

    final List<String> told = new CopyOnWriteArrayList<>();
    final LocalSystem system;
    final SimulatedFleet clusters;
    final FleetClient client;

    /** Skips the test where the services are not packaged; returns when all clusters are announced. */
    static LiveFleet start(Path folder, int clusters, boolean withTrouble) throws InterruptedException {
        List<Path> missing = Installation.here().missing().stream()
                .filter(path -> path.toString().contains("quarkus-app"))
                .toList();
        assumeTrue(missing.isEmpty(), () -> "not packaged, run ./mvnw verify at the top: " + missing);
        LiveFleet fleet = new LiveFleet(folder);
        try {
            fleet.start(clusters, withTrouble);
            return fleet;
        } catch (InterruptedException | RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    private LiveFleet(Path folder) {
        Path kubeconfigs = folder.resolve("kubeconfigs");
        String releases = Installation.here().demoReleases().toString();
        system = new LocalSystem(
                Installation.here(), new SystemSettings(folder, 0, 0, null, kubeconfigs, releases, 0), told::add);
        clusters = new SimulatedFleet(system, kubeconfigs, Ports.require(0, "--port"));
        client = new FleetClient(system.address(FleetService.PLANNER), "test");
    }

    private void start(int count, boolean withTrouble) throws InterruptedException {
        system.startBroker();
        clusters.start(count, Installation.here().demoReleases(), SPEED, withTrouble);
        system.startServices();
        clusters.awaitReady();
        system.awaitReady(missing -> {});
        system.await(
                "executor", "does not announce", () -> client.get("/clusters").size() == count);
    }

    /** The command line as people use it, against this planner. */
    Run run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--server", system.address(FleetService.PLANNER).toString()));
        return Run.of(all.toArray(String[]::new));
    }

    @Override
    public void close() {
        system.close();
    }
}
