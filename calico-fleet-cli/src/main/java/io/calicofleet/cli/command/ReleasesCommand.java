package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.release.ClusterView;
import io.calicofleet.cli.release.Comparison;
import io.calicofleet.cli.release.ReleaseReader;
import io.calicofleet.cli.view.ReleaseDiffView;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.model.release.ReleaseFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells about releases of Calico. */
@Command(name = "releases", synopsisSubcommandLabel = "COMMAND", description = "Tell about releases of Calico.")
public final class ReleasesCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    private ReleasesCommand() {}

    /** The command with its own, printing to {@code terminal}. */
    public static CommandLine line(Terminal terminal) {
        return new CommandLine(new ReleasesCommand()).addSubcommand(new Diff(terminal));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
    }

    /** Prints what changes for a cluster between two releases. */
    @Command(
            name = "diff",
            description = "Print what changes for a cluster between two releases.",
            footer = {
                "",
                "With --cluster ID: only the files that cluster is made of, and no field or value that is merely new;",
                "FROM may be left out then, and is what the cluster runs."
            })
    public static final class Diff implements Callable<Integer> {

        private final Terminal terminal;

        @Mixin
        private final ServerOptions server = new ServerOptions();

        @Parameters(arity = "1..2", paramLabel = "VERSION", description = "FROM and TO, such as v3.22.5 v3.28.5")
        private List<String> versions = new ArrayList<>();

        @Option(
                names = "--releases",
                paramLabel = "DIR_OR_URL",
                description = "Where <version>/<file>.yaml is. Default: where Calico publishes it")
        private @Nullable String releases;

        @Option(
                names = "--file",
                paramLabel = "NAME",
                description = "Compare this file, such as canal.yaml; may be repeated. Default: all both releases have")
        private List<String> files = new ArrayList<>();

        @Option(names = "--cluster", paramLabel = "ID", description = "Only what touches this cluster")
        private @Nullable String cluster;

        @Option(names = "--all", description = "A row for every change")
        private boolean all;

        private Diff(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            String id = cluster;
            Comparison comparison = id == null ? releases() : cluster(id);
            if (server.output().structured()) {
                server.output().print(terminal, comparison.toJson());
            } else {
                new ReleaseDiffView(terminal, all).print(comparison);
            }
            return ExitCodes.OK;
        }

        private Comparison releases() {
            if (versions.size() != 2) {
                throw CliException.usage(
                        "Two releases are compared: releases diff v3.22.5 v3.28.5. With --cluster ID the"
                                + " first may be left out.");
            }
            return compare(version(0), version(1), files.isEmpty() ? ReleaseFiles.all() : named());
        }

        private Comparison cluster(String id) throws InterruptedException {
            FleetClient client = server.client();
            JsonNode answer = client.get("/clusters/" + FleetClient.encode(id));
            ClusterAnnounced found = FleetClient.convert(answer, ClusterAnnounced.class);
            Optional<ClusterFacts> facts = ClusterView.facts(client, id);
            ClusterView view = ClusterView.of(found, facts);
            CalicoVersion from = versions.size() == 2
                    ? version(0)
                    : view.version()
                            .orElseThrow(() -> CliException.usage("Nobody said yet which release " + id
                                    + " runs: name it before " + versions.getFirst() + "."));
            List<List<String>> wanted = files.isEmpty() ? view.files() : named();
            if (wanted.isEmpty()) {
                throw CliException.usage("Cluster " + id + " is not installed from a file of a release (" + view.said()
                        + "): name the file to compare with --file.");
            }
            if (!server.output().structured()) {
                terminal.line(id + ": " + view.said());
            }
            CalicoVersion to = version(versions.size() - 1);
            return compare(from, to, wanted)
                    .only(change -> view.touches(change, from, to))
                    .with(view.found(from, to).orElse(List.of()));
        }

        private List<List<String>> named() {
            return files.stream().map(List::of).toList();
        }

        private Comparison compare(CalicoVersion from, CalicoVersion to, List<List<String>> groups) {
            return Comparison.of(new ReleaseReader(releases), from, to, groups);
        }

        private CalicoVersion version(int index) {
            String text = versions.get(index);
            return CalicoVersion.tryParse(text)
                    .orElseThrow(
                            () -> CliException.usage("'" + text + "' is no release of Calico: write it like v3.22.5"));
        }
    }
}
