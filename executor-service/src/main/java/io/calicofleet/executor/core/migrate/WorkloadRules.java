package io.calicofleet.executor.core.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The workloads: who else keeps them, where they run, what they mount, what kube-controllers does. */
final class WorkloadRules {

    private static final String MIGRATION = "projectcalico.org/operator-node-migration";
    private static final String OURS = "calico-fleet.io/";
    private static final Set<String> ANNOTATIONS = Set.of(
            "deprecated.daemonset.template.generation",
            "deployment.kubernetes.io/revision",
            "scheduler.alpha.kubernetes.io/critical-pod");
    private static final Set<String> AUTOSCALER = Set.of(
            "cluster-autoscaler.kubernetes.io/daemonset-pod=true",
            "cluster-autoscaler.kubernetes.io/safe-to-evict=true");
    private static final Map<String, String> VOLUMES = Map.of(
            "lib-modules", "/lib/modules",
            "var-run-calico", "/var/run/calico",
            "var-lib-calico", "/var/lib/calico",
            "xtables-lock", "/run/xtables.lock");
    private static final Map<String, String> CNI_VOLUMES =
            Map.of("cni-bin-dir", "/opt/cni/bin", "cni-net-dir", "/etc/cni/net.d");

    private final ManifestInstall install;
    private final Refusals refusals;

    private WorkloadRules(ManifestInstall install, Refusals refusals) {
        this.install = install;
        this.refusals = refusals;
    }

    static void judge(ManifestInstall install, Refusals refusals) {
        WorkloadRules rules = new WorkloadRules(install, refusals);
        rules.others();
        rules.kept();
        rules.placed();
        rules.controllers();
        rules.typha();
        rules.volumes();
        rules.names();
        refusals.ignore(
                "calico-node",
                "WAIT_FOR_DATASTORE",
                "CLUSTER_TYPE",
                "CALICO_DISABLE_FILE_LOGGING",
                "CALICO_IPV6POOL_CIDR",
                "CALICO_IPV6POOL_VXLAN",
                "FELIX_LOGSEVERITYSCREEN",
                "FELIX_HEALTHENABLED",
                "FELIX_USAGEREPORTINGENABLED",
                "FELIX_TYPHAK8SSERVICENAME",
                "FELIX_LOGSEVERITYSYS");
        refusals.ignore("upgrade-ipam", "KUBERNETES_NODE_NAME", "CALICO_NETWORKING_BACKEND");
        refusals.ignore("install-cni", "SLEEP");
    }

    /** What the operator does not look at, and would leave beside what it installs. */
    private void others() {
        for (JsonNode other : install.others()) {
            Optional<Part> part = Part.of(other);
            if (part.isPresent() && !Part.isOfOperator(other)) {
                refusals.add(
                        Refusals.where(other) + " runs a part of Calico ("
                                + part.get()
                                        .name()
                                        .toLowerCase(java.util.Locale.ROOT)
                                        .replace('_', '-')
                                + ") under a name or in a place where the operator does not look, so that it would stay"
                                + " beside what the operator installs",
                        "Remove it or bring it into kube-system under the name that releases give it");
            } else if (Json.text(other.path("metadata"), "name").equals("canal-node")
                    || Json.text(other.path("metadata"), "name").equals("canal")) {
                refusals.add(Refusals.where(other) + " is canal's", "Replace flannel by Calico's own network first");
            }
        }
        if (Json.elements(install.node().at("/spec/template/spec/containers"))
                .anyMatch(each -> Json.text(each, "name").contains("flannel"))) {
            refusals.add(
                    Refusals.where(install.node()) + " runs flannel beside Calico",
                    "The operator does not look for it and would drop it: replace flannel by Calico's own network first");
        }
        refusals.env("calico-node", "DATASTORE_TYPE")
                .filter(type -> !type.equals("kubernetes"))
                .ifPresent(type -> refusals.add(
                        refusals.node("calico-node"),
                        "DATASTORE_TYPE=" + type,
                        "Move Calico's resources to the Kubernetes datastore first"));
        ManifestInstall.container(install.node(), "calico-node")
                .filter(each -> each.has("envFrom")
                        && Json.elements(each.get("envFrom")).anyMatch(from -> !isServicesEndpoint(from)))
                .ifPresent(each -> refusals.add(
                        refusals.node("calico-node")
                                + " takes its environment from a whole ConfigMap or Secret, which the"
                                + " operator drops",
                        "Write the variables out"));
    }

    /** The one of the releases themselves, for the eBPF data plane; the operator has it carried over. */
    private static boolean isServicesEndpoint(JsonNode from) {
        return Json.text(from.get("configMapRef"), "name").equals("kubernetes-services-endpoint");
    }

    private void kept() {
        for (JsonNode workload : install.workloads()) {
            String where = Refusals.where(workload);
            if (workload.at("/metadata/labels").has("addonmanager.kubernetes.io/mode")) {
                refusals.add(
                        where,
                        "the label addonmanager.kubernetes.io/mode",
                        "Have the addon manager of Kubernetes let go of Calico, or it puts the manifests back; then remove"
                                + " the label");
            }
            annotations(where, workload.at("/metadata/annotations"), true);
            annotations("The pods of " + where, workload.at("/spec/template/metadata/annotations"), false);
        }
    }

    private void annotations(String where, JsonNode annotations, boolean oursGo) {
        annotations.properties().stream()
                .filter(each -> !ANNOTATIONS.contains(each.getKey())
                        && !each.getKey().startsWith("kubectl.kubernetes.io")
                        && !(oursGo && each.getKey().startsWith(OURS))
                        && !AUTOSCALER.contains(
                                each.getKey() + "=" + each.getValue().asText()))
                .forEach(each ->
                        refusals.add(where, "the annotation " + each.getKey(), "Remove it, and whoever writes it"));
    }

    private void placed() {
        JsonNode pod = install.node().at("/spec/template/spec");
        if (Json.get(pod, "affinity") != null) {
            refusals.add(
                    Refusals.where(install.node()),
                    "an affinity",
                    "Remove it: with the operator calico-node runs on every Linux node");
        }
        selectors(pod)
                .forEach(each -> refusals.add(
                        Refusals.where(install.node()),
                        "the node selector " + each,
                        "Remove it: with the operator calico-node runs on every Linux node"));
        if (Json.get(install.kubeControllers().at("/spec/template/spec"), "affinity") != null) {
            refusals.add(
                    Refusals.where(install.kubeControllers()),
                    "an affinity",
                    "Remove it; a node selector of kube-controllers is taken over");
        }
        if (!install.typha().isMissingNode()) {
            JsonNode typha = install.typha().at("/spec/template/spec");
            selectors(typha)
                    .forEach(each ->
                            refusals.add(Refusals.where(install.typha()), "the node selector " + each, "Remove it"));
            if (typha.at("/affinity/nodeAffinity").has("requiredDuringSchedulingIgnoredDuringExecution")) {
                refusals.add(
                        Refusals.where(install.typha()),
                        "an affinity to nodes that is required",
                        "Remove it, or make it a preferred one");
            }
            boolean toPods = typha.at("/affinity").has("podAffinity")
                    || typha.at("/affinity").has("podAntiAffinity");
            if (toPods && !ReleaseTrait.OPERATOR_TAKES_OVER_TYPHA_AFFINITY.isIn(install.version())) {
                refusals.add(Refusals.where(install.typha()), "an affinity to pods", "Remove it");
            }
        }
    }

    private static List<String> selectors(JsonNode pod) {
        return pod.path("nodeSelector").properties().stream()
                .filter(each -> !each.getKey().equals(MIGRATION))
                .filter(each ->
                        !(List.of("kubernetes.io/os", "beta.kubernetes.io/os").contains(each.getKey())
                                && each.getValue().asText().equals("linux")))
                .map(each -> each.getKey() + "=" + each.getValue().asText())
                .toList();
    }

    private void controllers() {
        JsonNode controllers = install.kubeControllers();
        if (controllers.isMissingNode()) {
            return;
        }
        String where = Refusals.where(controllers);
        boolean balancers = ReleaseTrait.OPERATOR_TAKES_OVER_LOAD_BALANCERS.isIn(install.version());
        refusals.value(controllers, ManifestInstall.KUBE_CONTROLLERS, "ENABLED_CONTROLLERS")
                .filter(value ->
                        !value.equalsIgnoreCase("node") && !(balancers && value.equalsIgnoreCase("node,loadbalancer")))
                .ifPresent(value -> refusals.add(
                        where,
                        "ENABLED_CONTROLLERS=" + value,
                        "Set it to node" + (balancers ? " or to node,loadbalancer" : "")));
        refusals.value(controllers, ManifestInstall.KUBE_CONTROLLERS, "AUTO_HOST_ENDPOINTS")
                .filter(value -> !value.equalsIgnoreCase("disabled"))
                .ifPresent(value -> refusals.add(
                        where,
                        "AUTO_HOST_ENDPOINTS=" + value,
                        "Remove it, and say it in KubeControllersConfiguration default"
                                + " (spec.controllers.node.hostEndpoint.autoCreate)"));
    }

    private void typha() {
        if (install.typha().isMissingNode()) {
            return;
        }
        boolean metrics = refusals.value(install.typha(), ManifestInstall.TYPHA, "TYPHA_PROMETHEUSMETRICSENABLED")
                .filter(value -> value.equalsIgnoreCase("true"))
                .isPresent();
        if (metrics) {
            refusals.value(install.typha(), ManifestInstall.TYPHA, "TYPHA_PROMETHEUSMETRICSPORT")
                    .filter(port -> !isPort(port))
                    .ifPresent(port -> refusals.add(
                            Refusals.where(install.typha()),
                            "TYPHA_PROMETHEUSMETRICSPORT=" + port,
                            "Set it to a port from 1 to 65535"));
        }
    }

    /** A number from 1 to 65535. */
    static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) > 0 && Integer.parseInt(text) <= 65535;
    }

    private void volumes() {
        VOLUMES.forEach(this::volume);
        if (NetworkRules.hasCalicoCni(install)) {
            CNI_VOLUMES.forEach(this::volume);
        }
        Optional<JsonNode> flexVolume = volume("flexvol-driver-host");
        boolean driver =
                ManifestInstall.container(install.node(), "flexvol-driver").isPresent();
        if (flexVolume.isPresent() && Json.get(flexVolume.get(), "hostPath") == null) {
            refusals.add(
                    Refusals.where(install.node()),
                    "a volume flexvol-driver-host that is no path of the host",
                    "Make it a hostPath or remove it");
        } else if (flexVolume.isPresent() != driver) {
            refusals.add(
                    Refusals.where(install.node()),
                    driver
                            ? "the container flexvol-driver without the volume flexvol-driver-host"
                            : "the volume flexvol-driver-host without the container flexvol-driver",
                    "Remove it, or bring the other back");
        }
    }

    private Optional<JsonNode> volume(String name) {
        return Json.elements(install.node().at("/spec/template/spec/volumes"))
                .filter(each -> Json.text(each, "name").equals(name))
                .findFirst();
    }

    private void volume(String name, String path) {
        String has = volume(name)
                .map(each -> Json.text(each.get("hostPath"), "path"))
                .orElse("");
        if (!has.equals(path)) {
            refusals.add(
                    Refusals.where(install.node()),
                    has.isEmpty()
                            ? "no volume " + name + " with the path " + path + " of the host"
                            : "the volume " + name + " with the path " + has + " instead of " + path,
                    "Give it that path: with the operator there is no other");
        }
    }

    /** Where the name of the node comes from. */
    private void names() {
        name("calico-node", "NODENAME");
        name("install-cni", "KUBERNETES_NODE_NAME");
        if (ManifestInstall.container(install.node(), "install-cni").isPresent()) {
            refusals.mustBe("install-cni", "CNI_CONF_NAME", "10-calico.conflist");
        }
    }

    private void name(String container, String variable) {
        refusals.ignore(container, variable);
        ManifestInstall.container(install.node(), container).stream()
                .flatMap(each -> Json.elements(each.get("env")))
                .filter(each -> Json.text(each, "name").equals(variable))
                .filter(each ->
                        !each.at("/valueFrom/fieldRef/fieldPath").asText().equals("spec.nodeName"))
                .forEach(each -> refusals.add(
                        refusals.node(container),
                        variable + " that is not the field spec.nodeName",
                        "Remove it, or take it from that field"));
    }
}
