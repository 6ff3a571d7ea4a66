package io.calicofleet.simulator.calico.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.controller.Kube;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Calico of manifests in kube-system as an operator reads it: by name, with what their environment says and which of it was
 * looked at (tigera/operator, pkg/controller/migration/convert/k8s.go).
 */
final class ManifestsRead {

    static final String NAMESPACE = "kube-system";
    static final String NODE = "calico-node";
    static final String CONTROLLERS = "calico-kube-controllers";
    static final String TYPHA = "calico-typha";
    static final String INSTALL_CNI = "install-cni";
    static final String ON_NODE = "daemonset/calico-node";
    static final GroupResource CONFIG_MAPS = new GroupResource("", "configmaps");

    final Kube kube;
    final OperatorVersion version;
    final JsonNode node;
    final @Nullable JsonNode controllers;
    final @Nullable JsonNode typha;
    private final Set<String> checked = new TreeSet<>();

    ManifestsRead(Kube kube, OperatorVersion version, JsonNode node) {
        this.kube = kube;
        this.version = version;
        this.node = node;
        this.controllers = kube.get(Kube.DEPLOYMENTS, new ObjectKey(NAMESPACE, CONTROLLERS));
        this.typha = kube.get(Kube.DEPLOYMENTS, new ObjectKey(NAMESPACE, TYPHA));
    }

    /** What an operator cannot take over, in its words. */
    static final class Incompatible extends RuntimeException {
        private static final long serialVersionUID = 1;

        Incompatible(String what, String fix, String component) {
            super(fix.isEmpty() ? what + " on " + component : what + ". To fix it, " + fix + " on " + component);
        }
    }

    /** A variable that is known. */
    void ignore(String container, String... variables) {
        for (String variable : variables) {
            checked.add(container + "/" + variable);
        }
    }

    boolean isChecked(String container, String variable) {
        return checked.contains(container + "/" + variable);
    }

    List<JsonNode> workloads() {
        List<JsonNode> all = new ArrayList<>(List.of(node));
        if (typha != null) {
            all.add(typha);
        }
        if (controllers != null) {
            all.add(controllers);
        }
        return all;
    }

    static String component(JsonNode workload) {
        return workload.path("kind").asText().toLowerCase(Locale.ROOT) + "/" + Json.text(workload, "metadata", "name");
    }

    JsonNode volume(String name) {
        for (JsonNode each : node.at("/spec/template/spec/volumes")) {
            if (each.path("name").asText().equals(name)) {
                return each;
            }
        }
        return MissingNode.getInstance();
    }

    void assertEnv(String variable, String wanted) {
        assertEnv(NODE, variable, wanted);
    }

    void assertEnv(String container, String variable, String wanted) {
        String value = env(container, variable);
        if (value != null && !value.toLowerCase(Locale.ROOT).equals(wanted)) {
            throw new Incompatible(
                    variable + "=" + value + " is not supported",
                    "remove the " + variable + " env var or set it to '" + wanted + "'",
                    ON_NODE);
        }
    }

    @Nullable
    String env(String container, String variable) {
        checked.add(container + "/" + variable);
        return value(node, container, variable);
    }

    @Nullable
    String value(JsonNode workload, String container, String variable) {
        for (JsonNode each : container(workload, container).path("env")) {
            if (each.path("name").asText().equals(variable)) {
                JsonNode from = each.path("valueFrom");
                if (from.isMissingNode()) {
                    return each.path("value").asText("");
                }
                JsonNode reference = from.path("configMapKeyRef");
                ObjectNode map = reference.isMissingNode()
                        ? null
                        : kube.get(CONFIG_MAPS, new ObjectKey(NAMESPACE, Json.text(reference, "name")));
                if (map == null) {
                    throw new Incompatible(
                            "failed to read " + container + "/" + variable
                                    + ": only configMapRef & explicit values supported for env vars at this time",
                            "adjust " + variable + " to be an explicit value or configMapRef",
                            component(workload));
                }
                return Json.text(map, "data", Json.text(reference, "key"));
            }
        }
        return null;
    }

    static JsonNode container(JsonNode workload, String name) {
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode each : workload.at("/spec/template/spec").path(list)) {
                if (each.path("name").asText().equals(name)) {
                    return each;
                }
            }
        }
        return MissingNode.getInstance();
    }
}
