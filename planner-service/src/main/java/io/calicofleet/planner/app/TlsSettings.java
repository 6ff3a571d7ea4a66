package io.calicofleet.planner.app;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Says {@code planner.http.tls} in Quarkus' settings: where there is a certificate, the port of REST speaks TLS and nothing is answered
 * without it. What somebody sets of Quarkus' own stands.
 */
public final class TlsSettings implements ConfigSourceFactory {

    private static final String PREFIX = "planner.http.tls.";
    private static final String RELOAD = "PT1M";
    /** Above the defaults of the service's own file, below the system's properties and the environment. */
    private static final int ORDINAL = 260;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        String certificate = value(context, PREFIX + "certificate");
        if (certificate.isEmpty()) {
            return List.of();
        }
        Map<String, String> quarkus = new TreeMap<>(Map.of(
                "quarkus.http.ssl.certificate.files",
                certificate,
                "quarkus.http.ssl.certificate.key-files",
                value(context, PREFIX + "key"),
                "quarkus.http.ssl.certificate.reload-period",
                RELOAD,
                "quarkus.http.ssl-port",
                value(context, "quarkus.http.port"),
                "quarkus.http.insecure-requests",
                "disabled"));
        return List.of(new PropertiesConfigSource(quarkus, "planner.http.tls", ORDINAL));
    }

    /** What is wrong with them, in a sentence; empty: nothing that can be seen before the files are used. */
    static Optional<String> wrong(PlannerConfig.Http.Tls tls) {
        if (tls.certificate().isEmpty() && tls.key().isEmpty()) {
            return Optional.empty();
        }
        if (tls.certificate().isEmpty() || tls.key().isEmpty()) {
            return Optional.of(
                    "TLS takes a certificate and its key: set both planner.http.tls.certificate and planner.http.tls.key.");
        }
        return wrong("certificate", tls.certificate().get(), "-----BEGIN CERTIFICATE-----", "")
                .or(() -> wrong(
                        "key",
                        tls.key().get(),
                        "-----BEGIN PRIVATE KEY-----",
                        ": openssl pkcs8 -topk8 -nocrypt -in KEY makes it of another kind of key"));
    }

    private static Optional<String> wrong(String setting, Path file, String begin, String remedy) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(begin)
                    ? Optional.empty()
                    : Optional.of(PREFIX + setting + ": " + file + " has no " + begin + remedy + ".");
        } catch (IOException e) {
            return Optional.of(PREFIX + setting + ": " + file + " cannot be read: " + e);
        }
    }

    private static String value(ConfigSourceContext context, String name) {
        ConfigValue value = context.getValue(name);
        return value == null || value.getValue() == null ? "" : value.getValue().strip();
    }

    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(ORDINAL);
    }
}
