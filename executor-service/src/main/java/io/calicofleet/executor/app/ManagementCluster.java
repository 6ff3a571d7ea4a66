package io.calicofleet.executor.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.adapter.kubernetes.KubernetesApi;
import io.calicofleet.executor.adapter.kubernetes.KubernetesClients;
import io.calicofleet.executor.core.fleet.WholeKubeconfig;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cluster in which other tools keep what they know of clusters. Reached by a kubeconfig, or from within by the
 * ServiceAccount of the pod; read again where either was written again, as kubelet does with a token each hour.
 */
final class ManagementCluster implements AutoCloseable {

    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private final KubernetesClients clients;
    private final Optional<Path> kubeconfig;
    private final Path account;
    private final Map<String, String> environment;
    private byte[] known = {};
    private @Nullable KubernetesApi api;

    ManagementCluster(KubernetesClients clients, Optional<Path> kubeconfig) {
        this(clients, kubeconfig, SERVICE_ACCOUNT, System.getenv());
    }

    /**
     * As it is reached from a pod.
     *
     * @param account where kubelet puts the token of the ServiceAccount
     * @param environment with {@code KUBERNETES_SERVICE_HOST} and {@code KUBERNETES_SERVICE_PORT}
     */
    ManagementCluster(
            KubernetesClients clients, Optional<Path> kubeconfig, Path account, Map<String, String> environment) {
        this.clients = requireNonNull(clients, "clients");
        this.kubeconfig = requireNonNull(kubeconfig, "kubeconfig");
        this.account = requireNonNull(account, "account");
        this.environment = Map.copyOf(environment);
    }

    /**
     * The cluster, with the credentials there are now.
     *
     * @throws IOException where there are none; the message says what is missing
     */
    ClusterApi api() throws IOException {
        byte[] now = kubeconfig.isPresent() ? read(kubeconfig.get()) : fromWithin();
        KubernetesApi current = api;
        if (current != null && Arrays.equals(now, known)) {
            return current;
        }
        KubernetesApi fresh = kubeconfig.isPresent() ? clients.open(kubeconfig.get()) : open(now);
        if (current == null) {
            current = fresh;
            api = fresh;
        } else {
            current.moveTo(fresh).run();
        }
        known = now;
        return current;
    }

    private static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("its kubeconfig " + file + " is not there", e);
        }
    }

    private byte[] fromWithin() throws IOException {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        Path token = account.resolve("token");
        if (host.isEmpty() || !Files.isReadable(token)) {
            throw new IOException("executor.sources.kubeconfig is not set, and this is no pod with the token of a"
                    + " ServiceAccount: set it, or mount " + token);
        }
        String server = "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        ObjectNode cluster = Json.object().put("server", server);
        cluster.put("certificate-authority-data", Files.readAllBytes(account.resolve("ca.crt")));
        ObjectNode user = Json.object().put("token", Files.readString(token).strip());
        return Yaml.write(List.of(WholeKubeconfig.of(cluster, user))).getBytes(UTF_8);
    }

    /** Clients are made of files; this one is read once, and need not lie about. */
    private KubernetesApi open(byte[] content) throws IOException {
        Path file = Files.createTempFile("calico-fleet-management-", ".yaml");
        try {
            return clients.open(Files.write(file, content));
        } finally {
            Files.delete(file);
        }
    }

    /** The cluster must not be used afterwards. */
    @Override
    public void close() {
        if (api != null) {
            api.close();
        }
    }
}
