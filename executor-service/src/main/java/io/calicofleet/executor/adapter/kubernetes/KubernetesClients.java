package io.calicofleet.executor.adapter.kubernetes;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.FieldWriter;
import io.calicofleet.executor.port.HelmEngine;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Makes clients that share their event loops and threads: thousands of clusters cost connections, not threads. */
public final class KubernetesClients implements AutoCloseable {

    private final VertxHttpClientFactory http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Duration timeout;
    private final Function<Path, HelmEngine> helm;
    private final String userAgent;

    /**
     * Clients on the event loops of {@code vertx}.
     *
     * @param timeout of one request
     */
    public KubernetesClients(Vertx vertx, Duration timeout) {
        this(vertx, timeout, kubeconfig -> HelmEngine.NONE, FieldWriter.OURS);
    }

    /**
     * Clients on the event loops of {@code vertx}, with Helm.
     *
     * @param timeout of one request
     * @param helm the engine for the cluster of a kubeconfig file
     * @param userAgent who asks, as the audit log of an API server names it
     */
    public KubernetesClients(Vertx vertx, Duration timeout, Function<Path, HelmEngine> helm, String userAgent) {
        this.http = new VertxHttpClientFactory(requireNonNull(vertx, "vertx"));
        this.timeout = requireNonNull(timeout, "timeout");
        this.helm = requireNonNull(helm, "helm");
        this.userAgent = requireNonNull(userAgent, "userAgent");
    }

    /**
     * The API server a kubeconfig file names. Nothing is asked of it yet.
     *
     * @throws IOException where the file is no kubeconfig; the message says why
     */
    public KubernetesApi open(Path kubeconfig) throws IOException {
        Kubeconfigs.check(kubeconfig);
        try {
            Config config = Config.fromKubeconfig(kubeconfig.toFile());
            if (config.getCurrentContext() == null) {
                throw new IOException("it is no kubeconfig: it has no current-context that is among its contexts");
            }
            // Who asks decides whether to ask again, and for how long.
            config.setRequestRetryBackoffLimit(0);
            config.setConnectionTimeout(Math.toIntExact(timeout.toMillis()));
            config.setUserAgent(userAgent);
            config.setRequestTimeout(Math.toIntExact(timeout.toMillis()));
            // Certificates and keys are read here; of a file that is half written they are no good.
            KubernetesClient client = new KubernetesClientBuilder()
                    .withConfig(config)
                    .withHttpClientFactory(http)
                    .withTaskExecutor(threads)
                    .build();
            return new KubernetesApi(client, timeout, helm.apply(kubeconfig));
        } catch (RuntimeException e) {
            throw Kubeconfigs.unusable(e);
        }
    }

    /** How long one request may take. */
    public Duration timeout() {
        return timeout;
    }

    @Override
    public void close() {
        threads.close();
    }
}
