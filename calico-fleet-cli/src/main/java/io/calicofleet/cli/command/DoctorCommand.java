package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.doctor.Doctor;
import io.calicofleet.cli.doctor.Finding;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.CalicoVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks at every part of the system and says what to do about what is not well. */
@Command(
        name = "doctor",
        description = {
            "Look at every part of the system, and say what to do about what is not well.",
            "Changes nothing. Ends with 0 when nothing stands in the way, with 1 when something does, such as a planner",
            "that does not answer, and with 2 when an option is wrong. What can be looked at without the planner is."
        })
final class DoctorCommand implements Callable<Integer> {

    private static final Duration ANSWER = Duration.ofSeconds(15);

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(names = "--kafka", description = "Look at Kafka, its topics, clock and certificates too, from here")
    private boolean withKafka;

    @Mixin
    private final KafkaAddress kafka = new KafkaAddress();

    @Option(
            names = "--kubeconfigs",
            paramLabel = "DIR",
            description = "Look at the cluster of each kubeconfig in the executor's folder too, from here:"
                    + " certificates, clock, and the rights its route needs")
    private @Nullable Path kubeconfigs;

    @Option(
            names = "--releases",
            paramLabel = "DIR_OR_URL",
            description = "Look too whether the files of a release can be had here. Default: Calico's own release URLs")
    private @Nullable String releases;

    @Option(
            names = "--target",
            paramLabel = "VERSION",
            description = "Which release; looked for even without --releases. Default: the newest that is known")
    private @Nullable String target;

    @Option(
            names = "--allowed-hosts",
            split = ",",
            paramLabel = "HOST",
            description = "What the executor's executor.allowed-hosts has, such as quay.io,*.quay.io. Default: any")
    private List<String> allowedHosts = new ArrayList<>();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeLimit.class,
            description = "After how long to end, whatever does not answer. Default: 2m")
    private Duration timeout = Duration.ofMinutes(2);

    /** Prints to {@code terminal}. */
    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Doctor doctor = new Doctor(InstantSource.system());
        FleetClient client = server.client().within(ANSWER);
        doctor.planner(client, VersionCommand.client());
        List<String> left = new ArrayList<>();
        if (withKafka) {
            doctor.kafka(kafka::client);
        } else {
            left.add("Kafka (--kafka)");
        }
        Path folder = kubeconfigs;
        if (folder != null) {
            doctor.clusters(files(folder), Installation.here().home().resolve("deploy/kubernetes"));
        } else {
            left.add("certificates and rights of clusters (--kubeconfigs DIR)");
        }
        if (releases != null || target != null) {
            doctor.release(client, releases, target(), allowedHosts);
        } else {
            left.add("files of releases (--releases DIR_OR_URL, --target VERSION)");
        }
        boolean drawn = terminal.interactive() && !server.output().structured();
        List<Finding> findings = doctor.examine(timeout, waiting -> {
            if (drawn) {
                terminal.live(List.of(waiting));
            }
        });
        print(findings, left);
        return findings.stream().anyMatch(finding -> finding.state() == Finding.State.BAD)
                ? ExitCodes.FAILED
                : ExitCodes.OK;
    }

    private CalicoVersion target() {
        String wanted = target;
        return wanted == null
                ? InitCommand.catalogue().releases().stream()
                        .flatMap(release -> Stream.ofNullable(release.last()))
                        .max(Comparator.naturalOrder())
                        .orElseThrow()
                : CalicoVersion.tryParse(wanted)
                        .orElseThrow(() -> CliException.usage(
                                "--target is '" + wanted + "': a release of Calico, such as v3.28.5"));
    }

    /** The kubeconfigs of a folder as the executor takes them: all but hidden files, certificates and clusters.yaml. */
    private static Map<String, Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            Map<String, Path> byCluster = new TreeMap<>();
            files.filter(Files::isRegularFile)
                    .filter(file ->
                            !file.getFileName().toString().matches("\\..*|clusters\\.yaml|.*\\.(crt|cer|key|pem)"))
                    .sorted()
                    .forEach(file -> byCluster.putIfAbsent(
                            file.getFileName().toString().replaceFirst("\\.(ya?ml|kubeconfig|conf|config|json)$", ""),
                            file));
            return byCluster;
        } catch (IOException e) {
            throw CliException.usage("--kubeconfigs is " + folder + ": a folder with a kubeconfig file per cluster");
        }
    }

    private void print(List<Finding> findings, List<String> left) {
        if (server.output().structured()) {
            ArrayNode list = FleetClient.body().putArray("findings");
            findings.forEach(finding -> list.add(finding.json()));
            server.output().print(terminal, list);
            return;
        }
        Table table = Table.of("PART", "STATE", "WHAT");
        findings.forEach(finding -> table.row(finding.part(), finding.state().toString(), finding.what()));
        table.print(terminal);
        List<Finding> toDo =
                findings.stream().filter(finding -> !finding.remedy().isEmpty()).toList();
        if (!toDo.isEmpty()) {
            terminal.line("");
            terminal.line("what to do");
            toDo.stream()
                    .map(finding -> "  " + finding.part() + ": " + finding.remedy() + ".")
                    .distinct()
                    .forEach(terminal::line);
        }
        if (!left.isEmpty()) {
            terminal.line("");
            terminal.line("not looked at: " + String.join(", ", left));
        }
    }
}
