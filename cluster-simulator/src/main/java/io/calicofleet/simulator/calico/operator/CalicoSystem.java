package io.calicofleet.simulator.calico.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * The objects an operator of one version wants to be there, made from the Installation: where the images come from, MTU
 * and pools, how calico-node rolls, what the components may use.
 */
final class CalicoSystem {

    static final String NAMESPACE = "calico-system";
    static final String WEBHOOKS = "calico-webhooks";
    static final String CSI_DRIVER = "csi-node-driver";

    private final OperatorVersion version;
    private final boolean natives;
    private final JsonNode owner;
    private final JsonNode installation;
    private final int nodes;
    private final ImageSet images;
    private final boolean moving;

    /**
     * What an operator makes of an Installation, calico-node on nodes that are {@code moving} from manifests only where they
     * have moved; {@code natives} where projectcalico.org/v3 is served by definitions. */
    CalicoSystem(
            OperatorVersion version,
            boolean natives,
            JsonNode installation,
            int nodes,
            ImageSet images,
            boolean moving) {
        this.images = images;
        this.moving = moving;
        this.version = version;
        this.natives = natives;
        this.owner = installation;
        this.installation = installation.path("spec");
        this.nodes = nodes;
    }

    /** Where the API server runs: a namespace of its own until v3.30. */
    static String apiServerNamespace(OperatorVersion version) {
        return version.from(31) ? NAMESPACE : "calico-apiserver";
    }

    /** calico-node, Typha and kube-controllers with what they need, in the order they are written. */
    List<ObjectNode> calico() {
        List<ObjectNode> objects = new ArrayList<>();
        objects.add(namespace(NAMESPACE));
        for (String account : List.of("calico-node", "calico-typha", "calico-kube-controllers")) {
            objects.add(object("v1", "ServiceAccount", NAMESPACE, account));
        }
        ObjectNode cni = object("v1", "ConfigMap", NAMESPACE, "cni-config");
        cni.putObject("data").put("config", "{\"name\":\"k8s-pod-network\",\"mtu\":" + mtu() + "}");
        objects.add(cni);
        ObjectNode service = object("v1", "Service", NAMESPACE, "calico-typha");
        ObjectNode spec = service.putObject("spec");
        spec.putObject("selector").put("k8s-app", "calico-typha");
        spec.putArray("ports").addObject().put("name", "calico-typha").put("port", 5473);
        objects.add(service);
        List<ObjectNode> workloads = new ArrayList<>(List.of(typha(), node(), kubeControllers()));
        if (hasCsiDriver()) {
            objects.add(object("v1", "ServiceAccount", NAMESPACE, CSI_DRIVER));
            workloads.add(csiDriver());
        }
        for (ObjectNode workload : workloads) {
            tell(workload);
            objects.add(workload);
        }
        return objects;
    }

    /** Whether there is to be a CSI driver; else it is removed (tigera/operator, pkg/render/csi.go). */
    boolean hasCsiDriver() {
        return version.from(24)
                && !Json.text(installation, "kubeletVolumePluginPath").equals("None");
    }

    /** The aggregated API server. */
    List<ObjectNode> apiServer(JsonNode asked) {
        String namespace = apiServerNamespace(version);
        List<ObjectNode> objects = new ArrayList<>();
        objects.add(namespace(namespace));
        ObjectNode service = object("v1", "Service", namespace, "calico-api");
        ObjectNode ports = service.putObject("spec");
        ports.putObject("selector").put("apiserver", "true");
        ports.putArray("ports").addObject().put("name", "apiserver").put("port", 443);
        objects.add(service);
        ObjectNode deployment = workload("Deployment", namespace, "calico-apiserver", asked);
        Json.child(deployment, "spec").put("replicas", 1);
        ObjectNode pod = podSpec(deployment);
        Json.list(pod, "containers")
                .addObject()
                .put("name", "calico-apiserver")
                .put("image", image("apiserver"))
                .putArray("args")
                .add("--secure-port=5443");
        Json.child(Json.child(Json.child(Json.child(deployment, "spec"), "template"), "metadata"), "labels")
                .put("apiserver", "true");
        objects.add(deployment);
        ObjectNode api = object("apiregistration.k8s.io/v1", "APIService", "", "v3.projectcalico.org");
        ObjectNode registration = api.putObject("spec");
        registration
                .put("group", "projectcalico.org")
                .put("version", "v3")
                .put("groupPriorityMinimum", 1500)
                .put("versionPriority", 200);
        registration
                .putObject("service")
                .put("name", "calico-api")
                .put("namespace", namespace)
                .put("port", 443);
        objects.add(api);
        return objects;
    }

    /**
     * What stands beside native definitions in place of the aggregated API server: it asks whether somebody may write
     * policies of a tier (tigera/operator v1.42, pkg/render/webhooks).
     */
    List<ObjectNode> webhooks(JsonNode asked) {
        ObjectNode account = object("v1", "ServiceAccount", NAMESPACE, WEBHOOKS);
        ObjectNode deployment = workload("Deployment", NAMESPACE, WEBHOOKS, asked);
        ObjectNode spec = Json.child(deployment, "spec").put("replicas", 1);
        ObjectNode rolling =
                spec.putObject("strategy").put("type", "RollingUpdate").putObject("rollingUpdate");
        rolling.put("maxSurge", 1).put("maxUnavailable", 0);
        Json.list(podSpec(deployment), "containers")
                .addObject()
                .put("name", WEBHOOKS)
                .put("image", image("webhooks"))
                .putArray("args")
                .add("webhook");
        ObjectNode service = object("v1", "Service", NAMESPACE, WEBHOOKS);
        ObjectNode ports = service.putObject("spec");
        ports.putObject("selector").put("k8s-app", WEBHOOKS);
        ports.putArray("ports").addObject().put("port", 443).put("targetPort", 6443);
        ObjectNode configuration = object(
                "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "", "api.projectcalico.org");
        ObjectNode webhook = configuration.putArray("webhooks").addObject();
        webhook.put("name", "tiered-rbac.api.projectcalico.org").put("sideEffects", "None");
        webhook.put("failurePolicy", "Fail").put("timeoutSeconds", 5);
        webhook.putArray("admissionReviewVersions").add("v1");
        webhook.putObject("clientConfig")
                .putObject("service")
                .put("namespace", NAMESPACE)
                .put("name", WEBHOOKS)
                .put("path", "/rbac");
        ObjectNode rule = webhook.putArray("rules").addObject();
        rule.putArray("operations").add("CREATE").add("UPDATE").add("DELETE");
        rule.putArray("apiGroups").add("projectcalico.org");
        rule.putArray("apiVersions").add("v3");
        rule.putArray("resources").add("networkpolicies").add("globalnetworkpolicies");
        tell(deployment);
        return List.of(account, deployment, service, configuration);
    }

    /** Every container is told the group where it is not the usual one (tigera/operator v1.42, pkg/apigroup). */
    private void tell(ObjectNode workload) {
        if (natives) {
            JsonNode pod = workload.at("/spec/template/spec");
            for (String list : List.of("initContainers", "containers")) {
                pod.path(list)
                        .forEach(each -> environment((ObjectNode) each, "CALICO_API_GROUP", "projectcalico.org/v3"));
            }
        }
    }

    /** The fields an operator writes into the Installation where a person left them out. */
    static ObjectNode withDefaults(OperatorVersion version, JsonNode installation) {
        ObjectNode changed = installation.deepCopy();
        ObjectNode spec = Json.child(changed, "spec");
        ifAbsent(spec, "variant", "Calico");
        ifAbsent(spec, "flexVolumePath", "/usr/libexec/kubernetes/kubelet-plugins/volume/exec/");
        if (version.from(23)) {
            ifAbsent(spec, "kubeletVolumePluginPath", "/var/lib/kubelet");
        }
        ObjectNode cni = Json.child(spec, "cni");
        ifAbsent(cni, "type", "Calico");
        ifAbsent(Json.child(cni, "ipam"), "type", "Calico");
        ObjectNode strategy = Json.child(spec, "nodeUpdateStrategy");
        ifAbsent(strategy, "type", "RollingUpdate");
        ObjectNode rolling = Json.child(strategy, "rollingUpdate");
        if (!rolling.has("maxUnavailable")) {
            rolling.put("maxUnavailable", 1);
        }
        ifAbsent(Json.child(spec, "calicoNetwork"), "bgp", "Enabled");
        return changed;
    }

    private static void ifAbsent(ObjectNode object, String field, String value) {
        if (!object.has(field)) {
            object.put(field, value);
        }
    }

    /** The MTU of pods: the Installation's, or what the operator finds out. */
    int mtu() {
        return Json.at(installation, "calicoNetwork", "mtu").asInt(1450);
    }

    private ObjectNode node() {
        ObjectNode set = workload("DaemonSet", NAMESPACE, "calico-node", owner);
        JsonNode strategy = installation.path("nodeUpdateStrategy");
        ObjectNode update = Json.child(set, "spec").putObject("updateStrategy").put("type", "RollingUpdate");
        JsonNode max = Json.at(strategy, "rollingUpdate", "maxUnavailable");
        update.putObject("rollingUpdate").set("maxUnavailable", max.isMissingNode() ? Json.parse("1") : max.deepCopy());
        ObjectNode pod = podSpec(set);
        pod.put("hostNetwork", true).put("terminationGracePeriodSeconds", 5);
        if (moving) {
            Json.child(pod, "nodeSelector").put(NamespaceMigration.LABEL, "migrated");
        }
        if (!version.from(23)) {
            Json.list(pod, "initContainers")
                    .addObject()
                    .put("name", "flexvol-driver")
                    .put("image", image("pod2daemon-flexvol"));
        }
        Json.list(pod, "initContainers").addObject().put("name", "install-cni").put("image", image("cni"));
        ObjectNode container = Json.list(pod, "containers")
                .addObject()
                .put("name", "calico-node")
                .put("image", image("node"));
        environment(container, "DATASTORE_TYPE", "kubernetes");
        environment(container, "WAIT_FOR_DATASTORE", "true");
        environment(container, "CLUSTER_TYPE", "k8s,operator,bgp");
        environment(container, "CALICO_NETWORKING_BACKEND", "bird");
        environment(container, "FELIX_TYPHAK8SNAMESPACE", NAMESPACE);
        environment(container, "FELIX_TYPHAK8SSERVICENAME", "calico-typha");
        environment(container, "FELIX_VXLANMTU", Integer.toString(mtu()));
        String cidr =
                Json.text(installation.path("calicoNetwork").path("ipPools").path(0), "cidr");
        if (!cidr.isEmpty()) {
            environment(container, "CALICO_IPV4POOL_CIDR", cidr);
        }
        environment(container, "IP", "autodetect");
        environment(container, "FELIX_IPV6SUPPORT", "false");
        resources(container, "Node");
        ObjectNode liveness = container.putObject("livenessProbe").putObject("httpGet");
        liveness.put("host", "localhost").put("path", "/liveness").put("port", 9099);
        Json.list(container.putObject("readinessProbe").putObject("exec"), "command")
                .add("/bin/calico-node")
                .add("-felix-ready")
                .add("-bird-ready");
        return set;
    }

    private ObjectNode csiDriver() {
        ObjectNode set = workload("DaemonSet", NAMESPACE, CSI_DRIVER, owner);
        ObjectNode pod = podSpec(set);
        Json.list(pod, "containers").addObject().put("name", "calico-csi").put("image", image("csi"));
        Json.list(pod, "containers")
                .addObject()
                .put("name", "csi-node-driver-registrar")
                .put("image", image("node-driver-registrar"));
        return set;
    }

    private ObjectNode typha() {
        ObjectNode deployment = workload("Deployment", NAMESPACE, "calico-typha", owner);
        // Facts 4.1; its autoscaler wants one for up to two nodes, at least two from three on.
        Json.child(deployment, "spec").put("replicas", nodes < 3 ? 1 : 2);
        ObjectNode pod = podSpec(deployment);
        pod.put("hostNetwork", true);
        ObjectNode container = Json.list(pod, "containers")
                .addObject()
                .put("name", "calico-typha")
                .put("image", image("typha"));
        environment(container, "TYPHA_DATASTORETYPE", "kubernetes");
        resources(container, "Typha");
        return deployment;
    }

    private ObjectNode kubeControllers() {
        ObjectNode deployment = workload("Deployment", NAMESPACE, "calico-kube-controllers", owner);
        Json.child(deployment, "spec").put("replicas", 1).putObject("strategy").put("type", "Recreate");
        ObjectNode container = Json.list(podSpec(deployment), "containers")
                .addObject()
                .put("name", "calico-kube-controllers")
                .put("image", image("kube-controllers"));
        environment(container, "DATASTORE_TYPE", "kubernetes");
        environment(container, "ENABLED_CONTROLLERS", version.from(30) ? "node,loadbalancer" : "node");
        resources(container, "KubeControllers");
        return deployment;
    }

    private String image(String name) {
        String registry = Json.text(installation, "registry");
        String path = Json.text(installation, "imagePath");
        String from = registry.isEmpty() ? (version.from(31) ? "quay.io/" : "docker.io/") : registry;
        String digest = images.digests().get("calico/" + name);
        return from + (path.isEmpty() ? "calico" : path) + "/" + Json.text(installation, "imagePrefix") + name
                + (digest == null ? ":" + version.calico() : "@" + digest);
    }

    private void resources(ObjectNode container, String component) {
        for (JsonNode each : installation.path("componentResources")) {
            if (each.path("componentName").asText().equals(component)) {
                container.set("resources", each.path("resourceRequirements").deepCopy());
            }
        }
    }

    private static void environment(ObjectNode container, String name, String value) {
        Json.list(container, "env").addObject().put("name", name).put("value", value);
    }

    /** A workload that goes with the resource that asks for it. */
    private static ObjectNode workload(String kind, String namespace, String name, JsonNode owner) {
        ObjectNode workload = object("apps/v1", kind, namespace, name);
        Json.list(Json.child(workload, "metadata"), "ownerReferences")
                .addObject()
                .put("apiVersion", Json.text(owner, "apiVersion"))
                .put("kind", Json.text(owner, "kind"))
                .put("name", Json.text(owner, "metadata", "name"))
                .put("uid", Json.text(owner, "metadata", "uid"))
                .put("controller", true)
                .put("blockOwnerDeletion", true);
        ObjectNode spec = workload.putObject("spec");
        spec.putObject("selector").putObject("matchLabels").put("k8s-app", name);
        ObjectNode template = spec.putObject("template");
        template.putObject("metadata").putObject("labels").put("k8s-app", name);
        return workload;
    }

    /** The pod of a workload; it runs on every Linux node, whatever its taints. */
    private ObjectNode podSpec(ObjectNode workload) {
        ObjectNode pod = Json.child(Json.child(Json.child(workload, "spec"), "template"), "spec");
        pod.putObject("nodeSelector").put("kubernetes.io/os", "linux");
        pod.put("serviceAccountName", Json.text(workload, "metadata", "name"));
        for (String effect : List.of("NoSchedule", "NoExecute")) {
            Json.list(pod, "tolerations").addObject().put("effect", effect).put("operator", "Exists");
        }
        JsonNode secrets = installation.path("imagePullSecrets");
        if (!secrets.isEmpty()) {
            pod.set("imagePullSecrets", secrets.deepCopy());
        }
        return pod;
    }

    private static ObjectNode namespace(String name) {
        return object("v1", "Namespace", "", name);
    }

    static ObjectNode object(String apiVersion, String kind, String namespace, String name) {
        ObjectNode object = Json.object().put("apiVersion", apiVersion).put("kind", kind);
        ObjectNode metadata = object.putObject("metadata").put("name", name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        return object;
    }
}
