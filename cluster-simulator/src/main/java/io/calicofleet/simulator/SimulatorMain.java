package io.calicofleet.simulator;

import io.calicofleet.simulator.demo.DemoFleet;
import io.calicofleet.simulator.demo.KafkaTrafficSink;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The simulator as a process: a fleet for the demo, until it is told to stop. */
@Command(
        name = "cluster-simulator",
        mixinStandardHelpOptions = true,
        description = "Simulated Kubernetes clusters running Calico, over HTTPS.")
public final class SimulatorMain implements Callable<Integer> {

    /** Kept here since levels are forgotten with their logger. What matters of Kafka {@link KafkaTrafficSink} tells, once. */
    private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

    private static final long STARTED_WITHIN_NANOS = TimeUnit.MINUTES.toNanos(2);

    @Option(names = "--clusters", description = "Number of clusters (default: ${DEFAULT-VALUE}).", defaultValue = "12")
    private int clusters = 12;

    @Option(names = "--only", split = ",", description = "The ids of those to make; without it all.")
    private List<String> only = List.of();

    @Option(names = "--nodes", description = "Nodes of each cluster (default: ${DEFAULT-VALUE}).", defaultValue = "3")
    private int nodes = 3;

    @Option(names = "--port", description = "The port; 0 picks a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--kubeconfigs",
            description = "Where to write <id>.yaml and clusters.yaml (default: ${DEFAULT-VALUE}).",
            defaultValue = "kubeconfigs")
    private Path kubeconfigs = Path.of("kubeconfigs");

    @Option(names = "--releases", required = true, description = "Directory with <version>/calico.yaml.")
    private Path releases = Path.of("releases");

    @Option(
            names = "--calico",
            description = "Installed release (default: ${DEFAULT-VALUE}).",
            defaultValue = "v3.13.4")
    private String calico = "v3.13.4";

    @Option(
            names = "--kubernetes",
            description = "Version of Kubernetes (default: ${DEFAULT-VALUE}).",
            defaultValue = "v1.21.14")
    private String kubernetes = "v1.21.14";

    @Option(
            names = "--bootstrap-servers",
            description = "Kafka that the nodes' kernel log lines go to; without it they go nowhere.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--speed",
            description = "How much faster than a real cluster (default: ${DEFAULT-VALUE}).",
            defaultValue = "10")
    private double speed = 10;

    @Option(names = "--with-trouble", description = "A node of the last cluster never gets ready with a new version.")
    private boolean withTrouble;

    /** Runs until SIGTERM. */
    public static void main(String[] args) {
        KAFKA.setLevel(Level.SEVERE);
        System.exit(new CommandLine(new SimulatorMain()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        Thread hook = Thread.ofPlatform().unstarted(() -> {
            asked.countDown();
            try {
                boolean unused = stopped.await(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        KafkaTrafficSink kafka = bootstrapServers == null ? null : new KafkaTrafficSink(bootstrapServers);
        try (Simulator simulator = Simulator.start(SimulatorOptions.ofSpeed(port, speed))) {
            if (kafka != null) {
                simulator.addTrafficSink(kafka);
            }
            run(simulator);
            asked.await();
        } finally {
            if (kafka != null) {
                kafka.close();
            }
            stopped.countDown();
        }
        return 0;
    }

    private void run(Simulator simulator) {
        DemoFleet fleet = new DemoFleet(simulator, nodes, kubernetes, releases, calico);
        fleet.create(clusters, only);
        simulator.writeKubeconfigs(kubeconfigs);
        long end = System.nanoTime() + STARTED_WITHIN_NANOS;
        while (!fleet.isReady() && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        // Nobody watches yet: what happened so far need not be remembered.
        simulator.clusters().forEach(cluster -> cluster.faults().compact());
        String trouble = withTrouble ? ", trouble in " + fleet.trouble() : "";
        System.out.println(
                "ready: " + simulator.clusters().size() + " clusters of " + nodes + " nodes with Calico " + calico
                        + " on Kubernetes " + kubernetes + " at " + simulator.address() + ", kubeconfigs in "
                        + kubeconfigs.toAbsolutePath() + trouble);
    }
}
