package io.calicofleet.simulator.kubernetes.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one port of the simulator: {@code /clusters/<id>/...} is a cluster's API, everything else belongs to the inspector.
 * Every request has a virtual thread.
 */
public final class HttpFrontend implements AutoCloseable {

    static {
        // Read once by the JDK's server: without it small answers wait 40 ms, and connections beyond 200 are closed.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "20000");
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(HttpFrontend.class);
    private static final String PREFIX = "/clusters/";

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, ClusterEndpoint> clusters = new ConcurrentHashMap<>();
    private final @Nullable Tls tls;
    private final Inspector inspector;

    /** Answers what does not belong to a cluster's API. */
    public interface Inspector {
        /**
         * Answers a request of the simulator's own.
         *
         * @param method the HTTP method
         * @param path the path
         * @param body the body
         */
        Reply handle(String method, String path, byte[] body) throws IOException;
    }

    /** An answer of the inspector: JSON. */
    public record Reply(int code, String json) {}

    /** Opens the port; 0 picks a free one. */
    public HttpFrontend(int port, boolean encrypted, Inspector inspector) {
        this.inspector = inspector;
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            if (encrypted) {
                Tls certificate = Tls.create();
                HttpsServer https = HttpsServer.create(address, 1024);
                https.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
                this.server = https;
                this.tls = certificate;
            } else {
                this.server = HttpServer.create(address, 1024);
                this.tls = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on 127.0.0.1:" + port + ": " + e.getMessage(), e);
        }
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** The address of everything, without a slash at the end. */
    public String address() {
        return (tls == null ? "http" : "https") + "://127.0.0.1:" + port();
    }

    /** The address of a cluster's API. */
    public String address(String cluster) {
        return address() + PREFIX + cluster;
    }

    /** The certificate clients must trust; null without TLS. */
    public @Nullable String certificatePem() {
        return tls == null ? null : tls.certificatePem();
    }

    /** Serves a cluster. */
    public void add(String id, ClusterEndpoint endpoint) {
        clusters.put(id, endpoint);
    }

    /** Serves a cluster no longer. */
    public void remove(String id) {
        clusters.remove(id);
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            if (path.startsWith(PREFIX)) {
                int slash = path.indexOf('/', PREFIX.length());
                String id = slash < 0 ? path.substring(PREFIX.length()) : path.substring(PREFIX.length(), slash);
                ClusterEndpoint endpoint = clusters.get(id);
                if (endpoint != null) {
                    endpoint.handle(exchange, slash < 0 ? "" : path.substring(slash));
                    return;
                }
            }
            Reply reply = inspector.handle(
                    exchange.getRequestMethod(), path, exchange.getRequestBody().readAllBytes());
            Answer.typed("application/json", reply.json().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .withCode(reply.code())
                    .send(exchange);
        } catch (IOException e) {
            LOGGER.atDebug().setCause(e).log("a connection ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
