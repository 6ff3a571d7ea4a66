package io.calicofleet.simulator.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The module's own files on the classpath. */
public final class Resources {

    private Resources() {}

    /** The text of a file beside {@code io.calicofleet.simulator}. */
    public static String text(String name) {
        String path = "/io/calicofleet/simulator/" + name;
        try (InputStream in = Resources.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("missing on the classpath: " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
