package io.calicofleet.executor.adapter.kubeconfig;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.datastore.EtcdAccess;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The access to a cluster's etcd as people gave it. The files are read whenever it is used, so that certificates can be
 * renewed.
 *
 * @param endpoints the addresses
 * @param ca the file of the authorities to trust; null without
 * @param certificate the file of the client's certificate; null without
 * @param key the file of its private key; null without
 */
public record EtcdFiles(
        List<String> endpoints,
        @Nullable Path ca,
        @Nullable Path certificate,
        @Nullable Path key) {

    private static final Set<String> FIELDS = Set.of("endpoints", "ca", "cert", "key");

    public EtcdFiles {
        endpoints = List.copyOf(endpoints);
    }

    /**
     * Reads {@code {endpoints: [...], ca: file, cert: file, key: file}}.
     *
     * @param directory what the names of files are relative to
     * @throws IllegalArgumentException where it has another form
     */
    static EtcdFiles of(JsonNode node, Path directory) {
        for (String field : Json.names(node)) {
            if (!FIELDS.contains(field)) {
                throw new IllegalArgumentException("etcd has no field " + field + ", but endpoints, ca, cert and key");
            }
        }
        List<String> endpoints = Json.texts(node.get("endpoints"));
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("etcd has no list of endpoints");
        }
        for (String endpoint : endpoints) {
            if (!endpoint.matches("https?://.+:\\d+")) {
                throw new IllegalArgumentException("an endpoint of etcd is written like https://10.0.0.1:2379");
            }
        }
        if (Json.text(node, "cert").isEmpty() != Json.text(node, "key").isEmpty()) {
            throw new IllegalArgumentException("cert and key of etcd come together");
        }
        return new EtcdFiles(
                endpoints, file(node, "ca", directory), file(node, "cert", directory), file(node, "key", directory));
    }

    private static @Nullable Path file(JsonNode node, String field, Path directory) {
        String name = Json.text(node, field);
        return name.isEmpty() ? null : directory.resolve(name);
    }

    /**
     * The access.
     *
     * @throws ClusterException DATASTORE_UNAVAILABLE where a file cannot be read
     */
    public EtcdAccess read() {
        return new EtcdAccess(endpoints, content(ca), content(certificate), content(key));
    }

    private static String content(@Nullable Path file) {
        if (file == null) {
            return "";
        }
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ClusterException(
                    Problem.DATASTORE_UNAVAILABLE,
                    "the file " + file + " for the access to etcd cannot be read: "
                            + e.getClass().getSimpleName(),
                    null);
        }
    }
}
