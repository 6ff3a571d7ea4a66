package io.calicofleet.executor.core;

import io.calicofleet.model.release.ManifestDocuments;
import java.nio.file.Path;

/** The small releases of our own. */
public final class OwnReleases {

    private static final Path FOLDER = Path.of("../cluster-simulator/src/main/releases");

    private OwnReleases() {}

    public static ManifestDocuments manifest(String version, String file) {
        return ManifestDocuments.of(Yaml.documents(FOLDER.resolve(version).resolve(file)));
    }
}
