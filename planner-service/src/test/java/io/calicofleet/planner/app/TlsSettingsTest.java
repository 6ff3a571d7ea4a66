package io.calicofleet.planner.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TlsSettingsTest {

    @TempDir
    private Path folder;

    @Test
    void with_a_certificate_nothing_is_answered_without_tls_at_the_port_of_rest() {
        SmallRyeConfig config = config(Map.of(
                "planner.http.tls.certificate", "/tls/tls.crt",
                "planner.http.tls.key", "/tls/tls.key",
                "quarkus.http.port", "8443"));

        assertThat(value(config, "quarkus.http.ssl.certificate.files")).isEqualTo("/tls/tls.crt");
        assertThat(value(config, "quarkus.http.ssl.certificate.key-files")).isEqualTo("/tls/tls.key");
        assertThat(value(config, "quarkus.http.ssl.certificate.reload-period")).isEqualTo("PT1M");
        assertThat(value(config, "quarkus.http.ssl-port")).isEqualTo("8443");
        assertThat(value(config, "quarkus.http.insecure-requests")).isEqualTo("disabled");
    }

    @Test
    void without_one_nothing_is_set() {
        SmallRyeConfig config = config(Map.of("quarkus.http.port", "8080"));

        assertThat(value(config, "quarkus.http.insecure-requests")).isNull();
        assertThat(value(config, "quarkus.http.ssl-port")).isNull();
    }

    @Test
    void what_cannot_be_used_is_told_with_its_setting_and_what_would_be_right() throws IOException {
        Path certificate = Files.writeString(folder.resolve("tls.crt"), "-----BEGIN CERTIFICATE-----\n");
        Path key = Files.writeString(folder.resolve("tls.key"), "-----BEGIN PRIVATE KEY-----\n");
        Path old = Files.writeString(folder.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----\n");

        assertThat(wrong(null, null)).isEmpty();
        assertThat(wrong(certificate, key)).isEmpty();
        assertThat(wrong(certificate, null))
                .hasValueSatisfying(text -> assertThat(text).contains("planner.http.tls.key"));
        assertThat(wrong(null, key)).isPresent();
        assertThat(wrong(key, key))
                .hasValueSatisfying(text -> assertThat(text).contains("planner.http.tls.certificate: ", "has no"));
        assertThat(wrong(certificate, old))
                .hasValueSatisfying(text -> assertThat(text).contains("planner.http.tls.key: ", "openssl pkcs8"));
        assertThat(wrong(certificate, folder.resolve("none")))
                .hasValueSatisfying(text -> assertThat(text).contains("cannot be read"));
    }

    private static SmallRyeConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 300))
                .withSources(new TlsSettings())
                .build();
    }

    private static @Nullable String value(SmallRyeConfig config, String name) {
        return config.getConfigValue(name).getValue();
    }

    private static Optional<String> wrong(@Nullable Path certificate, @Nullable Path key) {
        return TlsSettings.wrong(new PlannerConfig.Http.Tls() {
            @Override
            public Optional<Path> certificate() {
                return Optional.ofNullable(certificate);
            }

            @Override
            public Optional<Path> key() {
                return Optional.ofNullable(key);
            }
        });
    }
}
