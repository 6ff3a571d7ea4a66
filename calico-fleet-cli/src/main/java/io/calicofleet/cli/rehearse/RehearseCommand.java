package io.calicofleet.cli.rehearse;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.command.CampaignFile;
import io.calicofleet.cli.command.Failures;
import io.calicofleet.cli.local.DataDirectory;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.cli.local.SystemSettings;
import io.calicofleet.cli.output.OutputFormat;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.GivenObjects;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.demo.KafkaTrafficSink;
import io.calicofleet.simulator.kubernetes.resource.KubernetesVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** An upgrade of a person's own objects on a simulated cluster, by the services themselves. */
@Command(
        name = "rehearse",
        description = {
            "Upgrade your own objects on a simulated cluster on this machine, and tell how it comes out.",
            "Nothing of yours is written. Ends with 0 when it would succeed, 1 when it would be refused, held or fail,",
            "2 when what is given is wrong."
        })
public final class RehearseCommand implements Callable<Integer> {

    private static final String ID = "rehearsal";
    private static final double SPEED = 20;
    private static final int MOST_NODES = 100;

    private final Terminal terminal;

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description =
                    "What is installed: a manifest as it was applied, or what kubectl get -o yaml wrote; may be repeated;"
                            + " - is standard input")
    private List<String> manifests = new ArrayList<>();

    @Option(
            names = "--cluster",
            paramLabel = "ID",
            description = "What is installed is read from this cluster, once, with nothing but GET")
    private @Nullable String cluster;

    @Option(
            names = "--kubeconfigs",
            paramLabel = "DIR",
            description = "Where the kubeconfig of --cluster is, as ID.yaml")
    private @Nullable Path kubeconfigs;

    @Option(
            names = "--from-kubernetes",
            paramLabel = "VERSION",
            description = "The cluster's version of Kubernetes, such as v1.27; with --cluster it is read")
    private @Nullable String kubernetes;

    @Option(
            names = "--target",
            paramLabel = "VERSION",
            description = "The release to go to. Default: that of the campaign")
    private @Nullable String target;

    @Option(
            names = "--releases",
            paramLabel = "DIR_OR_URL",
            description =
                    "Manifests as <version>/<file>.yaml; a folder needs no network. Default: Calico's own release URLs")
    private @Nullable String releases;

    @Option(
            names = "--campaign",
            paramLabel = "FILE",
            description = "A campaign whose settings are rehearsed. Default: the defaults of a campaign")
    private @Nullable String campaign;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "3",
            description = "Nodes of the simulated cluster, where those of the cluster are not known. Default: 3")
    private int nodes = 3;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}. Default: table")
    private OutputFormat output = OutputFormat.TABLE;

    /** Prints to {@code terminal}. */
    public RehearseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        SimulatorCommand.within("--nodes", nodes, MOST_NODES);
        CampaignFile file = campaign == null ? null : CampaignFile.read(campaign);
        String id = cluster == null ? ID : cluster;
        RehearsalCampaign planned = RehearsalCampaign.of(file == null ? null : file.document(), target(), id);
        Subject subject = subject();
        Installed installed = new Installed(subject.given());
        if (!installed.hasCalico()) {
            throw CliException.usage("there is no Calico in " + subject.name()
                    + ": neither a container of Calico's nor its operator, but " + installed.kinds());
        }
        installed.unknownOperator().ifPresent(image -> {
            throw CliException.usage("the simulated clusters cannot run the operator " + image
                    + ": which Calico it installs is known of the published releases only");
        });
        installed.etcd().problem().ifPresent(problem -> {
            throw CliException.usage(problem);
        });
        ReleaseCheck.check(releases, planned.target());
        try {
            RehearsalReport report = rehearse(id, subject, installed, planned);
            if (output.structured()) {
                output.print(terminal, report.toJson());
            } else {
                new RehearsalView(terminal).print(report);
            }
            return report.outcome() == RehearsalReport.Outcome.SUCCEEDED ? ExitCodes.OK : ExitCodes.FAILED;
        } catch (RequestRefusedException e) {
            if (file == null) {
                throw e;
            }
            Failures.refused(terminal, file.inOrder(e.problem()), file::at);
            return ExitCodes.USAGE;
        }
    }

    /**
     * What is rehearsed.
     *
     * @param name what it is called in the report
     * @param given its objects
     * @param version its version of Kubernetes
     * @param unread what of it could not be read
     */
    private record Subject(String name, GivenObjects given, KubernetesVersion version, List<String> unread) {}

    private Subject subject() {
        String id = cluster;
        Path folder = kubeconfigs;
        String version = kubernetes;
        if (id != null && manifests.isEmpty()) {
            if (folder == null) {
                throw CliException.usage(
                        "where is the kubeconfig of " + id + "? name its folder with --kubeconfigs DIR");
            }
            try (LiveCluster live = LiveCluster.of(folder, id)) {
                tell("reading the objects of " + id + ", and writing nothing ...");
                KubernetesVersion found =
                        SimulatorCommand.version("the version of " + id, version == null ? live.version() : version);
                GivenObjects given = live.read();
                return new Subject(id, given, found, live.unread());
            }
        }
        if (id != null || manifests.isEmpty()) {
            throw CliException.usage(
                    "what is rehearsed? name the file that Calico was installed from with --manifest FILE, or a cluster"
                            + " with --cluster ID --kubeconfigs DIR" + (id == null ? "" : ", not both"));
        }
        if (version == null) {
            throw CliException.usage(
                    "which Kubernetes does it run on? --from-kubernetes VERSION, such as --from-kubernetes v1.27");
        }
        return new Subject(
                String.join(", ", manifests),
                ManifestFile.read(manifests),
                SimulatorCommand.version("--from-kubernetes", version),
                List.of());
    }

    private @Nullable CalicoVersion target() {
        String text = target;
        return text == null
                ? null
                : CalicoVersion.tryParse(text)
                        .orElseThrow(() -> CliException.usage(
                                "--target '" + text + "' is no release of Calico: write it like v3.28.5"));
    }

    private RehearsalReport rehearse(String id, Subject subject, Installed installed, RehearsalCampaign planned)
            throws InterruptedException {
        Path folder = DataDirectory.temporary(ID);
        Path written = folder.resolve("kubeconfigs");
        SystemSettings settings = new SystemSettings(folder, 0, 0, null, written, ReleaseCheck.place(releases), 0);
        try (LocalSystem system = new LocalSystem(Installation.here(), settings, terminal::error);
                Simulator simulator = Simulator.start(SimulatorOptions.ofSpeed(0, SPEED))) {
            system.whenStopped(() -> system.deleteData(terminal::error));
            SimulatedCluster simulated = simulator.addCluster(template(id, subject, installed));
            SimulatorCommand.refused(subject.given().addTo(simulated), subject.given(), subject.version());
            if (installed.etcd().certificatesAreElsewhere()) {
                simulator.writeEtcdAccess(written);
            } else {
                simulator.writeKubeconfigs(written);
            }
            tell("starting a simulated cluster, a Kafka broker, verifier, planner, executor ...");
            system.startBroker();
            try (KafkaTrafficSink traffic = new KafkaTrafficSink(system.bootstrapServers())) {
                simulator.addTrafficSink(traffic);
                system.startServices();
                List<String> notes = new ArrayList<>(subject.unread());
                notes.addAll(new Rollout(simulated).await());
                system.awaitReady(missing -> {});
                system.awaitClusters(system.client(), 1);
                tell("upgrading to " + planned.target() + " ...");
                return new Rehearsal(system, simulated, this::tell)
                        .run(subject.name(), planned, notes, installed.limits());
            }
        }
    }

    private ClusterTemplate template(String id, Subject subject, Installed installed) {
        ClusterTemplate template = ClusterTemplate.named(id)
                .withKubernetes(subject.version().toString())
                .withNodes(installed.nodes() > 0 ? 0 : nodes)
                .withEtcd(installed.etcd().kind());
        for (Map.Entry<String, String> label : installed.nodeLabels().entrySet()) {
            template = template.withNodeLabel(label.getKey(), label.getValue());
        }
        return template;
    }

    private void tell(String line) {
        if (!output.structured()) {
            terminal.line(terminal.styled(Style.DIM, line));
        }
    }
}
