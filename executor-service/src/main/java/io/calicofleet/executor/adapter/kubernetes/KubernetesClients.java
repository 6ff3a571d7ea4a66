package io.calicofleet.executor.adapter.kubernetes;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.FieldWriter;
import io.calicofleet.executor.port.HelmEngine;
import io.calicofleet.executor.yaml.Yaml;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.TokenRefreshInterceptor;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
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
    private final Set<String> plugins;

    /**
     * Clients on the event loops of {@code vertx}.
     *
     * @param timeout of one request
     */
    public KubernetesClients(Vertx vertx, Duration timeout) {
        this(vertx, timeout, kubeconfig -> HelmEngine.NONE, FieldWriter.OURS, Set.of());
    }

    /** Clients on the event loops of {@code vertx}, with Helm, that run no plugins. */
    public KubernetesClients(Vertx vertx, Duration timeout, Function<Path, HelmEngine> helm, String userAgent) {
        this(vertx, timeout, helm, userAgent, Set.of());
    }

    /**
     * Clients on the event loops of {@code vertx}, with Helm and with plugins.
     *
     * @param timeout of one request
     * @param helm the engine for the cluster of a kubeconfig file
     * @param userAgent who asks, as the audit log of an API server names it
     * @param plugins the exec plugins that kubeconfigs may sign in with, as they name them
     */
    public KubernetesClients(
            Vertx vertx, Duration timeout, Function<Path, HelmEngine> helm, String userAgent, Set<String> plugins) {
        this.plugins = Set.copyOf(plugins);
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
        Kubeconfigs.SignIn signIn = Kubeconfigs.check(kubeconfig, plugins);
        try {
            Config config = signIn.byPlugin()
                    ? Config.fromKubeconfig(Yaml.write(List.of(signIn.config())))
                    : Config.fromKubeconfig(kubeconfig.toFile());
            if (config.getCurrentContext() == null) {
                throw new IOException("it is no kubeconfig: it has no current-context that is among its contexts");
            }
            // Who asks decides whether to ask again, and for how long.
            config.setRequestRetryBackoffLimit(0);
            config.setConnectionTimeout(Math.toIntExact(timeout.toMillis()));
            config.setUserAgent(userAgent);
            config.setRequestTimeout(Math.toIntExact(timeout.toMillis()));
            // Certificates and keys are read here; of a file that is half written they are no good.
            KubernetesClientBuilder client = new KubernetesClientBuilder()
                    .withConfig(config)
                    .withHttpClientFactory(http)
                    .withTaskExecutor(threads);
            if (signIn.byPlugin()) {
                ExecPlugin plugin =
                        new ExecPlugin(signIn.exec(), signIn.cluster(), kubeconfig, threads, InstantSource.system());
                client.withHttpClientBuilderConsumer(
                        builder -> builder.addOrReplaceInterceptor(TokenRefreshInterceptor.NAME, plugin));
            }
            return new KubernetesApi(client.build(), timeout, helm.apply(kubeconfig));
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
