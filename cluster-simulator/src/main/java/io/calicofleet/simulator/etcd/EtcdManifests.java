package io.calicofleet.simulator.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Fills in a manifest for etcd as its comments tell people to: endpoints, paths of the certificates, the Secret's data. Endpoints that
 * stand in the environment of a workload itself are filled in there.
 */
public final class EtcdManifests {

    private static final String SECRET = "calico-etcd-secrets";
    private static final String FILES = "/calico-secrets/";

    private EtcdManifests() {}

    /** The manifest for a cluster that uses this etcd; as it is where it is none for etcd. */
    public static String filled(String yaml, EtcdServer etcd) {
        StringBuilder all = new StringBuilder();
        for (JsonNode document : Json.yamlDocuments(yaml)) {
            fill((ObjectNode) document, etcd);
            all.append("---\n").append(Json.yaml(document));
        }
        return all.toString();
    }

    /** The same for one object, in place. */
    public static void fill(ObjectNode object, EtcdServer etcd) {
        boolean tls = !etcd.caPem().isEmpty();
        if (object.path("data").get("etcd_endpoints") != null) {
            ObjectNode data = Json.child(object, "data");
            data.put("etcd_endpoints", etcd.endpoint());
            for (String key : tls ? List.of("ca", "cert", "key") : List.<String>of()) {
                data.put("etcd_" + key, FILES + "etcd-" + key);
            }
        }
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : object.at("/spec/template/spec").path(list)) {
                for (JsonNode variable : container.path("env")) {
                    if (variable.path("name").asText().equals("ETCD_ENDPOINTS")
                            && !variable.path("value").asText("").isEmpty()) {
                        ((ObjectNode) variable).put("value", etcd.endpoint());
                    }
                }
            }
        }
        boolean secret = object.path("kind").asText().equals("Secret")
                && Json.text(object, "metadata", "name").equals(SECRET);
        if (secret && tls) {
            object.putObject("data")
                    .put("etcd-key", base64(etcd.privateKeyPem()))
                    .put("etcd-cert", base64(etcd.certificatePem()))
                    .put("etcd-ca", base64(etcd.caPem()));
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
