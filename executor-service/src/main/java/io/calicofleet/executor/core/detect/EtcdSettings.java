package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How calico-node reaches its etcd, and whether a new set of objects would cut it off. Releases come with a placeholder
 * for the endpoints and with an empty Secret, so whoever writes them as they are takes the datastore away.
 */
public final class EtcdSettings {

    private static final String ENDPOINTS = "ETCD_ENDPOINTS";
    private static final Map<String, String> FILES = Map.of(
            "ETCD_CA_CERT_FILE", "the certificate authority",
            "ETCD_CERT_FILE", "the client certificate",
            "ETCD_KEY_FILE", "the client key");

    private EtcdSettings() {}

    /**
     * Why calico-node would not reach its etcd any more; empty where it would.
     *
     * @param now what the cluster has: the DaemonSet, its ConfigMaps and Secrets
     * @param then the same as they would be
     */
    public static List<String> lost(Collection<? extends JsonNode> now, Collection<? extends JsonNode> then) {
        Optional<CalicoNode> before = node(now);
        Optional<CalicoNode> after = node(then);
        if (after.isEmpty()) {
            return List.of("no DaemonSet would run calico-node");
        }
        List<String> lost = new ArrayList<>();
        String endpoints = after.get().env(ENDPOINTS);
        if (endpoints.isBlank() || endpoints.contains("<ETCD_")) {
            lost.add("the endpoints of etcd would be " + (endpoints.isBlank() ? "empty" : endpoints));
        }
        FILES.forEach((variable, what) -> {
            String file = after.get().env(variable);
            String had = before.map(node -> node.env(variable)).orElse("");
            if (file.isBlank() && !had.isBlank()) {
                lost.add(what + ", now " + had + ", would be lost");
            } else if (!file.isBlank() && isMissing(after.get().daemonSet(), then, file)) {
                lost.add(what + " would be read from " + file + ", which no data of its Secret makes");
            }
        });
        secrets(now).forEach((name, data) -> {
            JsonNode stays = secrets(then).get(name);
            Set<String> gone = Json.names(data).stream()
                    .filter(key -> stays == null || !data.path(key).equals(stays.path(key)))
                    .collect(Collectors.toSet());
            if (!gone.isEmpty()) {
                lost.add(name + " would lose or change its "
                        + gone.stream().sorted().collect(Collectors.joining(", ")));
            }
        });
        lost.sort(null);
        return lost;
    }

    private static Optional<CalicoNode> node(Collection<? extends JsonNode> objects) {
        return CalicoNode.find(new ClusterSnapshot("", List.copyOf(objects), Set.of(), List.of()));
    }

    /** Whether a file comes from a mounted Secret that has no data for it. Files of the host are for people to keep. */
    private static boolean isMissing(JsonNode daemonSet, Collection<? extends JsonNode> objects, String file) {
        JsonNode pod = daemonSet.at("/spec/template/spec");
        for (JsonNode mount : mounts(pod)) {
            String path = Json.text(mount, "mountPath").replaceFirst("/?$", "/");
            Optional<JsonNode> secret = Json.elements(pod.get("volumes"))
                    .filter(volume -> Json.text(volume, "name").equals(Json.text(mount, "name")))
                    .map(volume -> volume.path("secret"))
                    .filter(JsonNode::isObject)
                    .findFirst();
            if (secret.isPresent() && file.startsWith(path)) {
                String key = key(secret.get(), file.substring(path.length()));
                String name = "Secret " + daemonSet.at("/metadata/namespace").asText() + "/"
                        + Json.text(secret.get(), "secretName");
                JsonNode data = secrets(objects).get(name);
                return data == null || data.path(key).asText().isBlank();
            }
        }
        return false;
    }

    private static List<JsonNode> mounts(JsonNode pod) {
        return Part.nodeContainer(pod).stream()
                .flatMap(container -> Json.elements(container.get("volumeMounts")))
                .toList();
    }

    /** The key of the Secret a file is made from; another one where the volume says so. */
    private static String key(JsonNode secret, String file) {
        return Json.elements(secret.get("items"))
                .filter(item -> Json.text(item, "path").equals(file))
                .map(item -> Json.text(item, "key"))
                .findFirst()
                .orElse(file);
    }

    private static Map<String, JsonNode> secrets(Collection<? extends JsonNode> objects) {
        return objects.stream()
                .filter(object -> Json.text(object, "kind").equals("Secret"))
                .collect(Collectors.toMap(ClusterSnapshot::name, object -> object.path("data"), (one, other) -> one));
    }
}
