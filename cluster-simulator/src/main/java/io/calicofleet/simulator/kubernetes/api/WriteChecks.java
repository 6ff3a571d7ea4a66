package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.util.List;
import java.util.function.BiPredicate;

/** What a write must have in common with its path, and with the object that it is about. */
public final class WriteChecks {

    /** From here on Services are replaced as other kinds are. */
    private static final int GENERAL_SERVICES = 23;

    private WriteChecks() {}

    /**
     * What is written is of the kind of the path, or says nothing of it.
     *
     * @param registered whether the server knows a kind of a group and version
     */
    static void kind(ResourceType type, ObjectNode body, int minor, BiPredicate<String, String> registered) {
        String kind = body.path("kind").asText("");
        String apiVersion = body.path("apiVersion").asText("");
        if (type.crd() != null) {
            custom(type, body, kind, apiVersion);
            return;
        }
        boolean other = !apiVersion.isEmpty() && !apiVersion.equals(type.apiVersion());
        boolean known = registered.test(
                apiVersion.isEmpty() ? type.apiVersion() : apiVersion, kind.isEmpty() ? type.kind() : kind);
        if (!known) {
            String named = kind.isEmpty() ? type.kind() : kind;
            int slash = apiVersion.indexOf('/');
            String version = apiVersion.isEmpty() ? type.version() : apiVersion.substring(slash + 1);
            throw ApiException.badRequest(
                    named + " in version \"" + version + "\" cannot be handled as a " + type.kind()
                            + ": no kind \"" + named + "\" is registered for version \""
                            + (apiVersion.isEmpty() ? type.apiVersion() : apiVersion)
                            + "\"" + scheme(minor));
        }
        if (other) {
            throw ApiException.badRequest("the API version in the data (" + apiVersion
                    + ") does not match the expected API version (" + type.apiVersion() + ")");
        }
        if (!kind.isEmpty() && !kind.equals(type.kind())) {
            String internal = type.group().isEmpty() ? "core" : type.group();
            throw ApiException.badRequest(cannotBeHandled(
                    kind,
                    type,
                    "converting (" + type.version() + "." + kind + ") to (" + internal + "." + type.kind()
                            + "): unknown conversion"));
        }
        body.put("kind", type.kind()).put("apiVersion", type.apiVersion());
    }

    /** Where servers of Kubernetes 1.{@code minor} say that they have looked for a kind. */
    public static String scheme(int minor) {
        return " in scheme \"pkg/runtime/scheme.go:" + (minor < 22 ? 100 : 111) + "\"";
    }

    /** A custom object says what it is. */
    private static void custom(ResourceType type, ObjectNode body, String kind, String apiVersion) {
        if ((body.has("kind") && !body.path("kind").isTextual())
                || (body.has("apiVersion") && !body.path("apiVersion").isTextual())) {
            throw ApiException.badRequest("the object provided is unrecognized (must be of type " + type.kind()
                    + "): couldn't get version/kind; json parse error: json: cannot unmarshal into a string");
        }
        if (kind.isEmpty()) {
            throw ApiException.badRequest("the object provided is unrecognized (must be of type " + type.kind()
                    + "): Object 'Kind' is missing in '" + body + "'");
        }
        if (!apiVersion.equals(type.apiVersion())) {
            throw ApiException.badRequest("the API version in the data (" + apiVersion
                    + ") does not match the expected API version (" + type.apiVersion() + ")");
        }
        customKind(type, kind, Json.text(body, "metadata", "name"));
    }

    private static void customKind(ResourceType type, String kind, String name) {
        if (!kind.equals(type.kind())) {
            Problem problem = Problem.invalid("kind", kind, "must be " + type.kind());
            throw ApiException.invalid(type.group(), kind, name, List.of(problem));
        }
    }

    /** What a patch leaves of a custom object is still what it was. */
    static void stays(ResourceType type, ObjectNode body) {
        String name = Json.text(body, "metadata", "name");
        customKind(type, Json.text(body, "kind"), name);
        if (!Json.text(body, "apiVersion").equals(type.apiVersion())) {
            Problem problem =
                    Problem.invalid("apiVersion", Json.text(body, "apiVersion"), "must be " + type.apiVersion());
            throw ApiException.invalid(type, name, List.of(problem));
        }
    }

    /** That a body is not what it is sent as. */
    public static String cannotBeHandled(String kind, ResourceType type, String why) {
        return kind + " in version \"" + type.version() + "\" cannot be handled as a " + type.kind() + ": " + why;
    }

    /** What is written has the name and the namespace of the path. */
    static void named(ObjectNode body, String namespace, String name, int minor) {
        String own = Json.text(body, "metadata", "name");
        if (own.isEmpty()) {
            throw ApiException.badRequest(
                    "the name of the object (" + name + " based on URL) was undeterminable: name must be provided");
        }
        if (!own.equals(name)) {
            throw ApiException.badRequest(
                    "the name of the object (" + own + ") does not match the name on the URL (" + name + ")");
        }
        placed(body, namespace, minor);
    }

    /** What is written has the namespace of the path, or names none; what belongs to no namespace may name any, which is dropped. */
    static void placed(ObjectNode body, String namespace, int minor) {
        String where = Json.text(body, "metadata", "namespace");
        if (!namespace.isEmpty() && !where.isEmpty() && !where.equals(namespace)) {
            throw ApiException.badRequest(
                    minor >= 22
                            ? "the namespace of the provided object does not match the namespace sent on the request"
                            : "the namespace of the object (" + where
                                    + ") does not match the namespace on the request (" + namespace + ")");
        }
    }

    /** Most built-in kinds may be replaced whatever their version is; Services only since Kubernetes 1.23. */
    private static void mayBeAny(ResourceType type, String name, int minor) {
        String field = "metadata.resourceVersion";
        String why = "must be specified for an update";
        if (type.crd() != null || type.has("versioned")) {
            Problem problem = new Problem(
                    "FieldValueInvalid",
                    field,
                    "Invalid value: " + (minor < Problem.SHOWS_JSON ? "0x0: " : "0: ") + why);
            throw ApiException.invalid(type.group(), type.plural(), name, List.of(problem));
        }
        if (isOldService(type, minor)) {
            throw ApiException.invalid(type, name, List.of(Problem.invalid(field, "", why)));
        }
    }

    /** Whether it is a Service of a server that replaces them in a way of their own. */
    static boolean isOldService(ResourceType type, int minor) {
        return type.group().isEmpty() && type.kind().equals("Service") && minor < GENERAL_SERVICES;
    }

    /** A changed object is of the version and the uid that it names, and does not begin a deletion. */
    static void meant(ResourceType type, ObjectNode old, ObjectNode body, int minor) {
        String name = Json.text(old, "metadata", "name");
        String version = Json.text(body, "metadata", "resourceVersion");
        if (!version.matches("[0-9]*")) {
            throw ApiException.failed("strconv.ParseUint: parsing \"" + version + "\": invalid syntax");
        }
        boolean any = version.isEmpty() || version.equals("0");
        if (any) {
            mayBeAny(type, name, minor);
        }
        if (!any && !version.equals(Json.text(old, "metadata", "resourceVersion"))) {
            throw ApiException.conflict(
                    type,
                    name,
                    "the object has been modified; please apply your changes to the latest version and try again");
        }
        String uid = Json.text(body, "metadata", "uid");
        if (!uid.isEmpty() && !uid.equals(Json.text(old, "metadata", "uid"))) {
            throw ApiException.conflict(
                    type,
                    name,
                    "StorageError: invalid object, Code: 4, Key: /" + type.plural() + "/"
                            + ObjectKey.of(old)
                            + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: "
                            + uid + ", UID in object meta: "
                            + Json.text(old, "metadata", "uid"));
        }
        JsonNode ends = body.path("metadata").path("deletionTimestamp");
        if (ends.isTextual() && !old.path("metadata").has("deletionTimestamp")) {
            throw ApiException.invalid(
                    type, name, List.of(Problem.invalid("metadata.deletionTimestamp", ends, "field is immutable")));
        }
    }
}
