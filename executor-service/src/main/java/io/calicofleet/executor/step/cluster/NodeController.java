package io.calicofleet.executor.step.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The part of kube-controllers that makes automatic host endpoints: whether it can, and how it is told to. */
public final class NodeController {

    private static final String NAME = "calico-kube-controllers";
    private static final String CONFIGURATION = "default";

    private final ClusterApi cluster;
    private final CalicoDatastore calico;

    public NodeController(ClusterApi cluster, CalicoDatastore calico) {
        this.cluster = cluster;
        this.calico = calico;
    }

    /** Whether a KubeControllersConfiguration tells it to make host endpoints. */
    public static boolean makesHostEndpoints(JsonNode configuration) {
        return Json.text(configuration.at("/spec/controllers/node/hostEndpoint"), "autoCreate")
                .equals("Enabled");
    }

    /** Whether its environment tells it to, whatever its configuration says. */
    public boolean isToldByEnvironment() {
        return deployment()
                .flatMap(found -> environment(container(found), "AUTO_HOST_ENDPOINTS"))
                .filter(value -> value.equalsIgnoreCase("enabled"))
                .isPresent();
    }

    private Optional<ObjectNode> deployment() {
        return Installed.workloads(cluster, "Deployment", Part.KUBE_CONTROLLERS).stream()
                .findFirst();
    }

    private static JsonNode container(JsonNode deployment) {
        return deployment.at("/spec/template/spec/containers/0");
    }

    /** What stands against it, a line each: what its environment sets wins over its configuration. */
    public List<String> obstacles() {
        Optional<ObjectNode> deployment = deployment();
        if (deployment.isEmpty()) {
            return List.of("there is no Deployment " + NAME + ", which makes the automatic host endpoints");
        }
        List<String> obstacles = new ArrayList<>();
        JsonNode container = container(deployment.get());
        CalicoVersion version =
                CalicoImages.version(Json.text(container, "image")).orElse(null);
        if (version != null && !ReleaseTrait.AUTOMATIC_HOST_ENDPOINTS.isIn(version)) {
            obstacles.add(NAME + " is of " + version + "; automatic host endpoints came with "
                    + ReleaseTrait.AUTOMATIC_HOST_ENDPOINTS.from());
        }
        if (deployment.get().at("/status/readyReplicas").asInt() < 1) {
            obstacles.add(NAME + " is not ready");
        }
        environment(container, "ENABLED_CONTROLLERS")
                .filter(enabled -> !Arrays.asList(enabled.split(",", -1)).contains("node"))
                .ifPresent(enabled ->
                        obstacles.add("ENABLED_CONTROLLERS=" + enabled + " of " + NAME + " leaves node out"));
        environment(container, "AUTO_HOST_ENDPOINTS")
                .filter(value -> !value.equalsIgnoreCase("enabled"))
                .ifPresent(value -> obstacles.add("AUTO_HOST_ENDPOINTS=" + value + " of " + NAME
                        + " wins over KubeControllersConfiguration: remove it"));
        if (calico.datastore() == Datastore.ETCD) {
            environment(container, "SYNC_NODE_LABELS")
                    .filter(value -> !value.equalsIgnoreCase("true"))
                    .ifPresent(value -> obstacles.add("SYNC_NODE_LABELS=" + value + " of " + NAME
                            + " keeps labels of nodes from reaching etcd: remove it"));
        }
        return obstacles;
    }

    /** Whether it has a configuration to change; it makes one when it starts. */
    public boolean isConfigured() {
        return calico.find(CalicoKind.KUBE_CONTROLLERS_CONFIGURATION, CONFIGURATION)
                .isPresent();
    }

    /** Tells it to make them; with etcd also to bring the nodes' labels there. Whether it was written. */
    public boolean enable() {
        return Edits.edit(calico, CalicoKind.KUBE_CONTROLLERS_CONFIGURATION, CONFIGURATION, present -> {
            ObjectNode changed = present.deepCopy();
            ObjectNode node = Json.child(Json.child(Json.child(changed, "spec"), "controllers"), "node");
            Json.child(node, "hostEndpoint").put("autoCreate", "Enabled");
            if (calico.datastore() == Datastore.ETCD) {
                node.put("syncLabels", "Enabled");
            }
            return changed;
        });
    }

    private static Optional<String> environment(JsonNode container, String name) {
        return Json.elements(container.get("env"))
                .filter(entry -> Json.text(entry, "name").equals(name))
                .map(entry -> Json.text(entry, "value"))
                .filter(value -> !value.isEmpty())
                .findFirst();
    }
}
