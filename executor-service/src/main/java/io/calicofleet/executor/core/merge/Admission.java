package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Predicate;

/**
 * What an API server puts into pods by itself when they are written, and will again: nobody's change. Beside the
 * defaults, which {@link FieldSchemas} knows, these come from its admission plugins ServiceAccount and
 * DefaultTolerationSeconds, as seen on Kubernetes 1.20 and 1.36.
 */
public final class Admission {

    private static final String TOKEN_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
    /** Projected from v1.21 on, before that the Secret of the account. */
    private static final String TOKEN_VOLUME = "kube-api-access-.*|.*-token-[a-z0-9]{5}";

    private Admission() {}

    /** A copy of an object of the cluster without it. */
    static ObjectNode without(ObjectNode found) {
        ObjectNode copy = found.deepCopy();
        hostPorts(copy.at("/spec/template/spec"));
        if (copy.path("kind").asText().equals("Pod") && copy.get("spec") instanceof ObjectNode pod) {
            hostPorts(pod);
            takeFrom(pod);
        }
        return copy;
    }

    /** Takes what belongs to this one pod and account out of the spec of a pod: its token, and how long it is tolerated. */
    public static void takeFrom(ObjectNode pod) {
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : pod.path(list)) {
                removeIf(
                        container.path("volumeMounts"),
                        mount -> TOKEN_MOUNT.equals(mount.path("mountPath").asText()));
            }
        }
        removeIf(pod.path("volumes"), volume -> volume.path("name").asText().matches(TOKEN_VOLUME));
        removeIf(
                pod.path("tolerations"),
                toleration -> toleration.has("tolerationSeconds")
                        && toleration.path("key").asText().startsWith("node.kubernetes.io/"));
    }

    /** On the network of the host it writes a hostPort beside every containerPort. */
    private static void hostPorts(JsonNode pod) {
        if (!pod.path("hostNetwork").asBoolean()) {
            return;
        }
        for (JsonNode container : pod.path("containers")) {
            for (JsonNode port : container.path("ports")) {
                if (port instanceof ObjectNode entry && port.path("hostPort").equals(port.path("containerPort"))) {
                    entry.remove("hostPort");
                }
            }
        }
    }

    private static void removeIf(JsonNode list, Predicate<JsonNode> condition) {
        for (var items = list.elements(); list.isArray() && items.hasNext(); ) {
            if (condition.test(items.next())) {
                items.remove();
            }
        }
    }
}
