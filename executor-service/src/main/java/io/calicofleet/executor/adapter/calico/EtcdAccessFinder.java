package io.calicofleet.executor.adapter.calico;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.datastore.EtcdAccess;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Reads from a cluster how its calico-node reaches etcd: the endpoints from its environment, the certificates from the
 * Secret that is mounted where its environment says they are ({@code calico-etcd-secrets} in the manifests).
 */
public final class EtcdAccessFinder {

    private static final String GIVE_IT = "; give the executor its own access to etcd in clusters.yaml";

    private EtcdAccessFinder() {}

    /**
     * The access of the cluster itself.
     *
     * @throws ClusterException DATASTORE_UNAVAILABLE where calico-node has it from a place only nodes can read
     */
    public static EtcdAccess find(ClusterApi cluster, ClusterSnapshot snapshot) {
        CalicoNode node = CalicoNode.find(snapshot)
                .orElseThrow(() -> new ClusterException(Problem.UNEXPECTED, "no DaemonSet runs calico-node", null));
        List<String> endpoints = Arrays.stream(node.env("ETCD_ENDPOINTS").split(",", -1))
                .map(String::strip)
                .filter(endpoint -> !endpoint.isEmpty())
                .toList();
        if (endpoints.isEmpty()) {
            throw new ClusterException(
                    Problem.DATASTORE_UNAVAILABLE,
                    "the environment of calico-node does not say where its etcd is" + GIVE_IT,
                    null);
        }
        String certificate = file(cluster, node, "ETCD_CERT_FILE");
        String key = file(cluster, node, "ETCD_KEY_FILE");
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new ClusterException(
                    Problem.DATASTORE_UNAVAILABLE,
                    "calico-node has only one of the certificate and the key for its etcd" + GIVE_IT,
                    null);
        }
        return new EtcdAccess(endpoints, file(cluster, node, "ETCD_CA_CERT_FILE"), certificate, key);
    }

    /** What is in the file an environment variable names; empty where it names none. */
    private static String file(ClusterApi cluster, CalicoNode node, String variable) {
        String path = node.env(variable);
        if (path.isEmpty()) {
            return "";
        }
        JsonNode pod = node.daemonSet().at("/spec/template/spec");
        return Part.nodeContainer(pod).stream()
                .flatMap(container -> Json.elements(container.get("volumeMounts")))
                .filter(mount -> path.startsWith(Json.text(mount, "mountPath") + "/"))
                .findFirst()
                .flatMap(mount -> ofSecret(
                        cluster,
                        node,
                        volume(pod, Json.text(mount, "name")),
                        path.substring(Json.text(mount, "mountPath").length() + 1)))
                .orElseThrow(() -> new ClusterException(
                        Problem.DATASTORE_UNAVAILABLE,
                        variable + " of calico-node is " + path + ", which no Secret of the cluster holds" + GIVE_IT,
                        null));
    }

    private static JsonNode volume(JsonNode pod, String name) {
        return Json.elements(pod.get("volumes"))
                .filter(volume -> Json.text(volume, "name").equals(name))
                .findFirst()
                .orElse(Json.NODES.missingNode());
    }

    private static Optional<String> ofSecret(ClusterApi cluster, CalicoNode node, JsonNode volume, String file) {
        String name = Json.text(volume.get("secret"), "secretName");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        String key = Json.elements(volume.at("/secret/items"))
                .filter(item -> Json.text(item, "path").equals(file))
                .map(item -> Json.text(item, "key"))
                .findFirst()
                .orElse(file);
        String namespace = Json.text(node.daemonSet().get("metadata"), "namespace");
        Optional<ObjectNode> secret = cluster.find(new ResourceRef("v1", "Secret", namespace, name));
        return secret.map(found -> Json.text(found.get("data"), key))
                .filter(data -> !data.isEmpty())
                .map(EtcdAccessFinder::decoded);
    }

    private static String decoded(String data) {
        try {
            return new String(Base64.getMimeDecoder().decode(data), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Without the cause, which quotes what it could not read.
            throw new ClusterException(Problem.UNEXPECTED, "the Secret with etcd's certificates is no base64", null);
        }
    }
}
