package io.calicofleet.cli.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.local.JvmOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * The images: a base, Java, the libraries of the service, the service; each a layer, so that a new build moves the last one alone. They
 * run as user 185, write nothing but {@code /tmp}, and have no shell.
 */
final class ServiceImages {

    private static final String USER = "185:185";
    private static final String JAVA = "/opt/java";
    private static final String SERVICE = "/deployments";
    /** What the service is made of, as CycloneDX has it; the build makes it beside what it packages. */
    static final String SBOM = "sbom.cdx.json";

    private final String base;
    private final Path java;

    /**
     * Makes none yet.
     *
     * @param base the name of an image, or its file where it ends in {@code .tar}
     * @param java the folder of the Java runtime
     */
    ServiceImages(String base, Path java) {
        this.base = base;
        this.java = java;
    }

    /** Writes one to a file, as {@code docker load} reads it, over the one that is there. */
    void write(FleetService service, String name, Path file)
            throws IOException, InvalidImageReferenceException, InterruptedException {
        make(service, Containerizer.to(TarImage.at(file).named(name)));
    }

    /**
     * Puts one into a registry, over the one of that name.
     *
     * @return its name with the digest
     */
    String push(FleetService service, String name)
            throws IOException, InvalidImageReferenceException, InterruptedException {
        ImageReference reference = ImageReference.parse(name);
        // Only a registry on this machine may do without TLS.
        boolean here = reference.getRegistry().matches("(localhost|127\\.0\\.0\\.1)(:\\d+)?");
        return name + "@" + make(service, Containerizer.to(withLogin(reference)).setAllowInsecureRegistries(here));
    }

    private String make(FleetService service, Containerizer target)
            throws IOException, InvalidImageReferenceException, InterruptedException {
        Path built = Installation.here().runner(service).resolveSibling(".").normalize();
        JibContainerBuilder image = (base.endsWith(".tar")
                        ? Jib.from(TarImage.at(Path.of(base)))
                        : Jib.from(withLogin(ImageReference.parse(base))))
                .setPlatforms(Set.of(new Platform(processor(), "linux")))
                .addFileEntriesLayer(layer("java", java, JAVA))
                .addFileEntriesLayer(layer("libraries", built.resolve("lib"), SERVICE + "/lib"))
                .addFileEntriesLayer(service(built))
                .setEntrypoint(entrypoint())
                .setWorkingDirectory(AbsoluteUnixPath.get(SERVICE))
                .setUser(USER)
                .addExposedPort(Port.tcp(8080))
                .addLabel("org.opencontainers.image.title", service.module())
                .addLabel("org.opencontainers.image.licenses", "Apache-2.0");
        if (service == FleetService.PLANNER) {
            image.addExposedPort(Port.tcp(9000));
        }
        try {
            return image.containerize(target.setToolName("calico-fleet"))
                    .getDigest()
                    .toString();
        } catch (RegistryException e) {
            throw CliException.unreachable("the registry refused: " + e.getMessage());
        } catch (CacheDirectoryCreationException | ExecutionException e) {
            throw CliException.failed("the image of " + service.module() + " cannot be made: " + e.getMessage());
        }
    }

    /** What the JVM is told beside what JAVA_TOOL_OPTIONS say; up starts services with the same. */
    private static List<String> entrypoint() {
        return Stream.of(
                        List.of(JAVA + "/bin/java"),
                        JvmOptions.everywhere(),
                        List.of("-jar", SERVICE + "/quarkus-run.jar"))
                .flatMap(List::stream)
                .toList();
    }

    private static FileEntriesLayer service(Path built) throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("service");
        for (String part : List.of("app", "quarkus", "quarkus-run.jar")) {
            layer.addEntryRecursive(built.resolve(part), AbsoluteUnixPath.get(SERVICE + "/" + part));
        }
        layer.addEntry(built.resolveSibling(SBOM), AbsoluteUnixPath.get(SERVICE + "/" + SBOM));
        return layer.build();
    }

    private static FileEntriesLayer layer(String name, Path folder, String place) throws IOException {
        return FileEntriesLayer.builder()
                .setName(name)
                .addEntryRecursive(
                        folder,
                        AbsoluteUnixPath.get(place),
                        (file, there) -> FilePermissions.fromOctalString(Files.isExecutable(file) ? "755" : "644"))
                .build();
    }

    /** Known by what docker or podman remember. */
    private static RegistryImage withLogin(ImageReference reference) throws IOException {
        CredentialRetrieverFactory logins = CredentialRetrieverFactory.forImage(reference, event -> {});
        return RegistryImage.named(reference).addCredentialRetriever(logins.dockerConfig());
    }

    private static String processor() {
        String named = System.getProperty("os.arch");
        return "aarch64".equals(named) ? "arm64" : named;
    }
}
