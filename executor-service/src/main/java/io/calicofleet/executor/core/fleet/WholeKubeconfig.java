package io.calicofleet.executor.core.fleet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * Makes a kubeconfig that needs nothing beside it, of fields that are known. Who may write a Secret in a management cluster
 * must not have the executor read its own files and send them away; so what names a file is refused, as is what nobody checks.
 */
public final class WholeKubeconfig {

    private static final String INSECURE = "insecure-skip-tls-verify";
    private static final String NAME = "cluster";

    private static final Set<String> OF_CLUSTER = Set.of(
            "server",
            "certificate-authority-data",
            "tls-server-name",
            "proxy-url",
            "disable-compression",
            "extensions",
            INSECURE);
    private static final Set<String> OF_USER =
            Set.of("token", "client-certificate-data", "client-key-data", "username", "password", "exec");
    private static final Set<String> FILES =
            Set.of("certificate-authority", "client-certificate", "client-key", "tokenFile");
    private static final List<String> PEM =
            List.of("certificate-authority-data", "client-certificate-data", "client-key-data");

    private WholeKubeconfig() {}

    /**
     * The kubeconfig.
     *
     * @param cluster as a kubeconfig has it
     * @param user as a kubeconfig has it
     * @throws OfferException where something of it may not be used, or nobody could sign in by it
     */
    static ObjectNode checked(JsonNode cluster, JsonNode user) throws OfferException {
        if (cluster.path(INSECURE).asBoolean()) {
            throw new OfferException("nobody checks that its API server is the right one, since it says so"
                    + " (insecure, or " + INSECURE + "): give it the certificate of the authority instead");
        }
        checkFields("cluster", cluster, OF_CLUSTER);
        checkFields("user", user, OF_USER);
        checkServer(Json.text(cluster, "server"));
        for (String field : PEM) {
            checkPem(field, Json.text(cluster, field) + Json.text(user, field));
        }
        boolean signsIn = user.path("exec").isObject()
                || !Json.text(user, "token").isEmpty()
                || !Json.text(user, "password").isEmpty()
                || (!Json.text(user, "client-certificate-data").isEmpty()
                        && !Json.text(user, "client-key-data").isEmpty());
        if (!signsIn) {
            throw new OfferException("it has no credentials: no token, no client certificate with its key,"
                    + " no user with a password, no exec plugin");
        }
        return of(cluster, user);
    }

    /** The kubeconfig of what is known to be right. */
    public static ObjectNode of(JsonNode cluster, JsonNode user) {
        ObjectNode config = Json.object().put("apiVersion", "v1").put("kind", "Config");
        config.put("current-context", NAME);
        config.putArray("clusters").addObject().put("name", NAME).set("cluster", cluster.deepCopy());
        config.putArray("users").addObject().put("name", NAME).set("user", user.deepCopy());
        config.putArray("contexts")
                .addObject()
                .put("name", NAME)
                .putObject("context")
                .put("cluster", NAME)
                .put("user", NAME);
        return config;
    }

    private static void checkFields(String of, JsonNode object, Set<String> known) throws OfferException {
        for (String field : Json.names(object)) {
            if (Json.get(object, field) == null) {
                continue;
            }
            if (FILES.contains(field)) {
                throw new OfferException("its " + of + " has " + field
                        + ", which names a file of another machine: embed what the file holds");
            }
            if (!known.contains(field)) {
                throw new OfferException("its " + of + " has the field " + Offers.shown(field)
                        + ", which is not supported here: use a token, a client certificate or an exec plugin");
            }
        }
    }

    /** Credentials go nowhere without TLS. */
    private static void checkServer(String server) throws OfferException {
        if (server.isEmpty()) {
            throw new OfferException("it has no server: the address of the API server, such as https://10.0.0.1:6443");
        }
        try {
            URI uri = new URI(server);
            if ("https".equals(uri.getScheme()) && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return;
            }
        } catch (URISyntaxException e) {
            // Told below, without what the parser says of it.
        }
        throw new OfferException("its server is no address of an API server: write it like https://10.0.0.1:6443");
    }

    private static void checkPem(String field, String value) throws OfferException {
        try {
            byte[] pem = Base64.getDecoder().decode(value);
            if (value.isEmpty() || new String(pem, US_ASCII).contains("-----BEGIN ")) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // Told below, without what stands there.
        }
        throw new OfferException("its " + field + " is no base64 of PEM");
    }
}
