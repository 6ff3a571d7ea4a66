package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.OutputFormat;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.view.CommandLines;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes all that is kept of a campaign. */
@Command(
        name = "archive",
        description = "Write all that is kept of a campaign as one JSON document; it stays, until delete.")
public final class ArchiveCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final PlannerAddress server = new PlannerAddress();

    @Parameters(paramLabel = "NAME", description = "The campaign")
    private String name = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "A file that is not there yet. Default: standard output")
    private @Nullable Path file;

    /** Prints to {@code terminal}. */
    public ArchiveCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        JsonNode archive = server.client().get("/campaigns/" + FleetClient.encode(name) + "/archive");
        if (file == null) {
            OutputFormat.JSON.print(terminal, archive);
            return ExitCodes.OK;
        }
        try {
            Files.writeString(
                    file, archive.toPrettyString() + "\n", StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw CliException.usage("there is a file " + file + " already: name another, or remove it");
        } catch (IOException e) {
            throw CliException.usage("cannot write " + file + ": " + e.getMessage());
        }
        terminal.line(name + " with " + archive.path("clusters").size() + " clusters is in " + file
                + "; it stays here until  "
                + CommandLines.here(server.client().server().toString()).of("delete " + name));
        return ExitCodes.OK;
    }
}
