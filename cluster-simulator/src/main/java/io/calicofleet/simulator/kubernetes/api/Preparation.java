package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Shared;
import io.calicofleet.simulator.kubernetes.crd.CrdRules;
import io.calicofleet.simulator.kubernetes.crd.CrdSchema;
import io.calicofleet.simulator.kubernetes.crd.CrdVersion;
import io.calicofleet.simulator.kubernetes.crd.Crds;
import io.calicofleet.simulator.kubernetes.crd.EmbeddedObjects;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.resource.TypeCatalog;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import io.calicofleet.simulator.kubernetes.schema.Decoding;
import io.calicofleet.simulator.kubernetes.schema.DecodingException;
import io.calicofleet.simulator.kubernetes.schema.Structure;
import io.calicofleet.simulator.kubernetes.schema.Structures;
import io.calicofleet.simulator.kubernetes.validation.ObjectRules;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From what a client sent to what is stored: defaults, pruning, validation, generation. */
final class Preparation {

    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    /** Where a schema has values that are no part of it. */
    private static final Set<String> OPEN = Set.of("default", "example", "enum");

    private Preparation() {}

    /** How a type's objects merge. */
    static TypeInfo typeInfo(ResourceType type) {
        CrdVersion crd = type.crd();
        return crd == null ? TypeCatalog.ofKind(type.kind()) : crd.type();
    }

    /** Reads an object into its type, in place; the fields that were removed because the type does not have them. */
    static List<String> decode(ResourceType type, ObjectNode object, int minor) throws DecodingException {
        Structure structure = Structures.of(type);
        if (structure != null) {
            return Decoding.decode(object, structure, minor);
        }
        Structure metadata = Structures.metadata();
        JsonNode given = object.path("metadata");
        if (!given.isMissingNode() && !given.isNull() && !given.isObject()) {
            throw new DecodingException("json: cannot unmarshal "
                    + given.getNodeType().name().toLowerCase(Locale.ROOT) + " into Go value of type v1.ObjectMeta");
        }
        CrdVersion crd = type.crd();
        if (crd != null) {
            EmbeddedObjects.decode(object, crd.schema(), "", minor);
        }
        return given instanceof ObjectNode fields ? Decoding.decode(fields, metadata, minor) : List.of();
    }

    /** The fields of a custom object, in whose copy they go, that its schema does not have. */
    static List<String> undeclared(ResourceType type, ObjectNode object) {
        CrdVersion crd = type.crd();
        return crd != null && crd.schema().isObject() && !crd.preserveUnknownFields()
                ? CrdSchema.prune(object, crd.schema())
                : List.of();
    }

    /** What nobody owns of the spec where the server sets it when it makes an object, by kind. */
    private static final Map<String, List<String>> SET_BY_SERVER = Map.of(
            "Namespace", List.of("finalizers"),
            "Service", List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"),
            "Pod", List.of("priority", "preemptionPolicy", "serviceAccountName", "serviceAccount", "tolerations"));

    /**
     * A new or changed object without what the server has set in it.
     *
     * @param old empty for a new one
     * @param body what the client has sent
     */
    static ObjectNode sentByClient(ResourceType type, JsonNode old, ObjectNode object, JsonNode body) {
        ObjectNode sent = Json.shallow(object);
        if (!old.isEmpty()) {
            JsonNode counted = Json.at(old, "metadata", "annotations", TEMPLATE_GENERATION);
            if (counted.isTextual()) {
                sent.set("metadata", object.path("metadata").deepCopy());
                Json.child(Json.child(sent, "metadata"), "annotations").set(TEMPLATE_GENERATION, counted);
            }
            return sent;
        }
        if (type.has("status") || Crds.is(type)) {
            sent.remove("status");
        }
        if (type.crd() == null && type.kind().equals("Job")) {
            JobDefaults.withoutGenerated(sent);
        }
        if (type.crd() != null || !(object.get("spec") instanceof ObjectNode spec)) {
            return sent;
        }
        ObjectNode kept = type.kind().equals("Job") ? (ObjectNode) sent.path("spec") : Json.shallow(spec);
        SET_BY_SERVER.getOrDefault(type.kind(), List.of()).forEach(field -> copy(body.path("spec"), kept, field));
        if (type.kind().equals("Pod")) {
            Defaults.withoutToken(kept);
        }
        sent.set("spec", kept);
        if (kept.isEmpty()) {
            sent.remove("spec");
        }
        return sent;
    }

    /** The sent object with what a client cannot change taken from the stored one. */
    static ObjectNode carryOver(ResourceType type, ObjectNode old, ObjectNode body, String subresource) {
        ObjectNode result;
        if (subresource.equals("status")) {
            result = Json.shallow(old);
            result.set("metadata", old.path("metadata").deepCopy());
            copy(body, result, "status");
            if (type.crd() == null && body.path("metadata") instanceof ObjectNode sent) {
                copy(sent, (ObjectNode) result.get("metadata"), "labels");
                copy(sent, (ObjectNode) result.get("metadata"), "annotations");
            }
            return result;
        }
        if (subresource.equals("finalize")) {
            result = old.deepCopy();
            Json.child(result, "spec")
                    .set(
                            "finalizers",
                            body.path("spec").path("finalizers").isArray()
                                    ? body.path("spec").path("finalizers")
                                    : Json.array());
            return result;
        }
        result = Json.shallow(body);
        ObjectNode metadata = body.path("metadata").deepCopy();
        JsonNode before = old.path("metadata");
        for (String field : List.of(
                "uid",
                "creationTimestamp",
                "generation",
                "resourceVersion",
                "deletionTimestamp",
                "deletionGracePeriodSeconds",
                "namespace")) {
            copy(before, metadata, field);
        }
        // A client may rewrite who owns what, as kubectl does when it takes over client-side apply; [{}] resets it.
        JsonNode managed = metadata.path("managedFields");
        if (managed.isEmpty()) {
            copy(before, metadata, "managedFields");
        } else if (managed.path(0).isEmpty()) {
            metadata.remove("managedFields");
        }
        result.set("metadata", metadata);
        if (type.has("status") || Crds.is(type)) {
            copy(old, result, "status");
        }
        if (type.kind().equals("Service") && type.group().isEmpty()) {
            keepServiceAddress(old, result);
        }
        if (type.kind().equals("Namespace") && type.group().isEmpty()) {
            ObjectNode spec = Json.object();
            copy(old.path("spec"), spec, "finalizers");
            result.set("spec", spec);
        }
        return result;
    }

    private static void keepServiceAddress(ObjectNode old, ObjectNode result) {
        if (result.path("spec") instanceof ObjectNode spec && !spec.has("clusterIP")) {
            ObjectNode kept = Json.shallow(spec);
            copy(old.path("spec"), kept, "clusterIP");
            result.set("spec", kept);
        }
        ObjectNode now = result.path("spec").isObject() ? (ObjectNode) result.path("spec") : Json.object();
        boolean leavesAddress = Json.text(now, "type").equals("ExternalName")
                && !Json.text(old, "spec", "type").equals("ExternalName");
        if (leavesAddress) {
            ObjectNode spec = Json.shallow(now);
            spec.remove(List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"));
            result.set("spec", spec);
        }
        boolean leavesNodes = !Json.text(old, "spec", "type").equals("ClusterIP")
                && Json.text(result, "spec", "type").equals("ClusterIP");
        if (leavesNodes) {
            ObjectNode spec = result.path("spec").deepCopy();
            spec.path("ports").forEach(port -> ((ObjectNode) port).remove("nodePort"));
            for (String field :
                    List.of("externalTrafficPolicy", "healthCheckNodePort", "allocateLoadBalancerNodePorts")) {
                if (spec.path(field).equals(old.path("spec").path(field))) {
                    spec.remove(field);
                }
            }
            result.set("spec", spec);
        }
    }

    private static void copy(JsonNode from, ObjectNode to, String field) {
        JsonNode value = from.get(field);
        if (value == null) {
            to.remove(field);
        } else {
            to.set(field, value);
        }
    }

    /** Defaults, prunes and validates; raises the generation where the desired state changed. */
    static ObjectNode prepare(
            Cluster cluster, ResourceType type, ObjectNode sent, @Nullable ObjectNode old, WriteOptions options) {
        ObjectNode object = sent.deepCopy();
        String name = Json.text(object, "metadata", "name");
        List<Problem> problems = new ArrayList<>();
        int minor = cluster.types().version().minor();
        CrdVersion crd = type.crd();
        if (crd != null) {
            cluster.mutate(type, object);
            custom(object, crd, minor, options, problems);
        } else {
            Json.pruneNulls(object, Crds.is(type) ? OPEN : Set.of());
            if (Crds.is(type)) {
                Crds.toStorage(object, type.apiVersion());
                if (old == null) {
                    object.set("status", Crds.newStatus(object));
                }
                problems.addAll(CrdRules.problems(object, old, type.version().equals("v1"), minor));
            } else {
                Defaults.apply(type.kind(), object, minor);
                problems.addAll(ObjectRules.check(type, object, old, minor));
            }
        }
        problems.addAll(0, ObjectRules.metadata(type, object, old, minor));
        if (!problems.isEmpty()) {
            throw ApiException.invalid(type, name, problems);
        }
        if (Crds.is(type)) {
            object.set("spec", Shared.tree(object.path("spec")));
        }
        if (type.crd() == null && type.kind().equals("DaemonSet")) {
            templateGeneration(object, old);
        }
        if (old != null && type.has("gen") && desiredChanged(type, old, object)) {
            long generation = old.path("metadata").path("generation").asLong();
            Json.child(object, "metadata").put("generation", generation + 1);
        }
        return object;
    }

    /** DaemonSets count the changes of their template in an annotation. */
    private static void templateGeneration(ObjectNode object, @Nullable ObjectNode old) {
        long generation = 1;
        if (old != null) {
            boolean changed = !Json.same(
                    old.path("spec").path("template"), object.path("spec").path("template"));
            generation =
                    Json.at(old, "metadata", "annotations", TEMPLATE_GENERATION).asLong(1) + (changed ? 1 : 0);
        }
        Json.child(Json.child(object, "metadata"), "annotations").put(TEMPLATE_GENERATION, Long.toString(generation));
    }

    private static void custom(
            ObjectNode object, CrdVersion crd, int minor, WriteOptions options, List<Problem> problems) {
        CrdSchema.wholeNumbers(object);
        JsonNode schema = crd.schema();
        if (!schema.isObject()) {
            return;
        }
        if (!crd.preserveUnknownFields()) {
            options.unknown(CrdSchema.prune(object, schema).stream().sorted().toList());
        }
        CrdSchema.defaults(object, schema);
        problems.addAll(CrdSchema.validate(object, schema, "", minor));
    }

    private static boolean desiredChanged(ResourceType type, ObjectNode old, ObjectNode object) {
        return !Json.same(desired(type, old), desired(type, object));
    }

    private static ObjectNode desired(ResourceType type, ObjectNode object) {
        ObjectNode desired = Json.object();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            boolean status = field.getKey().equals("status") && (type.has("status") || Crds.is(type));
            if (!status && !List.of("metadata", "apiVersion", "kind").contains(field.getKey())) {
                desired.set(field.getKey(), field.getValue());
            }
        }
        return desired;
    }
}
