package io.calicofleet.cli.distribution;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.command.Commands;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.model.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the archive, its checksums and its SBOM. */
@Command(
        name = "distribution",
        description = "Make the archive that people install from, without a build: calico-fleet-VERSION.tar.gz.",
        footer = {
            "",
            "Beside it are its SBOM and SHA256SUMS, for sha256sum --check. What is built the same twice is the same archive,",
            "byte by byte. Made in a clone of the project; offline builds (./mvnw -o) make no SBOMs, and are refused."
        })
public final class DistributionCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(names = "--to", paramLabel = "DIR", description = "Default: target/distribution in the project's folder")
    private Path folder = Installation.here().home().resolve("target/distribution");

    /** Prints to {@code terminal}. */
    public DistributionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Installation installation = Installation.here();
        if (!Files.exists(installation.home().resolve("pom.xml"))) {
            throw CliException.usage("distribution needs the sources, and this was unpacked from an archive:"
                    + " run it in a clone of the project");
        }
        List<Path> missing = DistributionArchive.missing(installation);
        if (!missing.isEmpty()) {
            throw CliException.failed("not built: " + missing + " below " + installation.home()
                    + "; build it with ./mvnw -Dquick package (online: SBOMs are left out with -o)");
        }
        try {
            Files.createDirectories(folder);
            String name = "calico-fleet-" + installation.version();
            Path archive = folder.resolve(name + ".tar.gz");
            String digest = new DistributionArchive(installation, Commands.line(terminal)).write(archive);
            Path sbom = folder.resolve(name + ".cdx.json");
            byte[] parts = Sboms.merged(DistributionArchive.sboms(installation), installation.version());
            Files.write(sbom, parts);
            Path sums = folder.resolve("SHA256SUMS");
            Files.writeString(
                    sums,
                    "%s  %s\n%s  %s\n"
                            .formatted(digest, archive.getFileName(), Digests.sha256(parts), sbom.getFileName()));
            terminal.line(archive + "  " + Files.size(archive) / 1_000_000 + " MB");
            terminal.line(sbom.toString());
            terminal.line(sums.toString());
            terminal.line(terminal.styled(Style.GOOD, "done"));
            return ExitCodes.OK;
        } catch (IOException e) {
            throw CliException.failed("the archive cannot be made: " + e.getMessage());
        }
    }
}
