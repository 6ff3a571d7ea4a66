package io.calicofleet.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.kafka.EventJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** The simulated clusters: a process of the cluster-simulator, and what it tells from inside. */
public final class SimulatedFleet {

    private static final String NAME = "simulator";

    private final LocalSystem system;
    private final Path kubeconfigs;
    private final int port;
    private @Nullable HttpClient http;

    /**
     * A fleet that is not started yet.
     *
     * @param kubeconfigs where its kubeconfigs are written
     * @param port where it listens
     */
    public SimulatedFleet(LocalSystem system, Path kubeconfigs, int port) {
        this.system = system;
        this.kubeconfigs = kubeconfigs;
        this.port = port;
    }

    /** Starts it; does not wait for it. */
    public void start(int clusters, Path releases, int speed, boolean withTrouble) {
        List<String> arguments = new ArrayList<>(List.of(
                "--clusters", String.valueOf(clusters),
                "--port", String.valueOf(port),
                "--kubeconfigs", kubeconfigs.toString(),
                "--releases", releases.toString(),
                "--bootstrap-servers", system.bootstrapServers(),
                "--speed", String.valueOf(speed)));
        if (withTrouble) {
            arguments.add("--with-trouble");
        }
        try {
            Files.createDirectories(kubeconfigs);
        } catch (IOException e) {
            throw CliException.unreachable("cannot write " + kubeconfigs + ": " + e.getMessage());
        }
        system.startJava(NAME, "512m", 1, "io.calicofleet.simulator.SimulatorMain", arguments);
    }

    /** Returns when all its clusters are up. */
    public void awaitReady() throws InterruptedException {
        system.await(NAME, "is not ready", () -> {
            try {
                Path log = system.log(NAME);
                return Files.exists(log)
                        && Files.readAllLines(log).stream().anyMatch(line -> line.startsWith("ready: "));
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** What the simulator knows of a cluster: audit, drops, versions of the nodes. */
    public JsonNode cluster(String id) {
        return get(id, "https://127.0.0.1:" + port + "/simulator/clusters/" + id);
    }

    /** An object through the cluster's API; missing where there is none. */
    JsonNode object(String id, String path) {
        return get(id, "https://127.0.0.1:" + port + "/clusters/" + id + path);
    }

    private JsonNode get(String id, String url) {
        try {
            JsonNode config =
                    new YAMLMapper().readTree(kubeconfigs.resolve(id + ".yaml").toFile());
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(20))
                    .header(
                            "Authorization",
                            "Bearer " + config.at("/users/0/user/token").asText())
                    .build();
            HttpResponse<byte[]> response = client(config).send(request, HttpResponse.BodyHandlers.ofByteArray());
            return response.statusCode() == 200
                    ? EventJson.mapper().readTree(response.body())
                    : MissingNode.getInstance();
        } catch (IOException e) {
            throw CliException.unreachable("the simulator does not answer: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CliException.unreachable("interrupted");
        }
    }

    /** Trusts the certificate the kubeconfig names, nothing else. */
    private HttpClient client(JsonNode config) {
        HttpClient known = http;
        if (known == null) {
            String certificate =
                    config.at("/clusters/0/cluster/certificate-authority-data").asText();
            known = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(trusting(Base64.getDecoder().decode(certificate)))
                    .build();
            http = known;
        }
        return known;
    }

    private static SSLContext trusting(byte[] certificate) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry(
                    NAME,
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate)));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw CliException.unreachable("the simulator's certificate is of no use: " + e.getMessage());
        }
    }
}
