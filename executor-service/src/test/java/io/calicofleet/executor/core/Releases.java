package io.calicofleet.executor.core;

import io.calicofleet.model.release.ManifestDocuments;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Calico's own manifests, where they lie beside the project. */
public final class Releases {

    private static final Path FOLDER = Path.of("../../shared/calico-manifests");

    private Releases() {}

    /** The manifest of a release; the test is skipped with a message where it is not there. */
    public static ManifestDocuments manifest(String version, String file) {
        Path path = FOLDER.resolve(version).resolve(file);
        Assumptions.assumeTrue(
                Files.exists(path),
                () -> "skipped: Calico's manifest " + path.toAbsolutePath().normalize() + " is not there");
        return ManifestDocuments.of(Yaml.documents(path));
    }
}
