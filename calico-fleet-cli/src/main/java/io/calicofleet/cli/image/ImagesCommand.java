package io.calicofleet.cli.image;

import static java.util.Objects.requireNonNull;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.command.VersionCommand;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes an image of each service, as files or into a registry. */
@Command(
        name = "images",
        description = "Make an image of each service, without Docker: as files, or into a registry.",
        footer = {
            "",
            "The base is made of Debian's packages by deploy/images/base, which needs apt-get and dpkg-deb; --base takes another one.",
            "The Java runtime is made of the JDK this runs on, for this machine's processor.",
            "Whoever has logged in to the registry with docker or podman is known there."
        })
public final class ImagesCommand implements Callable<Integer> {

    private final Terminal terminal;

    @ArgGroup(multiplicity = "1")
    private Target target = new Target();

    @Option(names = "--tag", paramLabel = "TAG", description = "Default: the version of this command line")
    private @Nullable String tag;

    @Option(
            names = "--base",
            paramLabel = "IMAGE_OR_FILE",
            description =
                    "An image with glibc, libstdc++ and zlib, best by its digest; or the file of one, ending in .tar")
    private @Nullable String base;

    @Option(
            names = "--only",
            paramLabel = "SERVICE",
            split = ",",
            description = "Only these of ${COMPLETION-CANDIDATES}. Default: all")
    private List<FleetService> only = List.of(FleetService.values());

    /** Where images go: one of both. */
    static final class Target {

        @Option(names = "--tar", paramLabel = "DIR", description = "Write SERVICE-service.tar there, for docker load")
        private @Nullable Path folder;

        @Option(names = "--push", paramLabel = "REGISTRY", description = "Such as registry.example.org/platform")
        private @Nullable String registry;
    }

    /** Prints to {@code terminal}. */
    public ImagesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path work = null;
        try {
            work = Files.createTempDirectory("calico-fleet-images");
            String from = base;
            if (from == null) {
                terminal.line("base of Debian's packages ...");
                Path file = work.resolve("base.tar");
                Programs.run(
                        work,
                        Installation.here().home().resolve("deploy/images/base").toString(),
                        file.toString());
                from = file.toString();
            } else if (from.endsWith(".tar") && !Files.isRegularFile(Path.of(from))) {
                throw CliException.usage("--base is " + from + ", and there is no such file");
            }
            terminal.line("Java runtime ...");
            Path java = JavaRuntime.make(work.resolve("java"));
            ServiceImages images = new ServiceImages(from, java);
            String version = tag == null ? VersionCommand.client() : tag;
            Path folder = target.folder;
            for (FleetService service : only) {
                terminal.line(service.module() + " ...");
                String name = "calico-fleet/" + service.module() + ":" + version;
                if (folder == null) {
                    terminal.line(
                            "  " + images.push(service, requireNonNull(target.registry, "registry") + "/" + name));
                } else {
                    Files.createDirectories(folder);
                    Path file = folder.resolve(service.module() + ".tar");
                    images.write(service, name, file);
                    terminal.line("  " + file + "  " + name + "  " + Files.size(file) / 1_000_000 + " MB");
                }
            }
            terminal.line(terminal.styled(Style.GOOD, "done"));
            return ExitCodes.OK;
        } catch (InvalidImageReferenceException e) {
            throw CliException.usage("this is no name of an image: " + e.getMessage());
        } catch (ConnectException e) {
            throw CliException.unreachable("the registry " + target.registry + " cannot be reached: " + e.getMessage());
        } catch (IOException e) {
            throw CliException.failed("an image cannot be made: " + e.getMessage());
        } finally {
            remove(work);
        }
    }

    private static void remove(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
