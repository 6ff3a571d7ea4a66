package io.calicofleet.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.cli.local.Ports;
import io.calicofleet.cli.local.SystemSettings;
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

    /** How many kinds of clusters there are: each is installed in another way. */
    public static final int KINDS = 12;

    /** Those of them that have host endpoints: their traffic is listened to and reviewed, which takes longest. */
    public static final List<Integer> WITH_HOST_ENDPOINTS = List.of(1, 4, 12);

    /** Those whose calico-node an operator keeps. */
    public static final List<Integer> BY_OPERATOR = List.of(9, 10, 11);

    /** Who the requests made here are from, in the audit of a cluster. */
    public static final String PERSON = "a-person";

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

    /** A system of everything in a folder, with the clusters of such a fleet and the releases that come with the project. */
    public static SystemSettings settings(Path folder) {
        return new SystemSettings(
                folder,
                0,
                0,
                null,
                folder.resolve("kubeconfigs"),
                Installation.here().demoReleases().toString(),
                0);
    }

    /** A fleet for a system with these settings, at any free port. */
    public static SimulatedFleet of(LocalSystem system, SystemSettings settings) {
        return new SimulatedFleet(system, Path.of(String.valueOf(settings.kubeconfigs())), Ports.require(0, "--port"));
    }

    /** Starts it; does not wait for it. */
    public void start(int clusters, Path releases, int speed, boolean withTrouble) {
        start(clusters, List.of(), releases, speed, withTrouble);
    }

    /** Starts it with some of so many clusters, by their ids, or all where none is named; does not wait for it. */
    public void start(int clusters, List<String> only, Path releases, int speed, boolean withTrouble) {
        List<String> arguments = new ArrayList<>(List.of(
                "--clusters", String.valueOf(clusters),
                "--port", String.valueOf(port),
                "--kubeconfigs", kubeconfigs.toString(),
                "--releases", releases.toString(),
                "--bootstrap-servers", system.bootstrapServers(),
                "--speed", String.valueOf(speed)));
        if (!only.isEmpty()) {
            arguments.addAll(List.of("--only", String.join(",", only)));
        }
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
        return send(id, "GET", "/simulator/clusters/" + id, "", "");
    }

    /** Sets what goes wrong in a cluster, by the fields of the simulator's FaultSpec; an empty object: nothing. */
    public void faults(String id, JsonNode faults) {
        send(id, "PUT", "/simulator/clusters/" + id + "/faults", "application/json", faults.toString());
    }

    /** Ends all watches of a cluster now. */
    public void dropWatches(String id) {
        send(id, "POST", "/simulator/clusters/" + id + "/actions/drop-watches", "", "");
    }

    /** An object through the cluster's API; missing where there is none. */
    public JsonNode object(String id, String path) {
        return send(id, "GET", "/clusters/" + id + path, "", "");
    }

    /** A write through the cluster's API, as a person makes it; missing where it is refused. */
    public JsonNode write(String id, String method, String path, String contentType, String body) {
        return send(id, method, "/clusters/" + id + path, contentType, body);
    }

    private JsonNode send(String id, String method, String path, String contentType, String body) {
        try {
            JsonNode config =
                    new YAMLMapper().readTree(kubeconfigs.resolve(id + ".yaml").toFile());
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(20))
                    .header("User-Agent", PERSON)
                    .header(
                            "Authorization",
                            "Bearer " + config.at("/users/0/user/token").asText());
            if (!contentType.isEmpty()) {
                request.header("Content-Type", contentType);
            }
            request.method(
                    method,
                    body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
            HttpResponse<byte[]> response =
                    client(config).send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return response.statusCode() / 100 == 2
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
