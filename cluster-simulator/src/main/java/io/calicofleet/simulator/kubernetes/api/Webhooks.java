package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Validating webhooks. A write that one is about is refused where its service is not there or has no endpoints, unless its
 * failure policy is Ignore (kubernetes.io, "Dynamic Admission Control"). One whose service answers, or that is called by
 * URL, allows everything; match conditions are not looked at.
 */
public final class Webhooks {

    /** The configurations, which no webhook is ever asked about. */
    public static final GroupResource RESOURCE =
            new GroupResource("admissionregistration.k8s.io", "validatingwebhookconfigurations");

    private static final GroupResource MUTATING =
            new GroupResource("admissionregistration.k8s.io", "mutatingwebhookconfigurations");
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource ENDPOINTS = new GroupResource("", "endpoints");
    private static final GroupResource PODS = new GroupResource("", "pods");

    /** From this minor version on the text says twice that it failed. */
    private static final int SAYS_TWICE = 23;

    private final Cluster cluster;

    Webhooks(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * A write.
     *
     * @param operation CREATE, UPDATE or DELETE
     * @param type of the object
     * @param subresource such as status; empty for the object itself
     * @param object as it would be stored; null where it is deleted
     * @param old as it is stored; null where it is created
     */
    record Write(
            String operation,
            ResourceType type,
            String subresource,
            @Nullable ObjectNode object,
            @Nullable ObjectNode old,
            boolean dryRun) {

        ObjectNode subject() {
            return object != null ? object : old != null ? old : Json.object();
        }
    }

    /**
     * Asks all that are about a write.
     *
     * @throws ApiException 500 where one cannot be asked that has to be
     */
    void check(Write write) {
        if (Set.of(RESOURCE, MUTATING).contains(write.type().groupResource())) {
            return;
        }
        for (ObjectNode configuration : cluster.store().list(RESOURCE, "").objects()) {
            for (JsonNode webhook : configuration.path("webhooks")) {
                if (isAbout(webhook, write)) {
                    call(webhook, write);
                }
            }
        }
    }

    private void call(JsonNode webhook, Write write) {
        String name = webhook.path("name").asText();
        String effects = webhook.path("sideEffects").asText("Unknown");
        if (write.dryRun() && !effects.startsWith("None")) {
            throw ApiException.badRequest("admission webhook \"" + name + "\" does not support dry run");
        }
        JsonNode service = webhook.path("clientConfig").path("service");
        String why = service.isObject() ? unreachable(service) : "";
        if (why.isEmpty() || webhook.path("failurePolicy").asText("Fail").equals("Ignore")) {
            return;
        }
        String host = Json.text(service, "name") + "." + Json.text(service, "namespace") + ".svc:"
                + service.path("port").asInt(443);
        boolean twice = cluster.types().version().minor() >= SAYS_TWICE;
        throw ApiException.internal(
                "failed calling webhook \"" + name + "\": " + (twice ? "failed to call webhook: " : "")
                        + "Post \"https://" + host + service.path("path").asText("") + "?timeout="
                        + webhook.path("timeoutSeconds").asInt(10) + "s\": " + why);
    }

    /** Why nobody answers for a service; empty where somebody does. */
    private String unreachable(JsonNode reference) {
        String name = Json.text(reference, "name");
        ObjectKey key = new ObjectKey(Json.text(reference, "namespace"), name);
        ObjectStore store = cluster.store();
        ObjectNode service = store.get(SERVICES, key);
        if (service == null) {
            return "service \"" + name + "\" not found";
        }
        ObjectNode endpoints = store.get(ENDPOINTS, key);
        if (endpoints != null) {
            for (JsonNode subset : endpoints.path("subsets")) {
                if (!subset.path("addresses").isEmpty()) {
                    return "";
                }
            }
        }
        JsonNode selector = service.path("spec").path("selector");
        boolean served = !selector.isEmpty()
                && store.list(PODS, key.namespace()).objects().stream()
                        .anyMatch(pod -> isReady(pod) && Labels.containsAll(Labels.ofObject(pod), selector));
        return served ? "" : "no endpoints available for service \"" + name + "\"";
    }

    private static boolean isReady(JsonNode pod) {
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private boolean isAbout(JsonNode webhook, Write write) {
        boolean exact = webhook.path("matchPolicy").asText("Equivalent").equals("Exact");
        for (JsonNode rule : webhook.path("rules")) {
            if (matches(rule, write, exact)) {
                return isInNamespace(webhook.path("namespaceSelector"), write)
                        && hasLabels(webhook.path("objectSelector"), write);
            }
        }
        return false;
    }

    /** By what a client asked for, or else by any version the same resource is served in. */
    private boolean matches(JsonNode rule, Write write, boolean exact) {
        String resource = write.type().plural() + (write.subresource().isEmpty() ? "" : "/" + write.subresource());
        if (!has(rule.path("operations"), write.operation())
                || !isOfScope(rule.path("scope").asText("*"), write.type())
                || texts(rule.path("resources")).stream().noneMatch(wanted -> isResource(wanted, resource))) {
            return false;
        }
        if (has(rule.path("apiGroups"), write.type().group())
                && has(rule.path("apiVersions"), write.type().version())) {
            return true;
        }
        return !exact
                && cluster.types().all().stream()
                        .filter(type -> type.groupResource().equals(write.type().groupResource()))
                        .anyMatch(type -> has(rule.path("apiGroups"), type.group())
                                && has(rule.path("apiVersions"), type.version()));
    }

    /** {@code *} is all resources without their subresources; {@code *}{@code /*} is everything. */
    private static boolean isResource(String wanted, String resource) {
        int slash = resource.indexOf('/');
        String of = slash < 0 ? resource : resource.substring(0, slash);
        String sub = slash < 0 ? "" : resource.substring(slash + 1);
        int cut = wanted.indexOf('/');
        String wantedOf = cut < 0 ? wanted : wanted.substring(0, cut);
        String wantedSub = cut < 0 ? "" : wanted.substring(cut + 1);
        return (wantedOf.equals("*") || wantedOf.equals(of)) && (wantedSub.equals("*") || wantedSub.equals(sub));
    }

    /** A Namespace itself is of the cluster. */
    private static boolean isOfScope(String scope, ResourceType type) {
        return switch (scope) {
            case "Namespaced" -> type.namespaced();
            case "Cluster" -> !type.namespaced();
            default -> true;
        };
    }

    /** By the labels of the namespace, which of a Namespace are its own; what is of the cluster is in none, and meant. */
    private boolean isInNamespace(JsonNode selector, Write write) {
        ObjectNode namespace;
        if (write.type().groupResource().equals(NAMESPACES)) {
            namespace = write.subject();
        } else if (write.type().namespaced()) {
            String name = Json.text(write.subject(), "metadata", "namespace");
            namespace = cluster.store().get(NAMESPACES, new ObjectKey("", name));
        } else {
            return true;
        }
        Map<String, String> labels = new LinkedHashMap<>();
        if (namespace != null) {
            labels.put("kubernetes.io/metadata.name", Json.text(namespace, "metadata", "name"));
            labels.putAll(Labels.ofObject(namespace));
        }
        return Labels.meet(labels, selector);
    }

    /** By the labels of the object, or by those it had. */
    private static boolean hasLabels(JsonNode selector, Write write) {
        for (ObjectNode each : new @Nullable ObjectNode[] {write.object(), write.old()}) {
            if (each != null && Labels.meet(Labels.ofObject(each), selector)) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(JsonNode list, String wanted) {
        List<String> texts = texts(list);
        return texts.contains("*") || texts.contains(wanted);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
