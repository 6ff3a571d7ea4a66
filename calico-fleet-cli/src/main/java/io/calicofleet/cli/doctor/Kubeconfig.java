package io.calicofleet.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What a kubeconfig says of its current context. What is in it is a secret, or may be: no message has anything of it but names and addresses.
 *
 * @param file it is read from
 * @param cluster the cluster of the context
 * @param user who signs in there
 */
record Kubeconfig(Path file, JsonNode cluster, JsonNode user) {

    /** @throws IOException where it is none, or not whole */
    static Kubeconfig read(Path file) throws IOException {
        JsonNode config;
        try {
            config = new YAMLMapper().readTree(file.toFile());
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new IOException("it is no YAML", null); // the parser quotes what it stumbles over
        }
        if (config == null) {
            throw new IOException("it is empty");
        }
        String current = config.path("current-context").asText();
        JsonNode context = named(config, "contexts", current).path("context");
        JsonNode cluster =
                named(config, "clusters", context.path("cluster").asText()).path("cluster");
        if (current.isEmpty() || !context.isObject()) {
            throw new IOException("it has no current-context that is among its contexts");
        }
        if (cluster.path("server").asText().isEmpty()) {
            throw new IOException("the cluster of its current-context is not among its clusters, or has no server");
        }
        return new Kubeconfig(
                file,
                cluster,
                named(config, "users", context.path("user").asText()).path("user"));
    }

    private static JsonNode named(JsonNode config, String list, String name) {
        for (JsonNode entry : config.path(list)) {
            if (entry.path("name").asText().equals(name)) {
                return entry;
            }
        }
        return MissingNode.getInstance();
    }

    /** The program it signs in with; empty: none. */
    Optional<String> plugin() {
        return Optional.of(user.at("/exec/command").asText()).filter(command -> !command.isEmpty());
    }

    /** Where its API server is. */
    URI server() throws IOException {
        try {
            return URI.create(cluster.path("server").asText());
        } catch (IllegalArgumentException e) {
            throw new IOException("its server is no address", null);
        }
    }

    boolean hasProxy() {
        return !cluster.path("proxy-url").asText().isEmpty();
    }

    /**
     * What in it has an end: the certificate and the token it signs in with, and the authority it trusts.
     *
     * @param id of the cluster
     * @throws IOException where one of them cannot be read
     */
    List<Certificate> ending(String id) throws IOException {
        List<Certificate> ending = new ArrayList<>();
        String renew = "Write the kubeconfig of " + id + " again, docs/operations/permissions.md says how;"
                + " the executor takes it up by itself";
        Optional<byte[]> certificate = bytes(user, "client-certificate");
        if (certificate.isPresent()) {
            Certificate.first(
                            "the client certificate for " + id, parsed("client-certificate", certificate.get()), renew)
                    .ifPresent(ending::add);
        }
        Optional<byte[]> authority = bytes(cluster, "certificate-authority");
        if (authority.isPresent()) {
            Certificate.first(
                            "the authority in the kubeconfig of " + id,
                            parsed("certificate-authority", authority.get()),
                            renew)
                    .ifPresent(ending::add);
        }
        tokenEnds(token()).ifPresent(ends -> ending.add(new Certificate("the token for " + id, ends, renew)));
        return ending;
    }

    private static List<java.security.cert.X509Certificate> parsed(String field, byte[] bytes) throws IOException {
        try {
            return Certificate.read(bytes);
        } catch (IOException e) {
            throw new IOException("its " + field + " cannot be read: " + e.getMessage(), null);
        }
    }

    private String token() throws IOException {
        String path = user.path("tokenFile").asText();
        return path.isEmpty()
                ? user.path("token").asText()
                : Files.readString(file.toAbsolutePath().resolveSibling(path)).strip();
    }

    private Optional<byte[]> bytes(JsonNode of, String field) throws IOException {
        String data = of.path(field + "-data").asText();
        String path = of.path(field).asText();
        try {
            return !data.isEmpty()
                    ? Optional.of(Base64.getMimeDecoder().decode(data))
                    : path.isEmpty()
                            ? Optional.empty()
                            : Optional.of(
                                    Files.readAllBytes(file.toAbsolutePath().resolveSibling(path)));
        } catch (IllegalArgumentException e) {
            throw new IOException("its " + field + "-data is no base64", null);
        }
    }

    /** As a JSON Web Token says; empty of any other token. */
    static Optional<Instant> tokenEnds(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            JsonNode claims = EventJson.mapper()
                    .readTree(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
            return claims == null || !claims.path("exp").canConvertToLong()
                    ? Optional.empty()
                    : Optional.of(Instant.ofEpochSecond(claims.path("exp").asLong()));
        } catch (IOException | IllegalArgumentException | java.time.DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Without what is in it. */
    @Override
    public String toString() {
        return "the kubeconfig " + file;
    }
}
