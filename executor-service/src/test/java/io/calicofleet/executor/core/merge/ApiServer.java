package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.Locale;
import java.util.Set;

/**
 * What an API server and the controllers make of a manifest, written down from a Kubernetes 1.21 (and 1.34 where newer)
 * and independently of what the merge knows.
 */
final class ApiServer {

    private static final Set<String> DROPPED_WHEN_EMPTY =
            Set.of("readOnly", "value", "hostNetwork", "data", "creationTimestamp");

    private final boolean newest;

    ApiServer(boolean newest) {
        this.newest = newest;
    }

    /** The live object after a client-side apply of the manifest. */
    ObjectNode applied(ObjectNode manifest) {
        return stored(WriteObject.fresh(manifest));
    }

    /** The live object after a create or PUT of this object. */
    ObjectNode stored(ObjectNode object) {
        ObjectNode live = object.deepCopy();
        dropEmpty(live);
        ObjectNode metadata = Json.child(live, "metadata");
        metadata.put("uid", "5ad5bbb5-4f4c-4b3a-a6ee-0e7e4a4f7a01");
        metadata.put("resourceVersion", "4711");
        metadata.put("creationTimestamp", "2020-05-12T08:00:00Z");
        metadata.putArray("managedFields").addObject().put("manager", "kubectl");
        ObjectNode annotations = Json.child(metadata, "annotations");
        older(live);
        switch (live.path("kind").asText()) {
            case "DaemonSet" -> {
                annotations.put("deprecated.daemonset.template.generation", "3");
                daemonSet(Json.child(live, "spec"));
                metadata.put("generation", 3);
                live.putObject("status").put("numberReady", 3);
            }
            case "Deployment" -> {
                annotations.put("deployment.kubernetes.io/revision", "2");
                deployment(Json.child(live, "spec"));
                live.putObject("status").put("replicas", 1);
            }
            case "Pod" -> pod(Json.child(live, "spec"));
            case "Job" -> template(Json.child(live, "spec"));
            case "Service" -> service(Json.child(live, "spec"));
            case "ServiceAccount" -> {
                if (!newest) {
                    live.putArray("secrets").addObject().put("name", "calico-node-token-x7k2p");
                }
            }
            case "PodDisruptionBudget" -> live.putObject("status").put("currentHealthy", 1);
            case "Secret" -> absent(live, "type", "Opaque");
            case "CustomResourceDefinition" -> crd(live);
            default -> {
                // stored as it is
            }
        }
        return live;
    }

    /** What came in an API version that is gone: what that wrote where nothing was said, read as apps/v1. */
    private static void older(ObjectNode live) {
        String version = live.path("apiVersion").asText();
        String kind = live.path("kind").asText();
        if (version.startsWith("rbac.authorization.k8s.io/")) {
            live.put("apiVersion", "rbac.authorization.k8s.io/v1");
        }
        if (!version.equals("extensions/v1beta1") && !version.equals("apps/v1beta1")) {
            return;
        }
        live.put("apiVersion", "apps/v1");
        ObjectNode spec = Json.child(live, "spec");
        JsonNode labels = spec.at("/template/metadata/labels");
        absent(spec, "selector", Json.object().set("matchLabels", labels));
        absent(Json.child(live, "metadata"), "labels", labels);
        boolean extensions = version.equals("extensions/v1beta1");
        if (kind.equals("DaemonSet")) {
            absent(Json.child(spec, "updateStrategy"), "type", extensions ? "OnDelete" : "RollingUpdate");
        } else if (extensions) {
            absent(spec, "revisionHistoryLimit", Integer.MAX_VALUE);
            absent(spec, "progressDeadlineSeconds", Integer.MAX_VALUE);
            ObjectNode strategy = Json.child(spec, "strategy");
            if (!strategy.path("type").asText().equals("Recreate")) {
                absent(Json.child(strategy, "rollingUpdate"), "maxUnavailable", 1);
                absent(Json.child(strategy, "rollingUpdate"), "maxSurge", 1);
            }
        } else {
            absent(spec, "revisionHistoryLimit", 2);
        }
    }

    private void daemonSet(ObjectNode spec) {
        absent(spec, "revisionHistoryLimit", 10);
        ObjectNode strategy = Json.child(spec, "updateStrategy");
        absent(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = Json.child(strategy, "rollingUpdate");
            absent(rolling, "maxUnavailable", 1);
            absent(rolling, "maxSurge", 0);
        }
        template(spec);
    }

    private void deployment(ObjectNode spec) {
        absent(spec, "replicas", 1);
        absent(spec, "revisionHistoryLimit", 10);
        absent(spec, "progressDeadlineSeconds", 600);
        ObjectNode strategy = Json.child(spec, "strategy");
        absent(strategy, "type", "RollingUpdate");
        if (strategy.path("type").asText().equals("RollingUpdate")) {
            ObjectNode rolling = Json.child(strategy, "rollingUpdate");
            absent(rolling, "maxUnavailable", "25%");
            absent(rolling, "maxSurge", "25%");
        }
        template(spec);
    }

    private void template(ObjectNode spec) {
        ObjectNode template = Json.child(spec, "template");
        Json.child(template, "metadata").putNull("creationTimestamp");
        pod(Json.child(template, "spec"));
    }

    private static void pod(ObjectNode pod) {
        absent(pod, "restartPolicy", "Always");
        absent(pod, "terminationGracePeriodSeconds", 30);
        absent(pod, "dnsPolicy", "ClusterFirst");
        absent(pod, "schedulerName", "default-scheduler");
        absent(pod, "securityContext", Json.object());
        if (pod.has("serviceAccountName")) {
            pod.set("serviceAccount", pod.get("serviceAccountName"));
        }
        boolean hostNetwork = pod.path("hostNetwork").asBoolean();
        pod.path("containers").forEach(container -> container((ObjectNode) container, hostNetwork));
        pod.path("initContainers").forEach(container -> container((ObjectNode) container, hostNetwork));
        pod.path("volumes").forEach(ApiServer::volume);
    }

    private static void container(ObjectNode container, boolean hostNetwork) {
        String image = container.path("image").asText();
        absent(container, "imagePullPolicy", image.endsWith(":latest") ? "Always" : "IfNotPresent");
        absent(container, "terminationMessagePath", "/dev/termination-log");
        absent(container, "terminationMessagePolicy", "File");
        absent(container, "resources", Json.object());
        container.path("env").forEach(env -> {
            if (env.path("valueFrom").path("fieldRef") instanceof ObjectNode reference) {
                absent(reference, "apiVersion", "v1");
            }
        });
        container.path("ports").forEach(port -> {
            absent((ObjectNode) port, "protocol", "TCP");
            if (hostNetwork) {
                absent((ObjectNode) port, "hostPort", port.get("containerPort"));
            }
        });
        for (String name : Set.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.path(name) instanceof ObjectNode probe) {
                absent(probe, "timeoutSeconds", 1);
                absent(probe, "periodSeconds", 10);
                absent(probe, "successThreshold", 1);
                absent(probe, "failureThreshold", 3);
                if (probe.path("httpGet") instanceof ObjectNode get) {
                    absent(get, "scheme", "HTTP");
                }
            }
        }
        if (container.path("resources").path("requests") instanceof ObjectNode requests
                && requests.path("cpu").asText().equals("0.25")) {
            requests.put("cpu", "250m");
        }
    }

    private static void volume(JsonNode volume) {
        if (volume.path("hostPath") instanceof ObjectNode path) {
            absent(path, "type", "");
        }
        for (String name : Set.of("configMap", "secret")) {
            if (volume.path(name) instanceof ObjectNode source) {
                absent(source, "defaultMode", 420);
            }
        }
    }

    private void service(ObjectNode spec) {
        absent(spec, "type", "ClusterIP");
        absent(spec, "sessionAffinity", "None");
        absent(spec, "clusterIP", "10.96.12.7");
        absent(spec, "clusterIPs", Json.NODES.arrayNode().add("10.96.12.7"));
        if (newest) {
            absent(spec, "internalTrafficPolicy", "Cluster");
            absent(spec, "ipFamilyPolicy", "SingleStack");
            absent(spec, "ipFamilies", Json.NODES.arrayNode().add("IPv4"));
        }
        spec.path("ports").forEach(port -> {
            absent((ObjectNode) port, "protocol", "TCP");
            absent((ObjectNode) port, "targetPort", port.get("port"));
        });
    }

    /** Read as v1, a definition that came as v1beta1 keeps unknown fields and has no schema. */
    private static void crd(ObjectNode live) {
        ObjectNode spec = Json.child(live, "spec");
        if (live.path("apiVersion").asText().endsWith("v1beta1")) {
            live.put("apiVersion", "apiextensions.k8s.io/v1");
            spec.put("preserveUnknownFields", true);
            spec.putArray("versions")
                    .addObject()
                    .put("name", spec.path("version").asText("v1"))
                    .put("served", true)
                    .put("storage", true);
            spec.remove("version");
        }
        absent(spec, "conversion", Json.object().put("strategy", "None"));
        ObjectNode names = Json.child(spec, "names");
        absent(names, "listKind", names.path("kind").asText() + "List");
        absent(names, "singular", names.path("kind").asText().toLowerCase(Locale.ROOT));
        if (!spec.path("preserveUnknownFields").asBoolean()) {
            spec.remove("preserveUnknownFields");
        }
        live.putObject("status").putArray("storedVersions").add("v1");
    }

    private static void dropEmpty(JsonNode node) {
        if (node instanceof ArrayNode list) {
            list.forEach(ApiServer::dropEmpty);
        }
        if (node instanceof ObjectNode object) {
            object.removeIf(ApiServer::isNull);
            DROPPED_WHEN_EMPTY.stream()
                    .filter(name -> object.has(name) && isEmpty(object.get(name)))
                    .forEach(object::remove);
            object.forEach(ApiServer::dropEmpty);
        }
    }

    private static boolean isNull(JsonNode value) {
        return value.isNull();
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isContainerNode()
                ? value.isEmpty()
                : value.asText().isEmpty() || (value.isBoolean() && !value.asBoolean());
    }

    private static void absent(ObjectNode object, String field, Object value) {
        if (!object.has(field)) {
            object.set(
                    field,
                    switch (value) {
                        case JsonNode node -> node.deepCopy();
                        case Integer number -> Json.NODES.numberNode(number);
                        default -> Json.NODES.textNode(value.toString());
                    });
        }
    }
}
