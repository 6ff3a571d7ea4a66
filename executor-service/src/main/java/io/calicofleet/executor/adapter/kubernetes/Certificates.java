package io.calicofleet.executor.adapter.kubernetes;

import io.fabric8.kubernetes.client.Config;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The certificates a kubeconfig holds. */
final class Certificates {

    private Certificates() {}

    /**
     * When the one ends that ends first, of those it signs in with and those it trusts; empty where there is none. One that cannot be read is
     * none: no connection is made with it, and that is told.
     */
    static Optional<Instant> firstEnd(Config config) {
        return Stream.of(
                        ends(config.getClientCertData(), config.getClientCertFile()),
                        ends(config.getCaCertData(), config.getCaCertFile()))
                .flatMap(ends -> ends)
                .min(Comparator.naturalOrder());
    }

    private static Stream<Instant> ends(@Nullable String data, @Nullable String file) {
        try {
            byte[] pem = data != null && !data.isEmpty()
                    ? Base64.getMimeDecoder().decode(data)
                    : file != null && !file.isEmpty() ? Files.readAllBytes(Path.of(file)) : new byte[0];
            return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                    .map(certificate ->
                            ((X509Certificate) certificate).getNotAfter().toInstant());
        } catch (IOException | CertificateException | IllegalArgumentException e) {
            return Stream.empty();
        }
    }
}
