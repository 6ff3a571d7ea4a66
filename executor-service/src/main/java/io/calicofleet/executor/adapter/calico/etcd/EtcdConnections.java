package io.calicofleet.executor.adapter.calico.etcd;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.adapter.calico.EtcdClients;
import io.calicofleet.executor.core.datastore.EtcdAccess;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/**
 * The connections to the etcd of one cluster: one client for each access there was, so that a renewed certificate is used
 * at once. A client connects when it is asked something. Thread-safe.
 */
public final class EtcdConnections implements EtcdClients {

    private final ExecutorService callbacks = Executors.newVirtualThreadPerTaskExecutor();
    private final Duration timeout;
    private final Map<EtcdAccess, Client> clients = new HashMap<>();
    private boolean closed;

    /**
     * No connections yet.
     *
     * @param timeout of one request
     */
    public EtcdConnections(Duration timeout) {
        this.timeout = requireNonNull(timeout, "timeout");
    }

    @Override
    public CalicoDatastore open(EtcdAccess access, Supplier<CalicoVersion> version) {
        return new EtcdDatastore(client(access), access.toString(), timeout, version);
    }

    private synchronized Client client(EtcdAccess access) {
        if (closed) {
            throw new ClusterException(
                    Problem.DATASTORE_UNAVAILABLE, "the connection to the " + access + " is closed", null);
        }
        return clients.computeIfAbsent(access, this::connect);
    }

    private Client connect(EtcdAccess access) {
        try {
            ClientBuilder builder = Client.builder()
                    .endpoints(access.endpoints().toArray(String[]::new))
                    .executorService(callbacks)
                    .waitForReady(false)
                    .retryMaxAttempts(1) // who asks decides whether to ask again
                    .connectTimeout(timeout)
                    .keepaliveTime(Duration.ofSeconds(30))
                    .keepaliveTimeout(Duration.ofSeconds(10));
            if (access.endpoints().stream().anyMatch(endpoint -> endpoint.startsWith("https:"))) {
                builder.sslContext(tls(access));
            }
            return builder.build();
        } catch (GeneralSecurityException | SSLException | IllegalArgumentException e) {
            // By its kind only: what could not be read may be a key.
            throw new ClusterException(
                    Problem.DATASTORE_UNAVAILABLE,
                    "the access to the " + access
                            + " cannot be used: its certificates, key or addresses are not what they" + " should be ("
                            + e.getClass().getSimpleName() + ")",
                    null);
        }
    }

    private static SslContext tls(EtcdAccess access) throws GeneralSecurityException, SSLException {
        SslContextBuilder context = GrpcSslContexts.forClient();
        if (!access.ca().isEmpty()) {
            context.trustManager(certificates(access.ca()));
        }
        if (!access.key().isEmpty()) {
            context.keyManager(PrivateKeys.read(access.key()), certificates(access.certificate()));
        }
        return context.build();
    }

    private static X509Certificate[] certificates(String pem) throws GeneralSecurityException {
        InputStream bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
        return CertificateFactory.getInstance("X.509").generateCertificates(bytes).stream()
                .map(X509Certificate.class::cast)
                .toArray(X509Certificate[]::new);
    }

    @Override
    public synchronized void close() {
        closed = true;
        clients.values().forEach(Client::close);
        clients.clear();
        callbacks.shutdown();
    }
}
