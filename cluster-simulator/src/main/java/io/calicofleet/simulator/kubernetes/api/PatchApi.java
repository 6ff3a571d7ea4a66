package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.patch.FieldSet;
import io.calicofleet.simulator.kubernetes.patch.GoText;
import io.calicofleet.simulator.kubernetes.patch.ManagedFields;
import io.calicofleet.simulator.kubernetes.patch.MergePatch;
import io.calicofleet.simulator.kubernetes.patch.PatchException;
import io.calicofleet.simulator.kubernetes.patch.ServerSideApply;
import io.calicofleet.simulator.kubernetes.patch.StrategicMergePatch;
import io.calicofleet.simulator.kubernetes.patch.TypedLists;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import io.calicofleet.simulator.kubernetes.schema.DecodingException;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import io.fabric8.zjsonpatch.CompatibilityFlags;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The four kinds of patch on objects of one cluster. */
public final class PatchApi {

    /** The n of Kubernetes 1.n from which another kind is the client's fault (managedfields/internal/versioncheck.go). */
    private static final int CHECKS_TYPES = 27;
    /** From here on keys of lists that Kubernetes brings are empty where they are missing. */
    private static final int DEFAULTS_KEYS = 21;

    /** The n of Kubernetes 1.n from which a patch is looked at before it is applied. */
    public static final int LIMITS_PATCHES = 30;

    /** From here on what changes nothing is of no time. */
    private static final int KEEPS_TIMES = 22;

    private static final String STRATEGIC = "application/strategic-merge-patch+json";
    private static final EnumSet<CompatibilityFlags> STRICT = EnumSet.of(
            CompatibilityFlags.FORBID_REMOVE_MISSING_OBJECT,
            CompatibilityFlags.MISSING_VALUES_AS_NULLS,
            CompatibilityFlags.ALLOW_MISSING_TARGET_OBJECT_ON_REPLACE);
    private static final Set<String> KNOWN = Set.of("application/json-patch+json", "application/merge-patch+json");
    private static final Set<String> OPERATIONS = Set.of("add", "remove", "replace", "move", "copy", "test");

    private final Cluster cluster;
    private final ObjectApi objects;

    /** What a patch answers: the object, and whether it was made (server-side apply creates). */
    public record Patched(ObjectNode object, boolean created) {}

    public PatchApi(Cluster cluster, ObjectApi objects) {
        this.cluster = cluster;
        this.objects = objects;
    }

    /** Patches by the media type of the body. */
    public Patched patch(
            ResourceType type,
            String namespace,
            String name,
            String subresource,
            String mediaType,
            JsonNode patch,
            WriteOptions options) {
        if (mediaType.equals("application/apply-patch+yaml")) {
            if (!(patch instanceof ObjectNode configuration)) {
                throw ApiException.badRequest("an applied configuration is an object");
            }
            return apply(type, namespace, name, subresource, configuration, options);
        }
        boolean known = mediaType.equals(STRATEGIC) ? type.crd() == null : KNOWN.contains(mediaType);
        if (!known) {
            throw type.crd() == null ? ApiException.unsupportedMediaType() : ApiException.unsupportedPatch();
        }
        return cluster.store().locked(() -> {
            ObjectNode stored = cluster.store().get(type.groupResource(), new ObjectKey(namespace, name));
            if (stored == null) {
                throw ApiException.notFound(type, name);
            }
            ObjectNode shown = ObjectApi.toVersion(type, stored);
            JsonNode patched = patched(
                    type, shown, mediaType, patch, cluster.types().version().minor());
            if (!(patched instanceof ObjectNode result)) {
                throw ApiException.badRequest("the patch leaves no object");
            }
            ObjectNode body = result.deepCopy();
            try {
                options.unknown(
                        Preparation.decode(type, body, cluster.types().version().minor()));
            } catch (DecodingException e) {
                throw unreadable(mediaType, patch, result, e);
            } catch (ApiException e) {
                throw e.code() == 400 && type.crd() == null ? unreadable(mediaType, patch, result, e) : e;
            }
            keepsUid(type, stored, body);
            WriteChecks.named(body, namespace, name, cluster.types().version().minor());
            if (type.crd() != null) {
                WriteChecks.stays(type, body);
            } else if (!mediaType.equals(STRATEGIC)) {
                isOfKind(type, body, patch);
            }
            return new Patched(objects.replace(type, stored, body, subresource, options), false);
        });
    }

    /** What a patch leaves is not of its type: a strategic patch is shown as Go prints maps, of another what it leaves. */
    private static ApiException unreadable(String mediaType, JsonNode patch, JsonNode result, Exception why) {
        String shown = mediaType.equals(STRATEGIC) ? GoText.of(patch) : result.toString();
        return ApiException.invalid(
                "", "", "", List.of(Problem.invalid("patch", shown, String.valueOf(why.getMessage()))));
    }

    /** A patch changes no uid; a server finds that twice. */
    private static void keepsUid(ResourceType type, ObjectNode stored, ObjectNode body) {
        String uid = Json.text(body, "metadata", "uid");
        if (!uid.isEmpty() && !uid.equals(Json.text(stored, "metadata", "uid"))) {
            Problem problem = Problem.invalid("metadata.uid", uid, "field is immutable");
            throw ApiException.invalid(type, Json.text(stored, "metadata", "name"), List.of(problem, problem));
        }
    }

    /** What a JSON patch or merge patch leaves is still of its type; a strategic one goes by the type alone. */
    private static void isOfKind(ResourceType type, ObjectNode body, JsonNode patch) {
        String kind = Json.text(body, "kind");
        String apiVersion = Json.text(body, "apiVersion");
        if (!kind.equals(type.kind()) || !apiVersion.equals(type.apiVersion())) {
            Problem problem = Problem.invalid(
                    "patch",
                    patch.toString(),
                    "unable to decode " + apiVersion + ", Kind=" + kind + " into " + type.apiVersion() + ", Kind="
                            + type.kind());
            throw ApiException.invalid("", "", "", List.of(problem));
        }
    }

    private static boolean isPatch(JsonNode operations) {
        return operations.isArray() && operations.valueStream().allMatch(JsonNode::isObject);
    }

    private static JsonNode patched(ResourceType type, ObjectNode shown, String mediaType, JsonNode patch, int minor) {
        if (mediaType.equals("application/json-patch+json") && !isPatch(patch)) {
            String is = "json: cannot unmarshal " + patch.getNodeType().name().toLowerCase(Locale.ROOT);
            throw ApiException.badRequest(
                    minor >= LIMITS_PATCHES
                            ? "error decoding patch: " + is + " into Go value of type []handlers.jsonPatchOp"
                            : is + " into Go value of type jsonpatch.Patch");
        }
        if (mediaType.equals("application/merge-patch+json") && !patch.isObject() && minor >= LIMITS_PATCHES) {
            throw ApiException.badRequest(
                    patch.isNull()
                            ? "Invalid JSON Patch"
                            : "error decoding patch: json: cannot unmarshal "
                                    + patch.getNodeType().name().toLowerCase(Locale.ROOT)
                                    + " into Go value of type map[string]interface {}");
        }
        boolean operates = !mediaType.equals("application/json-patch+json")
                || patch.valueStream()
                        .allMatch(each -> OPERATIONS.contains(each.path("op").asText("")));
        if (!operates) {
            throw new ApiException(422, "Invalid", "the server rejected our request due to an error in our request");
        }
        if (mediaType.equals(STRATEGIC) && !patch.isObject()) {
            throw ApiException.badRequest("json: cannot unmarshal "
                    + patch.getNodeType().name().toLowerCase(Locale.ROOT)
                    + " into Go value of type map[string]interface {}");
        }
        try {
            return switch (mediaType) {
                case "application/json-patch+json" -> JsonPatch.apply(patch, shown, STRICT);
                case "application/merge-patch+json" -> MergePatch.apply(shown, patch);
                default -> StrategicMergePatch.apply(shown, patch, Preparation.typeInfo(type));
            };
        } catch (PatchException e) {
            String why = String.valueOf(e.getMessage());
            throw e.isOfForm() ? ApiException.badRequest(why) : ApiException.failed(why);
        } catch (JsonPatchException e) {
            throw new ApiException(422, "Invalid", "the server rejected our request due to an error in our request");
        }
    }

    private Patched apply(
            ResourceType type,
            String namespace,
            String name,
            String subresource,
            ObjectNode configuration,
            WriteOptions options) {
        if (configuration.path("metadata").path("managedFields").isArray()) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        if (!configuration.path("apiVersion").asText().equals(type.apiVersion())
                || !configuration.path("kind").asText().equals(type.kind())) {
            String meant = configuration.path("apiVersion").asText();
            String why = "invalid object type: " + (meant.indexOf('/') < 0 ? "/" : "") + meant + ", Kind="
                    + configuration.path("kind").asText();
            throw cluster.types().version().minor() >= CHECKS_TYPES
                    ? ApiException.badRequest(why)
                    : ApiException.failed(why);
        }
        typed(type, configuration);
        String called = Json.text(configuration, "metadata", "name");
        return cluster.store().locked(() -> {
            ObjectNode stored = cluster.store().get(type.groupResource(), new ObjectKey(namespace, name));
            if (stored == null) {
                if (!subresource.isEmpty()) {
                    throw ApiException.notFound(type, name);
                }
                WriteChecks.named(
                        configuration,
                        namespace,
                        name,
                        cluster.types().version().minor());
                String uid = Json.text(configuration, "metadata", "uid");
                if (!uid.isEmpty()) {
                    throw ApiException.conflict(
                            type,
                            name,
                            "uid mismatch: the provided object specified uid " + uid
                                    + ", and no existing object was found");
                }
                return create(type, namespace, name, configuration, options);
            }
            if (called.isEmpty()) {
                WriteChecks.placed(
                        configuration, namespace, cluster.types().version().minor());
            } else {
                WriteChecks.named(
                        configuration,
                        namespace,
                        name,
                        cluster.types().version().minor());
            }
            return new Patched(merge(type, stored, subresource, configuration, options), false);
        });
    }

    /** A configuration with fields that its type does not have, or with values it does not take, is not applied. */
    private void typed(ResourceType type, ObjectNode configuration) {
        String failed = "failed to create typed patch object"
                + (cluster.types().version().minor() < CHECKS_TYPES
                        ? ": "
                        : " (" + Json.text(configuration, "metadata", "namespace") + "/"
                                + Json.text(configuration, "metadata", "name") + "; "
                                + (type.group().isEmpty() ? "/" : "") + type.apiVersion() + ", Kind=" + type.kind()
                                + "): ");
        try {
            ObjectNode sent = configuration.deepCopy();
            List<String> unknown = new ArrayList<>(
                    Preparation.decode(type, sent, cluster.types().version().minor()));
            unknown.addAll(Preparation.undeclared(type, sent));
            if (!unknown.isEmpty()) {
                throw ApiException.failed(failed + "." + unknown.get(0) + ": field not declared in schema");
            }
            boolean defaulted = type.crd() == null && cluster.types().version().minor() >= DEFAULTS_KEYS;
            TypedLists.check(ManagedFields.owned(configuration), Preparation.typeInfo(type), "", defaulted);
        } catch (PatchException e) {
            throw ApiException.failed(failed + e.getMessage());
        } catch (DecodingException e) {
            throw ApiException.failed(failed + e.getMessage());
        }
    }

    private Patched create(
            ResourceType type, String namespace, String name, ObjectNode configuration, WriteOptions options) {
        ObjectNode body = configuration.deepCopy();
        Json.child(body, "metadata").put("name", name);
        TypeInfo info = Preparation.typeInfo(type);
        ObjectNode made = objects.create(type, namespace, body, options, created -> {
            ManagedFields fields = ManagedFields.of(created);
            fields.applied(
                    FieldSet.of(ManagedFields.owned(configuration), info),
                    FieldSet.empty(),
                    objects.writer(type, "", options));
            fields.to(created);
        });
        return new Patched(made, true);
    }

    private ObjectNode merge(
            ResourceType type, ObjectNode stored, String subresource, ObjectNode configuration, WriteOptions options) {
        TypeInfo info = Preparation.typeInfo(type);
        ObjectNode live = ObjectApi.toVersion(type, stored);
        ObjectNode config = ManagedFields.owned(configuration);
        ManagedFields managed = ManagedFields.of(stored);
        ManagedFields.Writer writer = objects.writer(type, subresource, options);
        FieldSet applied = FieldSet.of(config, info);
        JsonNode merged = ServerSideApply.merge(live, config, info);
        FieldSet changed = FieldSet.changed(ManagedFields.owned(live), ManagedFields.owned(merged), info);
        var conflicts = managed.conflicts(changed, applied, writer);
        if (!conflicts.isEmpty() && !options.force()) {
            throw ApiException.applyConflict(conflicts);
        }
        FieldSet dropped = managed.applied(applied, changed, writer);
        ObjectNode body = (ObjectNode) ServerSideApply.remove(merged, dropped, info);
        ObjectNode metadata = Json.child(body, "metadata");
        for (String field : List.of("uid", "resourceVersion")) {
            JsonNode wanted = configuration.path("metadata").path(field);
            if (wanted.isTextual()) {
                metadata.set(field, wanted);
            }
        }
        keepsUid(type, stored, body);
        ObjectNode updated = objects.beforeStore(type, stored, body, subresource, options);
        boolean changes = !ManagedFields.sameApart(stored, updated);
        if (!changes && cluster.types().version().minor() >= KEEPS_TIMES) {
            managed.appliedNothing(writer);
        }
        managed.to(updated);
        return objects.store(type, stored, updated, options);
    }
}
