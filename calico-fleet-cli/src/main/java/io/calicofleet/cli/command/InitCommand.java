package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.planner.core.catalogue.CatalogueReader;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.document.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a campaign file for the fleet that is there. */
@Command(
        name = "init",
        description = {
            "Write a campaign file, with comments, for the clusters that the executors serve.",
            "It has the newest release all of them can go to, and a first wave with one of each kind. Nothing is started;"
                    + " look it through, then plan."
        })
final class InitCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final PlannerAddress server = new PlannerAddress();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            defaultValue = "campaign.yaml",
            description =
                    "Where to; a file that is there is not written over; - is standard output. Default: campaign.yaml")
    private String file = "campaign.yaml";

    @Option(
            names = "--target",
            paramLabel = "VERSION",
            description = "The release. Default: the newest that all can go to")
    private @Nullable String target;

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "LABELS",
            description = "Only clusters with these labels, such as env=prod")
    private @Nullable String selector;

    /** Prints to {@code terminal}. */
    InitCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        String wanted = target;
        CalicoVersion version = wanted == null
                ? null
                : CalicoVersion.tryParse(wanted)
                        .orElseThrow(() -> CliException.usage("--target is '" + wanted
                                + "': a release, such as those that " + "releases diff takes"));
        FleetClient client = server.client();
        String labels = selector;
        ArrayNode clusters = client.list("/clusters" + (labels == null ? "" : "?label=" + FleetClient.encode(labels)));
        if (clusters.isEmpty()) {
            throw CliException.usage("no executor serves a cluster"
                    + (labels == null ? "" : " with " + labels)
                    + ": `example upgrade` has a file to begin with");
        }
        FleetCampaign campaign = FleetCampaign.of(clusters, catalogue(), version, labels, server.commandLines());
        if (file.equals("-")) {
            terminal.document(campaign.text().stripTrailing());
        } else {
            write(Path.of(file), campaign.text());
            terminal.line("written to " + file + ": " + campaign.summary());
            terminal.line("Look it through, then:  " + server.commandLines().of("plan -f " + file));
        }
        return ExitCodes.OK;
    }

    private static void write(Path path, String text) {
        try {
            Files.writeString(path, text, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw CliException.usage(path + " is there already: name another by -f, or remove it");
        } catch (IOException e) {
            throw CliException.usage("cannot write " + path + ": " + e.getMessage());
        }
    }

    /** The releases this command line knows; the planner of the same version knows the same. */
    static VersionCatalogue catalogue() {
        try (InputStream file = Objects.requireNonNull(
                InitCommand.class.getResourceAsStream("/calico-versions.yaml"), "the catalogue")) {
            return switch (CatalogueReader.read(new YAMLMapper().readValue(file, Object.class))) {
                case Reading.Read<VersionCatalogue> read -> read.value();
                case Reading.Refused<VersionCatalogue> refused ->
                    throw new IllegalStateException(refused.problems().toString());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
