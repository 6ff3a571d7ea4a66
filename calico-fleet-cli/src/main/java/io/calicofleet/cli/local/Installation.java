package io.calicofleet.cli.local;

import io.calicofleet.cli.CliException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the built parts are. {@code ./calico-fleet} has built them and says where the project is.
 *
 * @param home the project's folder
 */
public record Installation(Path home) {

    /** System property with the project's folder; set by {@code ./calico-fleet} and by the build for tests. */
    public static final String HOME = "calico-fleet.home";

    /** The installation this process runs from. */
    public static Installation here() {
        return new Installation(
                Path.of(System.getProperty(HOME, ".")).toAbsolutePath().normalize());
    }

    /** What is not built, as paths below the project's folder. */
    public List<Path> missing() {
        List<Path> needed = new ArrayList<>(
                Stream.of(FleetService.values()).map(this::runner).toList());
        needed.add(cliJar());
        return needed.stream()
                .filter(file -> !Files.exists(file))
                .map(home::relativize)
                .toList();
    }

    /** The jar Quarkus made to start a service. */
    public Path runner(FleetService service) {
        return home.resolve(service.module()).resolve("target/quarkus-app/quarkus-run.jar");
    }

    /** The jar of this module, without its dependencies. */
    public Path cliJar() {
        Path target = home.resolve("calico-fleet-cli/target");
        try (Stream<Path> files = Files.exists(target) ? Files.list(target) : Stream.empty()) {
            return files.filter(
                            file -> file.getFileName().toString().matches("calico-fleet-cli-[^-]+(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElse(target.resolve("calico-fleet-cli.jar"));
        } catch (IOException e) {
            throw CliException.unreachable("cannot look for what is built: " + e.getMessage());
        }
    }

    /** Its version, by the name of that jar. */
    public String version() {
        return cliJar().getFileName().toString().replaceAll("^calico-fleet-cli-?|\\.jar$", "");
    }

    /** The class path of everything that is no service: this command line, the broker, the simulator. */
    public String libraries() {
        return cliJar() + File.pathSeparator + home.resolve("calico-fleet-cli/target/lib") + "/*";
    }

    /** Where archives of the classes of its processes are. */
    Path classArchives() {
        return home.resolve(".calico-fleet/classes");
    }

    /** The releases that come with the project, for the simulated fleet. */
    public Path demoReleases() {
        return home.resolve("cluster-simulator/src/main/releases");
    }
}
