package io.calicofleet.simulator.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The releases that come with the simulator: small ones, in the shape of the real. */
public final class DemoReleases {

    private DemoReleases() {}

    /**
     * A file of a release.
     *
     * @param version such as v3.22.5
     * @param file such as tigera-operator.yaml
     * @throws IllegalArgumentException where it does not come with the simulator
     */
    public static String text(String version, String file) {
        return find(version, file)
                .orElseThrow(() -> new IllegalArgumentException("the simulator has no " + version + "/" + file));
    }

    /** A file of a release; empty where it does not come with the simulator. */
    public static Optional<String> find(String version, String file) {
        try (InputStream in = DemoReleases.class.getResourceAsStream("/releases/" + version + "/" + file)) {
            return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
