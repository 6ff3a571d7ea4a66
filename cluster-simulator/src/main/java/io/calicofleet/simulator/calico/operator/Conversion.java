package io.calicofleet.simulator.calico.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.controller.Kube;
import io.calicofleet.simulator.kubernetes.crd.Crds;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an operator makes of an install by manifests in kube-system: the spec of an Installation, or the first thing it refuses, in its
 * words; in the order of its handlers (tigera/operator v1.25.13 and v1.42.3, pkg/controller/migration/convert). What of Felix'
 * environment nothing else looks at goes into FelixConfiguration, before it looks for variables it does not know.
 */
final class Conversion {

    private static final String NODE = ManifestsRead.NODE;
    private static final String CONTROLLERS = ManifestsRead.CONTROLLERS;
    private static final String TYPHA = ManifestsRead.TYPHA;
    private static final String INSTALL_CNI = ManifestsRead.INSTALL_CNI;
    private static final String ON_NODE = ManifestsRead.ON_NODE;
    private static final String ON_CONTROLLERS = "deployment/calico-kube-controllers";
    private static final String ON_TYPHA = "deployment/calico-typha";
    private static final GroupResource FELIX = new GroupResource("crd.projectcalico.org", "felixconfigurations");
    private static final ObjectKey DEFAULT = new ObjectKey("", "default");
    private static final Map<String, String> VOLUMES = new TreeMap<>(Map.of(
            "lib-modules", "/lib/modules",
            "var-run-calico", "/var/run/calico",
            "var-lib-calico", "/var/lib/calico",
            "xtables-lock", "/run/xtables.lock",
            "cni-bin-dir", "/opt/cni/bin",
            "cni-net-dir", "/etc/cni/net.d"));

    private final ManifestsRead read;
    private final ObjectNode spec = Json.object();

    private Conversion(ManifestsRead read) {
        this.read = read;
    }

    /**
     * The spec that is like the install; null where there is none to take over.
     *
     * @throws ManifestsRead.Incompatible where it cannot
     */
    static @Nullable ObjectNode of(Kube kube, OperatorVersion version) {
        if (kube.get(Kube.DAEMON_SETS, new ObjectKey(ManifestsRead.NAMESPACE, "canal-node")) != null) {
            throw new ManifestsRead.Incompatible("detected existing canal installation", "", "daemonset/canal-node");
        }
        ObjectNode node = kube.get(Kube.DAEMON_SETS, new ObjectKey(ManifestsRead.NAMESPACE, NODE));
        return node == null ? null : new Conversion(new ManifestsRead(kube, version, node)).convert();
    }

    /** What people said in the Installation wins over what was found. */
    static ObjectNode override(JsonNode found, JsonNode said) {
        ObjectNode merged = found.deepCopy();
        said.properties().forEach(field -> {
            JsonNode present = merged.get(field.getKey());
            merged.set(
                    field.getKey(),
                    present != null && present.isObject() && field.getValue().isObject()
                            ? override(present, field.getValue())
                            : field.getValue().deepCopy());
        });
        return merged;
    }

    private ObjectNode convert() {
        addonManager();
        read.assertEnv("FELIX_DEFAULTENDPOINTTOHOSTACTION", "accept");
        if (!read.version.from(23)) {
            read.assertEnv("FELIX_IPV6SUPPORT", "false");
            read.assertEnv("IP6", "none");
            read.ignore(NODE, "IP6_AUTODETECTION_METHOD");
        }
        core();
        annotations();
        selectors();
        metrics();
        NetworkConversion.convert(read, spec);
        felix();
        unchecked();
        return spec;
    }

    private void addonManager() {
        for (JsonNode workload : read.workloads()) {
            if (workload.path("metadata").path("labels").has("addonmanager.kubernetes.io/mode")) {
                throw new ManifestsRead.Incompatible(
                        "can't modify components managed by addon-manager", "", ManifestsRead.component(workload));
            }
        }
    }

    private void core() {
        String type = read.env(NODE, "DATASTORE_TYPE");
        if (type != null && !type.equals("kubernetes")) {
            throw new ManifestsRead.Incompatible("only DATASTORE_TYPE=kubernetes is supported", "", ON_NODE);
        }
        resources(read.node, NODE, "Node");
        resources(read.controllers, CONTROLLERS, "KubeControllers");
        resources(read.typha, TYPHA, "Typha");
        if (read.controllers != null) {
            String enabled = read.value(read.controllers, CONTROLLERS, "ENABLED_CONTROLLERS");
            if (enabled != null
                    && !enabled.equalsIgnoreCase("node")
                    && !(read.version.from(30) && enabled.equalsIgnoreCase("node,loadbalancer"))) {
                throw new ManifestsRead.Incompatible(
                        "ENABLED_CONTROLLERS=" + enabled + " is not supported",
                        "remove the ENABLED_CONTROLLERS env var or set it to 'node'",
                        ON_CONTROLLERS);
            }
            String automatic = read.value(read.controllers, CONTROLLERS, "AUTO_HOST_ENDPOINTS");
            if (automatic != null && !automatic.equalsIgnoreCase("disabled")) {
                throw new ManifestsRead.Incompatible(
                        "AUTO_HOST_ENDPOINTS=" + automatic + " is not supported",
                        "remove the AUTO_HOST_ENDPOINTS env var or set it to 'disabled'",
                        ON_CONTROLLERS);
            }
        }
        spec.set(
                "nodeUpdateStrategy",
                read.node.path("spec").path("updateStrategy").deepCopy());
        flexVolume();
        VOLUMES.forEach((name, path) -> {
            if (!Json.text(read.volume(name), "hostPath", "path").equals(path)) {
                throw new ManifestsRead.Incompatible(
                        "missing expected volume '" + name + "' with hostPath '" + path + "'",
                        "add the expected volume to daemonset/calico-node",
                        ON_NODE);
            }
        });
        fieldRef(NODE, "NODENAME");
        fieldRef(INSTALL_CNI, "KUBERNETES_NODE_NAME");
        read.assertEnv(INSTALL_CNI, "CNI_CONF_NAME", "10-calico.conflist");
        for (String ignored : List.of(
                "WAIT_FOR_DATASTORE",
                "CLUSTER_TYPE",
                "CALICO_DISABLE_FILE_LOGGING",
                "CALICO_IPV4POOL_IPIP",
                "CALICO_IPV4POOL_VXLAN",
                "CALICO_IPV6POOL_VXLAN",
                "FELIX_LOGSEVERITYSCREEN",
                "FELIX_HEALTHENABLED",
                "FELIX_USAGEREPORTINGENABLED",
                "FELIX_TYPHAK8SSERVICENAME",
                "FELIX_LOGSEVERITYSYS")) {
            read.ignore(NODE, ignored);
        }
        read.ignore("upgrade-ipam", "KUBERNETES_NODE_NAME", "CALICO_NETWORKING_BACKEND");
        read.ignore(INSTALL_CNI, "SLEEP");
    }

    private void resources(@Nullable JsonNode workload, String container, String component) {
        JsonNode resources = workload == null
                ? Json.object()
                : ManifestsRead.container(workload, container).path("resources");
        if (!resources.path("limits").isEmpty() || !resources.path("requests").isEmpty()) {
            Json.list(spec, "componentResources")
                    .addObject()
                    .put("componentName", component)
                    .set("resourceRequirements", resources.deepCopy());
        }
    }

    private void flexVolume() {
        JsonNode volume = read.volume("flexvol-driver-host");
        boolean driver = !ManifestsRead.container(read.node, "flexvol-driver").isMissingNode();
        String path = Json.text(volume, "hostPath", "path");
        if (!volume.isMissingNode() && path.isEmpty()) {
            throw new ManifestsRead.Incompatible(
                    "volume 'flexvol-driver-host' must be a HostPath",
                    "remove the 'flexvol-driver-host' volume or convert it to type hostPath",
                    ON_NODE);
        }
        if (driver == volume.isMissingNode()) {
            throw new ManifestsRead.Incompatible(
                    driver
                            ? "detected 'flexvol-driver' init container but no 'flexvol-driver-host' volume"
                            : "detected 'flexvol-driver-host' volume but no 'flexvol-driver' init container",
                    "restore the one or remove the other",
                    ON_NODE);
        }
        spec.put("flexVolumePath", driver ? path : "None");
    }

    private void fieldRef(String container, String variable) {
        read.ignore(container, variable);
        for (JsonNode each : ManifestsRead.container(read.node, container).path("env")) {
            if (each.path("name").asText().equals(variable)
                    && !Json.text(each, "valueFrom", "fieldRef", "fieldPath").equals("spec.nodeName")) {
                throw new ManifestsRead.Incompatible(
                        variable + " on '" + container
                                + "' container must be unset or be a FieldRef to 'spec.nodeName'",
                        "remove the " + variable + " env var or convert it to a fieldRef with value 'spec.nodeName'",
                        ON_NODE);
            }
        }
    }

    private void annotations() {
        for (JsonNode workload : read.workloads()) {
            annotations(workload.path("metadata"), ManifestsRead.component(workload));
            annotations(workload.at("/spec/template/metadata"), ManifestsRead.component(workload) + " podTemplateSpec");
        }
    }

    private static void annotations(JsonNode metadata, String component) {
        Map<String, String> left = new TreeMap<>();
        metadata.path("annotations")
                .properties()
                .forEach(each -> left.put(each.getKey(), each.getValue().asText()));
        left.keySet()
                .removeIf(key -> key.startsWith("kubectl.kubernetes.io")
                        || key.equals("deprecated.daemonset.template.generation")
                        || key.equals("deployment.kubernetes.io/revision")
                        || key.equals("scheduler.alpha.kubernetes.io/critical-pod")
                        || key.equals("cluster-autoscaler.kubernetes.io/daemonset-pod")
                        || key.equals("cluster-autoscaler.kubernetes.io/safe-to-evict"));
        if (!left.isEmpty()) {
            throw new ManifestsRead.Incompatible(
                    "unexpected annotation 'map" + left + "'", "remove the annotation from the component", component);
        }
    }

    private void selectors() {
        JsonNode pod = read.node.at("/spec/template/spec");
        if (pod.has("affinity")) {
            throw new ManifestsRead.Incompatible(
                    "node affinity not supported for calico-node daemonset", "remove the affinity", ON_NODE);
        }
        Map<String, String> others = selectors(pod);
        if (!others.isEmpty()) {
            throw new ManifestsRead.Incompatible(
                    "unsupported nodeSelector for calico-node daemonset: map" + others,
                    "remove the nodeSelector",
                    ON_NODE);
        }
        if (read.typha != null) {
            JsonNode affinity = read.typha.at("/spec/template/spec/affinity");
            if (!read.version.from(26) && (affinity.has("podAffinity") || affinity.has("podAntiAffinity"))) {
                throw new ManifestsRead.Incompatible(
                        "pod affinity and antiAffinity not supported for typha deployment",
                        "remove the affinity",
                        ON_TYPHA);
            }
            if (affinity.path("nodeAffinity").has("requiredDuringSchedulingIgnoredDuringExecution")) {
                throw new ManifestsRead.Incompatible(
                        "nodeAffinity 'RequiredDuringSchedulingIgnoredDuringExecution' not supported on Typha.",
                        "remove the affinity",
                        ON_TYPHA);
            }
            if (!selectors(read.typha.at("/spec/template/spec")).isEmpty()) {
                throw new ManifestsRead.Incompatible(
                        "invalid nodeSelector for typha deployment", "remove the nodeSelector", ON_TYPHA);
            }
        }
        if (read.controllers != null) {
            JsonNode of = read.controllers.at("/spec/template/spec");
            if (of.has("affinity")) {
                throw new ManifestsRead.Incompatible(
                        "node affinity not supported for kube-controller deployment",
                        "remove the affinity",
                        ON_CONTROLLERS);
            }
            Map<String, String> selectors = selectors(of);
            if (!selectors.isEmpty()) {
                ObjectNode carried = spec.putObject("controlPlaneNodeSelector");
                selectors.forEach(carried::put);
            }
        }
    }

    private static Map<String, String> selectors(JsonNode pod) {
        Map<String, String> selectors = new TreeMap<>();
        pod.path("nodeSelector")
                .properties()
                .forEach(each -> selectors.put(each.getKey(), each.getValue().asText()));
        selectors.remove("kubernetes.io/os", "linux");
        selectors.remove("beta.kubernetes.io/os", "linux");
        selectors.remove(NamespaceMigration.LABEL);
        return selectors;
    }

    private void metrics() {
        String on = read.env(NODE, "FELIX_PROMETHEUSMETRICSENABLED");
        String port = read.env(NODE, "FELIX_PROMETHEUSMETRICSPORT");
        if (on != null && on.equalsIgnoreCase("true")) {
            spec.put("nodeMetricsPort", port == null ? 9091 : Integer.parseInt(port));
        }
    }

    /** What is left of Felix' environment goes into FelixConfiguration default. */
    private void felix() {
        Map<String, String> fields = fields();
        List<String> left = new ArrayList<>();
        for (JsonNode each : ManifestsRead.container(read.node, NODE).path("env")) {
            String name = each.path("name").asText();
            if (name.startsWith("FELIX_") && !read.isChecked(NODE, name)) {
                left.add(name);
            }
        }
        ObjectNode values = Json.object();
        for (String name : left) {
            String value = String.valueOf(read.env(NODE, name));
            String key = name.substring(6).toLowerCase(Locale.ROOT);
            String field = fields.get(key);
            if (key.equals("iptablesbackend") && value.equalsIgnoreCase("auto")) {
                continue;
            }
            if (field == null && !fields.isEmpty()) {
                throw new ManifestsRead.Incompatible("unrecognized felix config setting: " + key, "", ON_NODE);
            }
            field = field == null ? key : field;
            if (value.matches("-?[0-9]+")) {
                values.put(field, Long.parseLong(value));
            } else if (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")) {
                values.put(field, Boolean.parseBoolean(value.toLowerCase(Locale.ROOT)));
            } else {
                values.put(field, value);
            }
        }
        if (!values.isEmpty()) {
            read.kube.change(FELIX, DEFAULT, felix -> {
                ObjectNode changed = felix.path("spec").deepCopy();
                changed.setAll(values);
                felix.set("spec", changed);
            });
        }
    }

    private Map<String, String> fields() {
        Map<String, String> fields = new TreeMap<>();
        JsonNode definition =
                read.kube.get(Crds.RESOURCE, new ObjectKey("", "felixconfigurations.crd.projectcalico.org"));
        if (definition != null) {
            for (JsonNode each : definition.at("/spec/versions")) {
                each.at("/schema/openAPIV3Schema/properties/spec/properties")
                        .fieldNames()
                        .forEachRemaining(name -> fields.put(name.toLowerCase(Locale.ROOT), name));
            }
        }
        return fields;
    }

    private void unchecked() {
        List<String> left = new ArrayList<>();
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : read.node.at("/spec/template/spec").path(list)) {
                for (JsonNode each : container.path("env")) {
                    String of = container.path("name").asText();
                    String name = each.path("name").asText();
                    if (!read.isChecked(of, name)) {
                        left.add(of + "/" + name);
                    }
                }
            }
        }
        if (!left.isEmpty()) {
            throw new ManifestsRead.Incompatible(
                    "unexpected env vars: " + left,
                    "remove these environment variables from the calico-node daemonest",
                    ON_NODE);
        }
    }
}
