package io.calicofleet.executor.core.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.document.KubernetesYaml;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The clusters Cluster API makes: of each, the Secret with its kubeconfig.
 *
 * @see <a href="https://cluster-api.sigs.k8s.io/developer/core/certificate-management">Secrets of Cluster API</a>
 */
public final class ClusterApiClusters {

    private static final String LABEL = "cluster.x-k8s.io/cluster-name";

    /** The Secrets that belong to a cluster; most of them are no kubeconfigs. */
    public static final String SELECTOR = LABEL;

    private static final String ENDING = "-kubeconfig";

    private ClusterApiClusters() {}

    /**
     * What such a Secret offers; empty where it is no kubeconfig of Cluster API's own, but of its users, or a key.
     *
     * @param clusters the Cluster objects of its namespace by name, for their labels; without them those of the Secret count
     */
    public static Optional<Offer> offer(JsonNode secret, Map<String, ? extends JsonNode> clusters) {
        String cluster = Json.text(secret.path("metadata").path("labels"), LABEL);
        if (!Json.text(secret.path("metadata"), "name").equals(cluster + ENDING)) {
            return Optional.empty();
        }
        JsonNode labelled = clusters.containsKey(cluster) ? clusters.get(cluster) : secret;
        return Optional.of(Offers.of(secret, Offers.labels(labelled), () -> cluster, () -> kubeconfig(secret)));
    }

    private static ObjectNode kubeconfig(JsonNode secret) throws OfferException {
        String text = Offers.secret(secret, "value");
        if (text.isBlank()) {
            throw new OfferException("it has no key value with a kubeconfig");
        }
        JsonNode config = read(text);
        JsonNode context = named(config, "contexts", Json.text(config, "current-context"), "context");
        JsonNode cluster = named(config, "clusters", Json.text(context, "cluster"), "cluster");
        JsonNode user = named(config, "users", Json.text(context, "user"), "user");
        return WholeKubeconfig.checked(cluster, user);
    }

    private static JsonNode read(String text) throws OfferException {
        try {
            List<JsonNode> documents = KubernetesYaml.readStrictly(text);
            return documents.isEmpty() ? Json.object() : documents.getFirst();
        } catch (IOException | RuntimeException e) {
            // Without what the parser says: it quotes the place it stumbles over.
            throw new OfferException("its key value is no kubeconfig: it is no YAML");
        }
    }

    private static JsonNode named(JsonNode config, String list, String name, String field) throws OfferException {
        JsonNode found = Json.elements(config.get(list))
                .filter(entry -> !name.isEmpty() && Json.text(entry, "name").equals(name))
                .findFirst()
                .map(entry -> entry.path(field))
                .orElse(Json.NODES.missingNode());
        if (!found.isObject()) {
            throw new OfferException(
                    "its key value is no kubeconfig: what its current-context names is not among its " + list);
        }
        return found;
    }
}
