package io.calicofleet.executor.core.merge;

import static io.calicofleet.executor.core.merge.FieldRule.Kind.IMAGE;
import static io.calicofleet.executor.core.merge.FieldRule.Kind.QUANTITY;
import static io.calicofleet.executor.core.merge.FieldRule.Kind.SETTING;
import static io.calicofleet.executor.core.merge.FieldRule.Kind.TEXT;
import static io.calicofleet.executor.core.merge.FieldRule.Kind.TREE;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageReference;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of object in Calico's manifests: merge keys as in Kubernetes' own patch strategy, defaults as the API
 * servers from 1.21 to 1.36 write them, and what controllers write. A field the API server leaves out when it is false,
 * 0 or empty has that value as its default. Extra defaults of newer servers do no harm on older ones.
 */
final class FieldSchemas {

    /** A JSON document in a ConfigMap: the plugins of a CNI network list are told apart by their type. */
    static final FieldSchema DOCUMENT =
            FieldSchema.document().chain("plugins", FieldSchema.document().optional(), "type");

    private static final FieldSchema STRINGS = FieldSchema.map(SETTING);

    /** Nothing is known but that it stands for itself. */
    private static final FieldSchema ITEM = FieldSchema.struct().optional();

    private static final FieldSchema METADATA = FieldSchema.struct()
            // The API server labels every Namespace with its name.
            .tree("labels", FieldSchema.map(SETTING).assigned("kubernetes.io/metadata.name"))
            .absentIs("\"default\"", "namespace")
            .tree(
                    "annotations",
                    FieldSchema.map(TEXT)
                            // As large as its object, and never compared.
                            .with(LastApplied.ANNOTATION, FieldRule.of(TREE, FieldSchema.ANY))
                            .assigned(
                                    LastApplied.ANNOTATION,
                                    "calico-fleet.io/plan",
                                    "calico-fleet.io/release",
                                    "calico-fleet.io/applied",
                                    "deployment.kubernetes.io/revision",
                                    "deprecated.daemonset.template.generation",
                                    "kubectl.kubernetes.io/restartedAt",
                                    "control-plane.alpha.kubernetes.io/leader",
                                    "batch.kubernetes.io/job-tracking"))
            .assigned(
                    "creationTimestamp",
                    "deletionTimestamp",
                    "finalizers",
                    "generateName",
                    "generation",
                    "managedFields",
                    "ownerReferences",
                    "resourceVersion",
                    "selfLink",
                    "uid");

    private static final FieldSchema VALUE_FROM = FieldSchema.struct()
            .whole()
            .tree("fieldRef", FieldSchema.struct().absentIs("\"v1\"", "apiVersion"))
            .tree("resourceFieldRef", FieldSchema.struct().absentIs("\"0\"", "divisor"))
            .arms("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef");

    /** A variable of a container. */
    static final FieldSchema ENV = FieldSchema.struct()
            .optional()
            .tree("valueFrom", VALUE_FROM)
            .absentIs("\"\"", "value")
            .settings("value", "valueFrom")
            .arms("value", "valueFrom");

    private static final FieldSchema HANDLER = FieldSchema.struct()
            .tree("httpGet", FieldSchema.struct().absentIs("\"HTTP\"", "scheme").absentIs("\"/\"", "path"))
            .tree("grpc", FieldSchema.struct().absentIs("\"\"", "service"))
            .arms("exec", "httpGet", "tcpSocket", "grpc", "sleep");

    private static final FieldSchema PROBE = FieldSchema.struct()
            .with("httpGet", HANDLER.field("httpGet"))
            .with("grpc", HANDLER.field("grpc"))
            .arms("exec", "httpGet", "tcpSocket", "grpc")
            .absentIs("0", "initialDelaySeconds")
            .absentIs("1", "timeoutSeconds", "successThreshold")
            .absentIs("10", "periodSeconds")
            .absentIs("3", "failureThreshold")
            .settings("initialDelaySeconds", "timeoutSeconds", "successThreshold", "periodSeconds", "failureThreshold");

    private static final FieldSchema RESOURCES =
            FieldSchema.struct().tree("limits", FieldSchema.map(QUANTITY)).tree("requests", FieldSchema.map(QUANTITY));

    /** A container of a pod. */
    static final FieldSchema CONTAINER = FieldSchema.struct()
            .with("image", FieldRule.of(IMAGE, FieldSchema.ANY))
            .keyed("env", ENV, "name")
            .set("envFrom", FieldSchema.ANY)
            .keyed(
                    "volumeMounts",
                    FieldSchema.struct()
                            .optional()
                            .absentIs("false", "readOnly")
                            .absentIs("\"None\"", "mountPropagation")
                            .absentIs("\"\"", "subPath"),
                    "mountPath")
            .keyed("volumeDevices", ITEM, "devicePath")
            .keyed(
                    "ports",
                    FieldSchema.struct().optional().absentIs("\"TCP\"", "protocol"),
                    "containerPort",
                    "protocol")
            .tree("livenessProbe", PROBE)
            .tree("readinessProbe", PROBE)
            .tree("startupProbe", PROBE)
            .tree("lifecycle", FieldSchema.struct().tree("preStop", HANDLER).tree("postStart", HANDLER))
            .tree("resources", RESOURCES, "{}")
            .tree("securityContext", FieldSchema.struct(), "{}")
            .absentIs(FieldSchemas::pullPolicy, "imagePullPolicy")
            .absentIs("\"/dev/termination-log\"", "terminationMessagePath")
            .absentIs("\"File\"", "terminationMessagePolicy")
            .settings("imagePullPolicy", "terminationMessagePath", "terminationMessagePolicy")
            .absentIs("false", "stdin", "stdinOnce", "tty");

    private static final FieldSchema MODE = FieldSchema.struct().absentIs("420", "defaultMode");

    private static final FieldSchema VOLUME = FieldSchema.struct()
            .optional()
            .tree("hostPath", FieldSchema.struct().absentIs("\"\"", "type"))
            .tree("configMap", MODE)
            .tree("secret", MODE)
            .tree("projected", MODE)
            .tree("downwardAPI", MODE)
            .arms("hostPath", "configMap", "secret", "projected", "downwardAPI", "emptyDir", "csi", "nfs")
            .arms("persistentVolumeClaim", "ephemeral", "flexVolume");

    private static final FieldSchema POD = FieldSchema.struct()
            .keyed("containers", CONTAINER, "name")
            .chain("initContainers", CONTAINER, "name")
            .keyed("volumes", VOLUME, "name")
            .keyed("imagePullSecrets", ITEM, "name")
            .keyed("hostAliases", ITEM, "ip")
            .keyed("topologySpreadConstraints", ITEM, "topologyKey", "whenUnsatisfiable")
            .set(
                    "tolerations",
                    FieldSchema.struct().absentIs("\"Equal\"", "operator").absentIs("\"\"", "key", "value"))
            .tree("nodeSelector", STRINGS)
            .tree("securityContext", FieldSchema.struct(), "{}")
            .absentIs("\"Always\"", "restartPolicy")
            .absentIs("30", "terminationGracePeriodSeconds")
            .absentIs("\"ClusterFirst\"", "dnsPolicy")
            .absentIs("\"default-scheduler\"", "schedulerName")
            .absentIs("true", "enableServiceLinks")
            .absentIs("\"PreemptLowerPriority\"", "preemptionPolicy")
            .absentIs("false", "hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")
            .absentIs("\"default\"", "serviceAccountName")
            .absentIs(FieldSchemas::account, "serviceAccount")
            .settings("priorityClassName", "terminationGracePeriodSeconds", "dnsPolicy", "schedulerName")
            .assigned("nodeName", "priority");

    private static final FieldSchema TEMPLATE =
            FieldSchema.struct().tree("metadata", METADATA, "{}").tree("spec", POD);

    private static final FieldSchema SELECTOR = FieldSchema.struct().tree("matchLabels", STRINGS);

    private static final FieldSchema DAEMON_SET = FieldSchema.struct()
            .tree("template", TEMPLATE)
            .tree("selector", SELECTOR)
            .tree("updateStrategy", strategy("1", "0"), "{}")
            .absentIs("10", "revisionHistoryLimit")
            .absentIs("0", "minReadySeconds")
            .settings("revisionHistoryLimit", "minReadySeconds")
            .assigned("templateGeneration");

    private static final FieldSchema DEPLOYMENT = FieldSchema.struct()
            .tree("template", TEMPLATE)
            .tree("selector", SELECTOR)
            .tree("strategy", strategy("\"25%\"", "\"25%\""), "{}")
            .absentIs("1", "replicas")
            .absentIs("10", "revisionHistoryLimit")
            .absentIs("600", "progressDeadlineSeconds")
            .absentIs("0", "minReadySeconds")
            .absentIs("false", "paused")
            .settings("replicas", "revisionHistoryLimit", "progressDeadlineSeconds", "minReadySeconds");

    private static final FieldSchema JOB_LABELS = FieldSchema.map(TREE)
            .assigned(
                    "controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name");

    private static final FieldSchema JOB = FieldSchema.struct()
            .tree(
                    "template",
                    FieldSchema.struct()
                            .tree("metadata", FieldSchema.struct().tree("labels", JOB_LABELS))
                            .tree("spec", POD))
            .absentIs("6", "backoffLimit")
            .absentIs("1", "completions", "parallelism")
            .absentIs("\"NonIndexed\"", "completionMode")
            .absentIs("\"TerminatingOrFailed\"", "podReplacementPolicy")
            .absentIs("false", "suspend", "manualSelector")
            .assigned("selector");

    private static final FieldSchema SERVICE = FieldSchema.struct()
            .keyed(
                    "ports",
                    FieldSchema.struct()
                            .optional()
                            .absentIs("\"TCP\"", "protocol")
                            .absentIs(parent -> Json.get(parent, "port"), "targetPort")
                            .assigned("nodePort"),
                    "port",
                    "protocol")
            .tree("selector", STRINGS)
            .absentIs("\"ClusterIP\"", "type")
            .absentIs("\"None\"", "sessionAffinity")
            .settings("type", "sessionAffinity")
            .assigned("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy")
            .assigned("externalTrafficPolicy", "healthCheckNodePort", "allocateLoadBalancerNodePorts");

    private static final FieldSchema BUDGET = FieldSchema.struct()
            .tree("selector", SELECTOR)
            .settings("maxUnavailable", "minAvailable")
            .arms("maxUnavailable", "minAvailable");

    private static final FieldSchema RULE = FieldSchema.struct()
            .set("apiGroups", FieldSchema.ANY)
            .set("resources", FieldSchema.ANY)
            .set("resourceNames", FieldSchema.ANY)
            .set("nonResourceURLs", FieldSchema.ANY)
            .set("verbs", FieldSchema.ANY);

    private static final FieldSchema SUBJECT = FieldSchema.struct().absentIs(FieldSchemas::subjectGroup, "apiGroup");

    private static final FieldSchema COLUMN =
            FieldSchema.struct().absentIs("0", "priority").absentIs("\"\"", "format", "description");

    private static final FieldSchema CRD = FieldSchema.struct()
            .tree(
                    "names",
                    FieldSchema.struct()
                            .absentIs(parent -> Json.NODES.textNode(Json.text(parent, "kind") + "List"), "listKind")
                            .absentIs(
                                    parent -> Json.NODES.textNode(
                                            Json.text(parent, "kind").toLowerCase(Locale.ROOT)),
                                    "singular"))
            .tree(
                    "versions",
                    FieldSchema.struct()
                            .tree("schema", FieldSchema.struct().tree("openAPIV3Schema", jsonSchema()))
                            .tree("additionalPrinterColumns", COLUMN)
                            .absentIs("false", "deprecated"))
            .tree("validation", FieldSchema.struct().tree("openAPIV3Schema", jsonSchema()))
            .tree("additionalPrinterColumns", COLUMN)
            .absentIs("{\"strategy\":\"None\"}", "conversion")
            .absentIs("false", "preserveUnknownFields");

    private FieldSchemas() {}

    /** What is known of a kind of object. */
    static FieldRule of(String kind) {
        FieldSchema object = FieldSchema.struct().tree("metadata", METADATA).assigned("status");
        switch (kind) {
            case "Namespace" -> object.assigned("spec");
            case "DaemonSet" -> object.tree("spec", DAEMON_SET);
            case "Deployment" -> object.tree("spec", DEPLOYMENT);
            case "Job" -> object.tree("spec", JOB);
            case "Pod" -> object.tree("spec", POD);
            case "Service" -> object.tree("spec", SERVICE);
            case "PodDisruptionBudget" -> object.tree("spec", BUDGET);
            case "CustomResourceDefinition" -> object.tree("spec", CRD);
            case "ConfigMap" -> object.tree("data", FieldSchema.map(TEXT)).tree("binaryData", STRINGS);
            case "Secret" -> object.tree("data", STRINGS).absentIs("\"Opaque\"", "type");
            case "ServiceAccount" ->
                object.keyed("imagePullSecrets", ITEM, "name").assigned("secrets");
            case "ClusterRole", "Role" -> object.set("rules", RULE);
            case "ClusterRoleBinding", "RoleBinding" ->
                object.set("subjects", SUBJECT)
                        .tree("roleRef", FieldSchema.struct().absentIs("\"rbac.authorization.k8s.io\"", "apiGroup"));
            default -> {
                // a tree like any other
            }
        }
        return FieldRule.of(TREE, object);
    }

    /**
     * A schema in a definition. What is empty or false the API server stores as absent, whatever the manifest says; not a
     * default and not a schema, which may be empty ({@code JSONSchemaProps} of k8s.io/apiextensions-apiserver).
     */
    private static FieldSchema jsonSchema() {
        FieldSchema schema = FieldSchema.struct();
        FieldSchema named = FieldSchema.map(schema);
        for (String field : List.of("properties", "patternProperties", "definitions", "dependencies")) {
            schema.tree(field, named);
        }
        for (String field :
                List.of("items", "additionalProperties", "additionalItems", "not", "allOf", "anyOf", "oneOf")) {
            schema.tree(field, schema);
        }
        return schema.absentIs("\"\"", "id", "$schema", "description", "type", "format", "title", "pattern")
                .absentIs("false", "exclusiveMaximum", "exclusiveMinimum", "uniqueItems", "nullable")
                .absentIs("false", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string");
    }

    /** A rollingUpdate is there only where the type asks for one. */
    private static FieldSchema strategy(String maxUnavailable, String maxSurge) {
        FieldSchema rolling = FieldSchema.struct()
                .absentIs(maxUnavailable, "maxUnavailable")
                .absentIs(maxSurge, "maxSurge")
                .settings("maxUnavailable", "maxSurge");
        return FieldSchema.struct()
                .absentIs("\"RollingUpdate\"", "type")
                .onlyIf(FieldSchemas::isRolling, "rollingUpdate")
                .with(
                        "rollingUpdate",
                        FieldRule.of(TREE, rolling).ifAbsent(parent -> isRolling(parent) ? Json.object() : null));
    }

    private static boolean isRolling(JsonNode strategy) {
        String type = Json.text(strategy, "type");
        return type.isEmpty() || type.equals("RollingUpdate");
    }

    private static JsonNode pullPolicy(JsonNode container) {
        boolean latest = ImageReference.parse(Json.text(container, "image")).isLatest();
        return Json.NODES.textNode(latest ? "Always" : "IfNotPresent");
    }

    /** The older name of the same field. */
    private static JsonNode account(JsonNode pod) {
        JsonNode named = Json.get(pod, "serviceAccountName");
        return named == null ? Json.NODES.textNode("default") : named;
    }

    private static @Nullable JsonNode subjectGroup(JsonNode subject) {
        return Json.NODES.textNode(
                Json.text(subject, "kind").equals("ServiceAccount") ? "" : "rbac.authorization.k8s.io");
    }
}
