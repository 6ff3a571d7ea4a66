package io.calicofleet.cli.rehearse;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.local.DataDirectory;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.view.CommandLines;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.GivenObjects;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.kubernetes.resource.KubernetesVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Simulated clusters to work with: API servers over HTTPS in this process, with kubeconfigs, until it ends. */
@Command(
        name = "simulator",
        description = {
            "Run simulated Kubernetes clusters on this machine, with kubeconfigs, until Ctrl-C.",
            "They are empty, or hold what --manifest says; kubectl and calico-fleet work with them as with real ones."
        })
public final class SimulatorCommand implements Callable<Integer> {

    private static final int MOST_CLUSTERS = 1000;
    private static final int MOST_NODES = 500;
    private static final Pattern BETA_WORKLOAD =
            Pattern.compile("\"(DaemonSet|Deployment)\" in version \"(extensions|apps)/v1beta[12]\"");

    private final Terminal terminal;

    @Option(
            names = "--kubernetes",
            paramLabel = "VERSION",
            defaultValue = "v1.34",
            description = "Their version of Kubernetes, such as v1.27. Default: v1.34")
    private String kubernetes = "v1.34";

    @Option(names = "--clusters", paramLabel = "N", defaultValue = "1", description = "How many clusters. Default: 1")
    private int clusters = 1;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "3", description = "Nodes of each. Default: 3")
    private int nodes = 3;

    @Option(
            names = "--kubeconfigs",
            required = true,
            paramLabel = "DIR",
            description = "Where a kubeconfig for each is written, c01.yaml and so on; they are deleted at the end")
    private Path kubeconfigs = Path.of(".");

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "Objects to begin with, as kubectl apply takes them; may be repeated; - is standard input")
    private List<String> manifests = new ArrayList<>();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Where they listen; 0 for any free port. Default: 0")
    private int port;

    @Option(
            names = "--speed",
            paramLabel = "X",
            defaultValue = "10",
            description = "How much faster than real ones they are. Default: 10")
    private double speed = 10;

    /** Prints to {@code terminal}. */
    public SimulatorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        KubernetesVersion version = version("--kubernetes", kubernetes);
        within("--clusters", clusters, MOST_CLUSTERS);
        within("--nodes", nodes, MOST_NODES);
        if (!(speed > 0 && speed <= 1000)) {
            throw CliException.usage("--speed is " + speed + ": a number above 0, up to 1000");
        }
        GivenObjects given = manifests.isEmpty() ? GivenObjects.of(List.of()) : ManifestFile.read(manifests);
        Path folder = kubeconfigs.toAbsolutePath().normalize();
        List<String> ids = IntStream.rangeClosed(1, clusters)
                .mapToObj(number -> String.format(Locale.ROOT, clusters < 100 ? "c%02d" : "c%03d", number))
                .toList();
        List<Path> files = files(folder, ids);
        Thread cleaning = new Thread(() -> files.forEach(DataDirectory::delete), "kubeconfigs");
        Runtime.getRuntime().addShutdownHook(cleaning);
        try (Simulator simulator = start()) {
            for (String id : ids) {
                SimulatedCluster cluster = simulator.addCluster(ClusterTemplate.named(id)
                        .withKubernetes(version.toString())
                        .withNodes(nodes)
                        .withEtcd(new Installed(given).etcd().kind()));
                refused(given.addTo(cluster), given, version);
            }
            simulator.writeKubeconfigs(folder);
            tell(simulator, version, folder);
            new CountDownLatch(1).await();
            return ExitCodes.OK;
        } catch (UncheckedIOException e) {
            throw CliException.unreachable(String.valueOf(e.getMessage()));
        } finally {
            files.forEach(DataDirectory::delete);
        }
    }

    /**
     * A version of Kubernetes that the simulator knows.
     *
     * @throws CliException where it is none
     */
    static KubernetesVersion version(String option, String text) {
        return KubernetesVersion.known(text)
                .orElseThrow(() -> CliException.usage(option + " is '" + text + "': a version of Kubernetes from "
                        + KubernetesVersion.OLDEST.line() + " to " + KubernetesVersion.NEWEST.line()
                        + ", such as v1.27 or v1.27.3"));
    }

    /** @throws CliException where the API server refused something */
    static void refused(List<String> refused, GivenObjects given, KubernetesVersion version) {
        if (!refused.isEmpty()) {
            int most = 10;
            StringBuilder text = new StringBuilder("Kubernetes " + version.line() + " refuses " + refused.size()
                    + " of the " + given.objects().size() + " objects, as kubectl apply would tell:");
            refused.stream()
                    .limit(most)
                    .forEach(line ->
                            text.append(System.lineSeparator()).append("  ").append(line));
            if (refused.size() > most) {
                text.append(System.lineSeparator())
                        .append("  and ")
                        .append(refused.size() - most)
                        .append(" more");
            }
            if (refused.stream().anyMatch(BETA_WORKLOAD.asPredicate())) {
                text.append(System.lineSeparator())
                        .append(
                                "Since Kubernetes v1.16 workloads are of apps/v1 only. A cluster on which this was applied before that"
                                        + " has them as apps/v1: give what kubectl get -o yaml writes, or read it with --cluster");
            }
            throw CliException.usage(text.toString());
        }
    }

    static void within(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw CliException.usage(option + " is " + value + ": a number from 1 to " + most);
        }
    }

    private Simulator start() {
        return Simulator.start(SimulatorOptions.ofSpeed(port, speed));
    }

    /** What is written there, after a look whether anybody else's files would be overwritten. */
    private static List<Path> files(Path folder, List<String> ids) {
        List<Path> files = new ArrayList<>(
                ids.stream().map(id -> folder.resolve(id + ".yaml")).toList());
        for (Path file : files) {
            if (Files.exists(file) && !isSimulated(file)) {
                throw CliException.usage(file
                        + " is there already, and not of a simulated cluster: name another folder with --kubeconfigs");
            }
        }
        Path labels = folder.resolve("clusters.yaml");
        if (Files.exists(labels) && files.stream().noneMatch(Files::exists)) {
            throw CliException.usage(labels + " is there already: name another folder with --kubeconfigs");
        }
        files.add(labels);
        return files;
    }

    /** Whether a kubeconfig is of a simulated cluster, left by one that was killed. */
    private static boolean isSimulated(Path file) {
        try {
            return Files.readString(file).matches("(?s).*https://127\\.0\\.0\\.1:\\d+/clusters/.*");
        } catch (IOException e) {
            return false;
        }
    }

    private void tell(Simulator simulator, KubernetesVersion version, Path folder) {
        terminal.line(
                terminal.styled(Style.GOOD, "ready") + ": " + (clusters == 1 ? "1 cluster" : clusters + " clusters")
                        + " of " + (nodes == 1 ? "1 node" : nodes + " nodes") + " on Kubernetes " + version + " at "
                        + simulator.address());
        terminal.line("  kubeconfigs " + folder);
        String first =
                folder.resolve(simulator.clusters().getFirst().id() + ".yaml").toString();
        terminal.line("Try, in another terminal:");
        terminal.line("  kubectl --kubeconfig " + first + " get nodes");
        terminal.line("  kubectl --kubeconfig " + first + " apply -f calico.yaml");
        terminal.line("  " + CommandLines.called() + " up --kubeconfigs " + folder);
        terminal.line("Ctrl-C ends it and deletes the kubeconfigs.");
    }
}
