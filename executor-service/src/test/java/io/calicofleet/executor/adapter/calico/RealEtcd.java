package io.calicofleet.executor.adapter.calico;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.calicofleet.broker.FreePorts;
import io.calicofleet.executor.core.datastore.EtcdAccess;
import io.calicofleet.simulator.kubernetes.http.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An etcd process on free ports of 127.0.0.1, and its own client for what lies below the adapter. */
public final class RealEtcd implements AutoCloseable {

    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin/etcd"), Path.of("/usr/local/bin/etcd"), Path.of("/opt/homebrew/bin/etcd"));

    private final Process process;
    private final Path directory;
    private final EtcdAccess access;

    private RealEtcd(Process process, Path directory, EtcdAccess access) {
        this.process = process;
        this.directory = directory;
        this.access = access;
    }

    /** Starts one; skips the test where there is none to start. It answers a moment later. */
    public static RealEtcd start(Path directory, boolean tls) throws IOException {
        Path binary = PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
        assumeTrue(
                binary != null,
                "skipped: there is no etcd on this machine to test with; apt-get install etcd-server brings one");
        String scheme = tls ? "https" : "http";
        int port = FreePorts.next();
        String endpoint = scheme + "://127.0.0.1:" + port;
        List<String> command = new ArrayList<>(List.of(
                String.valueOf(binary),
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls=" + endpoint,
                "--advertise-client-urls=" + endpoint,
                "--listen-peer-urls=http://127.0.0.1:" + FreePorts.next(),
                "--log-level=error"));
        EtcdAccess access = new EtcdAccess(List.of(endpoint), "", "", "");
        if (tls) {
            Tls server = Tls.create();
            Tls client = Tls.create();
            command.add("--cert-file=" + Files.writeString(directory.resolve("server.crt"), server.certificatePem()));
            command.add("--key-file=" + Files.writeString(directory.resolve("server.key"), server.privateKeyPem()));
            command.add("--client-cert-auth");
            command.add("--trusted-ca-file="
                    + Files.writeString(directory.resolve("clients.crt"), client.certificatePem()));
            access = new EtcdAccess(
                    List.of(endpoint), server.certificatePem(), client.certificatePem(), client.privateKeyPem());
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("etcd.log").toFile())
                .start();
        return new RealEtcd(process, directory, access);
    }

    /** How it is reached. */
    public EtcdAccess access() {
        return access;
    }

    /** The keys that begin with a prefix. */
    public List<String> keys(String prefix) {
        return RawEtcd.with(access, client -> client.keys(prefix));
    }

    /** The entries whose keys begin with a prefix. */
    public SortedMap<String, String> entries(String prefix) {
        return RawEtcd.with(access, client -> client.entries(prefix));
    }

    /** Writes an entry. */
    public void put(String key, String value) {
        RawEtcd.with(access, client -> client.put(key, value));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** What it wrote, for a test that fails. */
    @Override
    public String toString() {
        try (Stream<String> lines = Files.lines(directory.resolve("etcd.log"), UTF_8)) {
            return access + ": " + lines.toList();
        } catch (IOException e) {
            return access + ": " + e;
        }
    }
}
