package io.calicofleet.executor.core.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.Map;

/**
 * The clusters Argo CD deploys to, each a Secret.
 *
 * @see <a href="https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#clusters">declarative setup</a>
 */
public final class ArgoCdClusters {

    private static final String LABEL = "argocd.argoproj.io/secret-type";

    /** The Secrets that are clusters. */
    public static final String SELECTOR = LABEL + "=cluster";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ArgoCdClusters() {}

    /** What such a Secret offers. */
    public static Offer offer(JsonNode secret) {
        Map<String, String> labels = Offers.labels(secret);
        labels.remove(LABEL);
        return Offers.of(secret, labels, () -> Offers.secret(secret, "name"), () -> kubeconfig(secret));
    }

    private static ObjectNode kubeconfig(JsonNode secret) throws OfferException {
        JsonNode config = config(Offers.secret(secret, "config"));
        if (Json.get(config, "awsAuthConfig") != null) {
            throw new OfferException("it has awsAuthConfig, which Argo CD's own program carries out:"
                    + " give it an execProviderConfig, such as of the program aws, or a token");
        }
        JsonNode tls = config.path("tlsClientConfig");
        ObjectNode cluster = Json.object();
        put(cluster, "server", Offers.secret(secret, "server"));
        put(cluster, "certificate-authority-data", Json.text(tls, "caData"));
        put(cluster, "tls-server-name", Json.text(tls, "serverName"));
        put(cluster, "proxy-url", Json.text(config, "proxyUrl"));
        if (tls.path("insecure").asBoolean()) {
            cluster.put("insecure-skip-tls-verify", true);
        }
        ObjectNode user = Json.object();
        JsonNode exec = config.path("execProviderConfig");
        if (exec.isObject()) {
            user.set("exec", exec(exec));
        } else {
            put(user, "token", Json.text(config, "bearerToken"));
            put(user, "username", Json.text(config, "username"));
            put(user, "password", Json.text(config, "password"));
            put(user, "client-certificate-data", Json.text(tls, "certData"));
            put(user, "client-key-data", Json.text(tls, "keyData"));
        }
        return WholeKubeconfig.checked(cluster, user);
    }

    private static JsonNode config(String text) throws OfferException {
        if (text.isBlank()) {
            throw new OfferException("it has no config, and only Argo CD itself can sign in without one");
        }
        try {
            JsonNode config = JSON.readTree(text);
            if (config.isObject()) {
                return config;
            }
        } catch (JsonProcessingException e) {
            // Told below: a parser quotes the place it stumbles over.
        }
        throw new OfferException("its config is no JSON object");
    }

    /** Its environment is a map there, and a list in a kubeconfig; nobody is there to be asked. */
    private static ObjectNode exec(JsonNode given) {
        ObjectNode exec = Json.object();
        put(exec, "apiVersion", Json.text(given, "apiVersion"));
        put(exec, "command", Json.text(given, "command"));
        put(exec, "installHint", Json.text(given, "installHint"));
        exec.put("interactiveMode", "Never");
        ArrayNode args = exec.putArray("args");
        Json.texts(given.get("args")).forEach(args::add);
        ArrayNode env = exec.putArray("env");
        given.path("env")
                .properties()
                .forEach(variable -> env.addObject()
                        .put("name", variable.getKey())
                        .put("value", variable.getValue().asText()));
        return exec;
    }

    private static void put(ObjectNode object, String field, String value) {
        if (!value.isEmpty()) {
            object.put(field, value);
        }
    }
}
