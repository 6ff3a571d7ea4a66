package io.calicofleet.simulator.calico.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.controller.Kube;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an operator moves Calico from kube-system to calico-system, node by node (tigera/operator v1.25.13 and v1.42.3,
 * pkg/controller/migration/namespace_migration.go). A real one waits in each of these places; this one comes back.
 *
 * <pre>
 *   1. delete kube-controllers of the manifests
 *   2. label all nodes pre-operator; have the old DaemonSet run on these only, and wait until all of it is ready
 *   3. make room for Typha, and wait until the new one is available
 *   4. while enough pods of both DaemonSets are ready: label one more node migrated
 *   5. from v3.29 on wait until the new DaemonSet has rolled out; delete the old one and its Typha
 *   6. once the new DaemonSet asks for no label, and from v3.29 on has rolled out: take the labels away
 * </pre>
 */
final class NamespaceMigration {

    static final String LABEL = "projectcalico.org/operator-node-migration";

    private static final String OLD = ManifestsRead.NAMESPACE;
    private static final ObjectKey OLD_NODES = new ObjectKey(OLD, ManifestsRead.NODE);
    private static final ObjectKey OLD_CONTROLLERS = new ObjectKey(OLD, ManifestsRead.CONTROLLERS);
    private static final ObjectKey OLD_TYPHA = new ObjectKey(OLD, ManifestsRead.TYPHA);
    private static final ObjectKey NODES = new ObjectKey(CalicoSystem.NAMESPACE, ManifestsRead.NODE);
    private static final ObjectKey TYPHA = new ObjectKey(CalicoSystem.NAMESPACE, ManifestsRead.TYPHA);

    private final ObjectApi objects;
    private final Kube kube;
    private final OperatorVersion version;

    NamespaceMigration(ObjectApi objects, Kube kube, OperatorVersion version) {
        this.objects = objects;
        this.kube = kube;
        this.version = version;
    }

    /** Whether something of the manifests is there. */
    boolean isNeeded() {
        return isThere(Kube.DAEMON_SETS, OLD_NODES)
                || isThere(Kube.DEPLOYMENTS, OLD_CONTROLLERS)
                || isThere(Kube.DEPLOYMENTS, OLD_TYPHA);
    }

    private boolean isThere(GroupResource resource, ObjectKey key) {
        ObjectNode found = kube.get(resource, key);
        return found != null && !Kube.isDeleted(found);
    }

    /** Goes as far as it can now; whether all is moved. */
    boolean run() {
        delete("Deployment", OLD_CONTROLLERS);
        List<ObjectNode> nodes = kube.list(Kube.NODES, "");
        nodes.stream().filter(node -> !of(node).equals("migrated")).forEach(node -> label(node, "pre-operator"));
        if (!oldIsReady() || !isAvailable(makeRoom())) {
            return false;
        }
        for (ObjectNode node : nodes) {
            if (!of(node).equals("migrated")) {
                if (mayGo()) {
                    label(node, "migrated");
                }
                return false;
            }
        }
        if (version.from(29) && !isRolledOut()) {
            return false;
        }
        delete("DaemonSet", OLD_NODES);
        delete("Deployment", OLD_TYPHA);
        return true;
    }

    /** Takes the labels away once nothing asks for them; whether none is left. */
    boolean cleanedUp() {
        List<ObjectNode> labelled = kube.list(Kube.NODES, "").stream()
                .filter(node -> !of(node).isEmpty())
                .toList();
        if (labelled.isEmpty()) {
            return true;
        }
        if (version.from(29) && !isRolledOut()) {
            return false;
        }
        labelled.forEach(node -> label(node, ""));
        return true;
    }

    private static String of(JsonNode node) {
        return Kube.labels(node).getOrDefault(LABEL, "");
    }

    private void label(ObjectNode node, String value) {
        if (!of(node).equals(value)) {
            kube.change(Kube.NODES, ObjectKey.of(node), changed -> {
                ObjectNode labels = Json.child(Json.child(changed, "metadata"), "labels");
                if (value.isEmpty()) {
                    labels.remove(LABEL);
                } else {
                    labels.put(LABEL, value);
                }
            });
        }
    }

    private boolean oldIsReady() {
        ObjectNode old = kube.get(Kube.DAEMON_SETS, OLD_NODES);
        if (old == null) {
            return true;
        }
        if (!old.at("/spec/template/spec/nodeSelector").has(LABEL)) {
            kube.change(Kube.DAEMON_SETS, OLD_NODES, changed -> {
                ObjectNode copy = changed.path("spec").deepCopy();
                Json.child(Json.child(Json.child(copy, "template"), "spec"), "nodeSelector")
                        .put(LABEL, "pre-operator");
                changed.set("spec", copy);
                Json.child(changed, "metadata")
                        .put("generation", changed.at("/metadata/generation").asLong() + 1);
            });
            return false;
        }
        JsonNode status = old.path("status");
        return status.path("observedGeneration").asLong()
                        == old.at("/metadata/generation").asLong()
                && status.path("desiredNumberScheduled").asInt()
                        == status.path("numberReady").asInt();
    }

    private @Nullable ObjectNode makeRoom() {
        ObjectNode old = kube.get(Kube.DEPLOYMENTS, OLD_TYPHA);
        int nodes = kube.list(Kube.NODES, "").size();
        if (old != null) {
            int now = old.at("/spec/replicas").asInt(1);
            int wanted = nodes <= 1 ? 0 : nodes <= 3 ? 1 : Math.min(Math.max(1, nodes - 3), now);
            if (wanted != now) {
                kube.change(Kube.DEPLOYMENTS, OLD_TYPHA, changed -> {
                    ObjectNode copy = changed.path("spec").deepCopy();
                    copy.put("replicas", wanted);
                    changed.set("spec", copy);
                    Json.child(changed, "metadata")
                            .put(
                                    "generation",
                                    changed.at("/metadata/generation").asLong() + 1);
                });
            }
        }
        return kube.get(Kube.DEPLOYMENTS, TYPHA);
    }

    private static boolean isAvailable(@Nullable ObjectNode deployment) {
        return deployment != null
                && deployment.at("/status/replicas").asInt() > 0
                && deployment.at("/status/availableReplicas").asInt()
                        == deployment.at("/status/replicas").asInt();
    }

    /** Whether one node more may be without a pod that is ready. */
    private boolean mayGo() {
        ObjectNode old = kube.get(Kube.DAEMON_SETS, OLD_NODES);
        ObjectNode now = kube.get(Kube.DAEMON_SETS, NODES);
        if (old == null || now == null || !isObserved(old) || !isObserved(now)) {
            return false;
        }
        int desired = old.at("/status/desiredNumberScheduled").asInt()
                + now.at("/status/desiredNumberScheduled").asInt();
        int ready = old.at("/status/numberReady").asInt()
                + now.at("/status/numberReady").asInt();
        int unavailable = Math.max(
                1, now.at("/spec/updateStrategy/rollingUpdate/maxUnavailable").asInt(1));
        return ready + unavailable > desired;
    }

    private boolean isRolledOut() {
        ObjectNode now = kube.get(Kube.DAEMON_SETS, NODES);
        if (now == null || !isObserved(now)) {
            return false;
        }
        int desired = now.at("/status/desiredNumberScheduled").asInt();
        return desired > 0
                && now.at("/status/updatedNumberScheduled").asInt() == desired
                && now.at("/status/numberAvailable").asInt() == desired;
    }

    private static boolean isObserved(JsonNode set) {
        return set.at("/status/observedGeneration").asLong()
                == set.at("/metadata/generation").asLong();
    }

    private void delete(String kind, ObjectKey key) {
        ResourceType type = objects.cluster().types().byKind("apps/v1", kind);
        if (type != null && isThere(type.groupResource(), key)) {
            objects.delete(type, key.namespace(), key.name(), Json.object(), false);
        }
    }
}
