package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.TypeCatalog;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import io.calicofleet.simulator.kubernetes.validation.Quantities;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the API server fills in: a live object never equals its manifest. */
final class Defaults {

    /** From here on a time that is not there is left out; before, it is null. */
    static final int NO_NULL_TIMES = 34;

    private static final JsonNode KUBERNETES = Json.text("kubernetes");

    private static final List<String> WORKLOADS =
            List.of("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "Job");

    private static final String TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount";

    private Defaults() {}

    /** What the volumes of tokens are called. */
    private static final String TOKENS = "kube-api-access-";
    /** From here on ports of the host are given to pods, not to templates (DefaultHostNetworkHostPortsInPodTemplates). */
    private static final int PORTS_OF_PODS = 28;

    private static final Pattern IMAGE = Pattern.compile(
            "(?:[a-zA-Z0-9.-]+(?::[0-9]+)?/)?[a-z0-9]+(?:(?:[._]|__|-+|/)[a-z0-9]+)*(?::[\\w][\\w.-]*)?(?:@.+)?");

    /** Sets the defaults of a built-in kind. */
    static void apply(String kind, ObjectNode object, int minor) {
        if (WORKLOADS.contains(kind)) {
            Json.child(object, "spec"); // a struct in Go, with defaults of its own
        }
        simple(object, TypeCatalog.ofKind(kind));
        JsonNode spec = object.path("spec");
        if (WORKLOADS.contains(kind)) {
            template(spec.path("template"), minor);
        }
        switch (kind) {
            case "DaemonSet" -> daemonSet(object, minor);
            case "Deployment" -> deployment(object);
            case "Pod" -> pod(object, spec, minor);
            case "CronJob" -> template(Json.at(spec, "jobTemplate", "spec", "template"), minor);
            case "Service" -> ServiceDefaults.apply(spec, minor);
            case "Secret" -> secret(object);
            case "StatefulSet" -> statefulSet(object, minor);
            case "Event" -> event(object);
            case "CSIDriver" -> {
                if (minor >= 27 && spec instanceof ObjectNode driver && !driver.has("seLinuxMount")) {
                    driver.put("seLinuxMount", false);
                }
            }
            case "Endpoints" -> {
                for (JsonNode subset : object.path("subsets")) {
                    protocols(subset.path("ports"));
                }
            }
            case "RoleBinding", "ClusterRoleBinding" -> binding(object);
            case "Role", "ClusterRole" -> {
                if (object.path("rules").isEmpty()) {
                    object.putNull("rules");
                }
            }
            case "Node" -> {
                if (spec instanceof ObjectNode node
                        && !node.path("podCIDR").asText("").isEmpty()) {
                    if (!node.path("podCIDRs").path(0).equals(node.get("podCIDR"))) {
                        node.putArray("podCIDRs").add(node.get("podCIDR"));
                    }
                }
            }
            case "Job" -> JobDefaults.apply(object, minor);
            case "PersistentVolumeClaim" -> {
                if (spec instanceof ObjectNode claim && !claim.has("volumeMode")) {
                    claim.put("volumeMode", "Filesystem");
                }
            }
            case "Namespace" -> namespace(object);
            case "NetworkPolicy" -> networkPolicy(spec);
            case "PriorityClass" -> {
                if (!object.has("preemptionPolicy")) {
                    object.put("preemptionPolicy", "PreemptLowerPriority");
                }
            }
            case "ValidatingWebhookConfiguration" -> WebhookDefaults.apply(object, false);
            case "MutatingWebhookConfiguration" -> WebhookDefaults.apply(object, true);
            default -> {
                // nothing beyond the simple ones
            }
        }
    }

    private static void simple(ObjectNode object, TypeInfo type) {
        for (Map.Entry<String, TypeInfo> field : type.fields().entrySet()) {
            JsonNode standard = field.getValue().defaultValue();
            JsonNode given = object.path(field.getKey());
            boolean none = given.isMissingNode()
                    || (given.isTextual() && given.asText().isEmpty());
            if (standard != null && none) {
                object.set(field.getKey(), standard.deepCopy());
            }
            JsonNode value = object.path(field.getKey());
            if (value instanceof ObjectNode child) {
                simple(child, field.getValue());
            } else if (value instanceof ArrayNode && field.getValue().shape() == TypeInfo.Shape.KEYED_LIST) {
                for (JsonNode item : value) {
                    if (item instanceof ObjectNode child) {
                        simple(child, field.getValue().items());
                    }
                }
            }
        }
    }

    private static void template(JsonNode template, int minor) {
        if (template instanceof ObjectNode object) {
            ObjectNode metadata = Json.child(object, "metadata");
            if (minor < NO_NULL_TIMES) {
                metadata.putNull("creationTimestamp");
            }
            podSpec(object.path("spec"), minor < PORTS_OF_PODS);
        }
    }

    private static void podSpec(JsonNode spec, boolean hostPorts) {
        if (!(spec instanceof ObjectNode pod)) {
            return;
        }
        boolean hostNetwork = hostPorts && pod.path("hostNetwork").asBoolean();
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode each : pod.path(list)) {
                container((ObjectNode) each, hostNetwork);
            }
        }
        for (JsonNode volume : pod.path("volumes")) {
            for (JsonNode item : volume.path("downwardAPI").path("items")) {
                if (item.path("fieldRef") instanceof ObjectNode field && !field.has("apiVersion")) {
                    field.put("apiVersion", "v1");
                }
            }
            if (volume.size() == 1 && volume.has("name")) {
                ((ObjectNode) volume).putObject("emptyDir");
            }
        }
        if (pod.has("serviceAccountName")) {
            pod.set("serviceAccount", pod.get("serviceAccountName"));
        } else if (pod.has("serviceAccount")) {
            pod.set("serviceAccountName", pod.get("serviceAccount"));
        }
    }

    private static void container(ObjectNode container, boolean hostNetwork) {
        if (!container.has("imagePullPolicy")) {
            String image = container.path("image").asText();
            String name = image.substring(image.lastIndexOf('/') + 1);
            boolean latest = IMAGE.matcher(image).matches()
                    && (name.endsWith(":latest") || (!name.contains(":") && !name.contains("@")));
            container.put("imagePullPolicy", latest ? "Always" : "IfNotPresent");
        }
        if (hostNetwork) {
            for (JsonNode port : container.path("ports")) {
                if (!port.has("hostPort")) {
                    ((ObjectNode) port).set("hostPort", port.get("containerPort"));
                }
            }
        }
        Quantities.canonical(container.path("resources").path("requests"));
        Quantities.canonical(container.path("resources").path("limits"));
        for (JsonNode variable : container.path("env")) {
            if (variable.path("valueFrom").path("resourceFieldRef") instanceof ObjectNode resource
                    && !resource.has("divisor")) {
                resource.put("divisor", "0");
            }
        }
        plainVariables(container);
    }

    /** What a pod, though not the template of one, asks for where it says only what it is limited to. */
    private static void requests(ObjectNode container) {
        JsonNode limits = container.path("resources").path("limits");
        if (limits.isObject() && !limits.isEmpty()) {
            ObjectNode requests = Json.child((ObjectNode) container.get("resources"), "requests");
            limits.properties().forEach(limit -> {
                if (!requests.has(limit.getKey())) {
                    requests.set(limit.getKey(), limit.getValue());
                }
            });
        }
    }

    private static void plainVariables(ObjectNode container) {
        for (JsonNode variable : container.path("env")) {
            if (!variable.has("value") && !variable.has("valueFrom") && variable instanceof ObjectNode empty) {
                empty.remove("value");
            } else if (variable.path("value").asText("-").isEmpty()) {
                ((ObjectNode) variable).remove("value");
            }
        }
    }

    private static void daemonSet(ObjectNode object, int minor) {
        ObjectNode strategy = Json.child((ObjectNode) object.path("spec"), "updateStrategy");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = Json.child(strategy, "rollingUpdate");
            if (!rolling.has("maxUnavailable")) {
                rolling.put("maxUnavailable", 1);
            }
            if (minor >= 21 && !rolling.has("maxSurge")) {
                rolling.put("maxSurge", 0);
            }
        }
    }

    private static void statefulSet(ObjectNode object, int minor) {
        ObjectNode spec = (ObjectNode) object.path("spec");
        ObjectNode strategy = Json.child(spec, "updateStrategy");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = Json.child(strategy, "rollingUpdate");
            if (!rolling.has("partition")) {
                rolling.put("partition", 0);
            }
        }
        if (minor >= 27) {
            ObjectNode claims = Json.child(spec, "persistentVolumeClaimRetentionPolicy");
            for (String when : List.of("whenDeleted", "whenScaled")) {
                if (!claims.has(when)) {
                    claims.put(when, "Retain");
                }
            }
        }
        if (minor >= 22 && object.path("status") instanceof ObjectNode status && !status.has("availableReplicas")) {
            status.put("availableReplicas", 0);
        }
    }

    /** What an event has though nobody said it. */
    private static void event(ObjectNode event) {
        if (!event.path("apiVersion").asText().equals("v1")) {
            return;
        }
        for (String field : List.of("eventTime", "firstTimestamp", "lastTimestamp")) {
            if (!event.has(field)) {
                event.putNull(field);
            }
        }
        Json.child(event, "source");
        for (String field : List.of("reportingComponent", "reportingInstance")) {
            if (!event.has(field)) {
                event.put(field, "");
            }
        }
    }

    private static void deployment(ObjectNode object) {
        ObjectNode strategy = Json.child((ObjectNode) object.path("spec"), "strategy");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = Json.child(strategy, "rollingUpdate");
            if (!rolling.has("maxUnavailable")) {
                rolling.put("maxUnavailable", "25%");
            }
            if (!rolling.has("maxSurge")) {
                rolling.put("maxSurge", "25%");
            }
        }
    }

    private static void pod(ObjectNode object, JsonNode spec, int minor) {
        podSpec(spec, true);
        if (!(spec instanceof ObjectNode pod)) {
            return;
        }
        for (String list : List.of("containers", "initContainers")) {
            pod.path(list).forEach(container -> requests((ObjectNode) container));
        }
        if (!pod.has("enableServiceLinks")) {
            pod.put("enableServiceLinks", true);
        }
        if (!pod.has("serviceAccountName")) {
            pod.put("serviceAccountName", "default").put("serviceAccount", "default");
        }
        if (pod.path("automountServiceAccountToken").asBoolean(true)) {
            token(pod, minor);
        }
        if (!pod.has("priority")) {
            pod.put(
                    "priority",
                    switch (pod.path("priorityClassName").asText()) {
                        case "system-node-critical" -> 2000001000;
                        case "system-cluster-critical" -> 2000000000;
                        default -> 0;
                    });
            pod.put("preemptionPolicy", "PreemptLowerPriority");
        }
        for (String taint : List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")) {
            boolean tolerated = false;
            for (JsonNode toleration : pod.path("tolerations")) {
                String key = toleration.path("key").asText("");
                tolerated |= key.equals(taint)
                        || (key.isEmpty()
                                && !toleration.path("effect").asText("").equals("NoSchedule"));
            }
            if (!tolerated) {
                Json.list(pod, "tolerations")
                        .addObject()
                        .put("effect", "NoExecute")
                        .put("key", taint)
                        .put("operator", "Exists")
                        .put("tolerationSeconds", 300);
            }
        }
        if (!object.has("status")) {
            object.putObject("status").put("phase", "Pending").put("qosClass", qos(pod));
        }
    }

    /** Takes the volume with the token from the spec of a pod, a copy, that shows what its writer owns. */
    static void withoutToken(ObjectNode pod) {
        if (pod.has("volumes")) {
            pod.set("volumes", without(pod.path("volumes")));
        }
        for (String list : List.of("initContainers", "containers")) {
            ArrayNode containers = Json.array();
            pod.path(list).forEach(each -> {
                ObjectNode container = Json.shallow((ObjectNode) each);
                container.set("volumeMounts", without(each.path("volumeMounts")));
                if (container.path("volumeMounts").isEmpty()) {
                    container.remove("volumeMounts");
                }
                containers.add(container);
            });
            if (!containers.isEmpty()) {
                pod.set(list, containers);
            }
        }
        if (pod.path("volumes").isEmpty()) {
            pod.remove("volumes");
        }
    }

    private static ArrayNode without(JsonNode named) {
        ArrayNode kept = Json.array();
        named.valueStream()
                .filter(each -> !Json.text(each, "name").startsWith(TOKENS))
                .forEach(kept::add);
        return kept;
    }

    /** As the admission plugin ServiceAccount: a volume with the token, for each container that has nothing there. */
    private static void token(ObjectNode pod, int minor) {
        String prefix = minor >= 21 ? TOKENS : pod.path("serviceAccountName").asText() + "-token-";
        String name = prefix + ObjectApi.suffix();
        boolean used = false;
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : pod.path(list)) {
                boolean mounted = container
                        .path("volumeMounts")
                        .valueStream()
                        .anyMatch(mount -> mount.path("mountPath").asText().equals(TOKEN));
                if (!mounted) {
                    Json.list((ObjectNode) container, "volumeMounts")
                            .addObject()
                            .put("mountPath", TOKEN)
                            .put("name", name)
                            .put("readOnly", true);
                    used = true;
                }
            }
        }
        if (!used) {
            return;
        }
        ObjectNode volume = Json.list(pod, "volumes").addObject().put("name", name);
        if (minor < 21) {
            volume.putObject("secret").put("defaultMode", 420).put("secretName", name);
            return;
        }
        ArrayNode sources =
                volume.putObject("projected").put("defaultMode", 420).putArray("sources");
        sources.addObject()
                .putObject("serviceAccountToken")
                .put("expirationSeconds", 3607)
                .put("path", "token");
        ObjectNode authority = sources.addObject().putObject("configMap").put("name", "kube-root-ca.crt");
        authority.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
        ObjectNode namespace = sources.addObject()
                .putObject("downwardAPI")
                .putArray("items")
                .addObject()
                .put("path", "namespace");
        namespace.putObject("fieldRef").put("apiVersion", "v1").put("fieldPath", "metadata.namespace");
    }

    private static void secret(ObjectNode secret) {
        JsonNode strings = secret.remove("stringData");
        if (strings != null) {
            ObjectNode data = Json.child(secret, "data");
            strings.properties()
                    .forEach(e -> data.put(
                            e.getKey(),
                            Base64.getEncoder()
                                    .encodeToString(e.getValue().asText().getBytes(StandardCharsets.UTF_8))));
        }
    }

    private static void binding(ObjectNode binding) {
        ObjectNode role = Json.child(binding, "roleRef");
        if (role.path("apiGroup").asText("").isEmpty()) {
            role.put("apiGroup", "rbac.authorization.k8s.io");
        }
        for (JsonNode subject : binding.path("subjects")) {
            boolean account = subject.path("kind").asText().equals("ServiceAccount");
            if (!account && !subject.has("apiGroup")) {
                ((ObjectNode) subject).put("apiGroup", "rbac.authorization.k8s.io");
            }
        }
    }

    /** By what its containers ask for and are limited to. */
    private static String qos(JsonNode pod) {
        boolean any = false;
        boolean all = true;
        for (String list : List.of("containers", "initContainers")) {
            for (JsonNode container : pod.path(list)) {
                JsonNode resources = container.path("resources");
                for (String name : List.of("cpu", "memory")) {
                    JsonNode limit = resources.path("limits").path(name);
                    JsonNode request = resources.path("requests").path(name);
                    any |= limit.isTextual() || request.isTextual();
                    all &= limit.isTextual() && limit.equals(request);
                }
            }
        }
        return !any ? "BestEffort" : all ? "Guaranteed" : "Burstable";
    }

    private static void networkPolicy(JsonNode spec) {
        if (spec instanceof ObjectNode policy && policy.path("policyTypes").isEmpty()) {
            Json.list(policy, "policyTypes").add("Ingress");
            if (!policy.path("egress").isEmpty()) {
                Json.list(policy, "policyTypes").add("Egress");
            }
        }
        for (String direction : List.of("ingress", "egress")) {
            for (JsonNode rule : spec.path(direction)) {
                for (JsonNode port : rule.path("ports")) {
                    if (!port.has("protocol")) {
                        ((ObjectNode) port).put("protocol", "TCP");
                    }
                }
            }
        }
    }

    private static void protocols(JsonNode ports) {
        for (JsonNode port : ports) {
            if (port.path("protocol").asText("").isEmpty()) {
                ((ObjectNode) port).put("protocol", "TCP");
            }
        }
    }

    private static void namespace(ObjectNode namespace) {
        if (Json.text(namespace, "metadata", "deletionTimestamp").isEmpty()) {
            if (!namespace.path("spec").path("finalizers").valueStream().anyMatch(KUBERNETES::equals)
                    && !namespace.path("metadata").has("resourceVersion")) {
                Json.list(Json.child(namespace, "spec"), "finalizers").add(KUBERNETES);
            }
            ObjectNode status = Json.child(namespace, "status");
            if (status.path("phase").asText("").isEmpty()) {
                status.put("phase", "Active");
            }
            Json.child(Json.child(namespace, "metadata"), "labels")
                    .put("kubernetes.io/metadata.name", Json.text(namespace, "metadata", "name"));
        }
    }
}
