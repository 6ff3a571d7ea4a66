package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.rbac.Access;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.util.List;
import java.util.Map;

/** A request that fails, with the Status the API answers. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int code;
    private final transient ObjectNode status;

    /** A failure with its HTTP code and the reason by the API's names. */
    public ApiException(int code, String reason, String message) {
        super(message);
        this.code = code;
        this.status =
                Json.object().put("kind", "Status").put("apiVersion", "v1").set("metadata", Json.object());
        status.put("status", "Failure").put("message", message);
        if (!reason.isEmpty()) {
            status.put("reason", reason);
        }
        status.put("code", code);
    }

    /** The HTTP code. */
    public int code() {
        return code;
    }

    /** The Status object. */
    public ObjectNode status() {
        return status;
    }

    private ApiException about(ResourceType type, String name) {
        return about(type.group(), type.plural(), name);
    }

    private ApiException about(String group, String kind, String name) {
        ObjectNode details = status.putObject("details");
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        if (!group.isEmpty()) {
            details.put("group", group);
        }
        if (!kind.isEmpty()) {
            details.put("kind", kind);
        }
        return this;
    }

    private ApiException causes(List<Problem> problems) {
        for (Problem problem : problems) {
            Json.list(Json.child(status, "details"), "causes")
                    .addObject()
                    .put("reason", problem.reason())
                    .put("message", problem.message())
                    .put("field", problem.field());
        }
        return this;
    }

    /** 500: the server gives up with no more than a message. */
    public static ApiException failed(String message) {
        return new ApiException(500, "", message);
    }

    /** 500: a resource version that is no number. */
    public static ApiException badVersion(String version) {
        return failed("resourceVersion: Invalid value: \"" + version + "\": strconv.ParseUint: parsing \"" + version
                + "\": invalid syntax");
    }

    /** 404: no such object. */
    public static ApiException notFound(ResourceType type, String name) {
        return new ApiException(404, "NotFound", type.qualifiedName() + " \"" + name + "\" not found")
                .about(type, name);
    }

    /** 404: no such path. */
    public static ApiException noSuchResource() {
        ApiException exception = new ApiException(404, "NotFound", "the server could not find the requested resource");
        exception.status.putObject("details");
        return exception;
    }

    /** 404: no such namespace. */
    public static ApiException noSuchNamespace(String name) {
        return new ApiException(404, "NotFound", "namespaces \"" + name + "\" not found").about("", "namespaces", name);
    }

    /** 403: the namespace is being deleted. */
    public static ApiException terminating(ResourceType type, String name, String namespace) {
        return forbidden(
                        type,
                        name,
                        "unable to create new content in namespace " + namespace + " because it is being terminated")
                .causes(List.of(new Problem(
                        "NamespaceTerminating",
                        "metadata.namespace",
                        "namespace " + namespace + " is being terminated")));
    }

    /** 404: an object of this name, or its subresource, is not served. */
    public static ApiException noSuchResource(ResourceType type, String name) {
        return noSuchResource().about(type, name);
    }

    /** 409: the name is taken, maybe by an object that is being deleted. */
    public static ApiException alreadyExists(ResourceType type, String name, boolean ending) {
        String taken = type.qualifiedName() + " \"" + name + "\" already exists";
        return new ApiException(409, "AlreadyExists", ending ? "object is being deleted: " + taken : taken)
                .about(type, name);
    }

    /** 409: the object has changed since, or a precondition does not hold. */
    public static ApiException conflict(ResourceType type, String name, String why) {
        return new ApiException(
                        409,
                        "Conflict",
                        "Operation cannot be fulfilled on " + type.qualifiedName() + " \"" + name + "\": " + why)
                .about(type, name);
    }

    /** 409: a precondition of a deletion does not hold. */
    public static ApiException precondition(ResourceType type, String name, String why) {
        return new ApiException(
                        409,
                        "Conflict",
                        "Operation cannot be fulfilled on " + qualifiedKind(type) + " \"" + name + "\": " + why)
                .about(type.group(), type.kind(), name);
    }

    private static String qualifiedKind(ResourceType type) {
        return type.group().isEmpty() ? type.kind() : type.kind() + "." + type.group();
    }

    /** 422: the object is not valid. */
    public static ApiException invalid(ResourceType type, String name, List<Problem> problems) {
        return invalid(type.group(), type.kind(), name, problems);
    }

    /** 422: what a group calls a kind, here also a resource, is not valid. */
    public static ApiException invalid(String group, String kind, String name, List<Problem> problems) {
        List<String> texts = problems.stream().map(Problem::text).distinct().toList();
        String all = texts.size() == 1 ? texts.get(0) : "[" + String.join(", ", texts) + "]";
        String qualified = group.isEmpty() ? kind : kind + "." + group;
        return new ApiException(422, "Invalid", qualified + " \"" + name + "\" is invalid: " + all)
                .about(group, kind, name)
                .causes(problems);
    }

    /** 422: the options of a request are not valid; the kind is such as PatchOptions. */
    public static ApiException invalidOptions(String kind, List<Problem> problems) {
        return invalid("meta.k8s.io", kind, "", problems);
    }

    /** 500: the server itself could not do it. */
    public static ApiException internal(String why) {
        ApiException exception = new ApiException(500, "InternalError", "Internal error occurred: " + why);
        Json.list(exception.status.putObject("details"), "causes").addObject().put("message", why);
        return exception;
    }

    /** 400: the request makes no sense. */
    public static ApiException badRequest(String message) {
        return new ApiException(400, "BadRequest", message);
    }

    /** 403. */
    public static ApiException forbidden(ResourceType type, String name, String why) {
        return new ApiException(403, "Forbidden", type.qualifiedName() + " \"" + name + "\" is forbidden: " + why)
                .about(type, name);
    }

    /** 403: somebody may not do it. */
    public static ApiException forbidden(Access access, String why) {
        int slash = access.resource().indexOf('/');
        String plural = slash < 0 ? access.resource() : access.resource().substring(0, slash);
        String qualified = access.group().isEmpty() ? plural : plural + "." + access.group();
        String name = access.name().isEmpty() ? "" : " \"" + access.name() + "\"";
        return new ApiException(403, "Forbidden", qualified + name + " is forbidden: " + why)
                .about(access.group(), plural, access.name());
    }

    /** 404: what a request names is not there. */
    public static ApiException notFound(Access access, String name) {
        String qualified = access.group().isEmpty() ? access.resource() : access.resource() + "." + access.group();
        return new ApiException(404, "NotFound", qualified + " \"" + name + "\" not found")
                .about(access.group(), access.resource(), name);
    }

    /** 410: the resource version is too old. */
    public static ApiException gone(String message) {
        return new ApiException(410, "Expired", message);
    }

    /** 504: a resource version that is not reached yet. */
    public static ApiException tooLargeVersion(long asked, long current) {
        ApiException exception = new ApiException(
                504, "Timeout", "Timeout: Too large resource version: " + asked + ", current: " + current);
        exception.causes(List.of(new Problem("ResourceVersionTooLarge", "", "Too large resource version")));
        Json.child(exception.status, "details").put("retryAfterSeconds", 1);
        Json.child(exception.status, "details")
                .withArray("causes")
                .forEach(cause -> ((ObjectNode) cause).remove("field"));
        return exception;
    }

    /** 405. */
    public static ApiException methodNotAllowed() {
        return new ApiException(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    /** 415. */
    public static ApiException unsupportedMediaType() {
        return new ApiException(415, "UnsupportedMediaType", "415: Unsupported Media Type");
    }

    /** 415: a body that is of no format known here. */
    public static ApiException unknownFormat() {
        return new ApiException(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include:"
                        + " application/json, application/yaml, application/vnd.kubernetes.protobuf");
    }

    /** 415: a patch that custom objects do not take. */
    public static ApiException unsupportedPatch() {
        return new ApiException(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include:"
                        + " application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
    }

    /** 409 of server-side apply: fields that others own. */
    public static ApiException applyConflict(Map<String, List<String>> fieldsByOwner) {
        int count = fieldsByOwner.values().stream().mapToInt(List::size).sum();
        StringBuilder message = new StringBuilder("Apply failed with ")
                .append(count)
                .append(count == 1 ? " conflict: " : " conflicts: ");
        boolean first = true;
        for (var owner : fieldsByOwner.entrySet()) {
            if (!first) {
                message.append('\n');
            }
            first = false;
            message.append(owner.getValue().size() == 1 ? "conflict with " : "conflicts with ")
                    .append(owner.getKey())
                    .append(
                            owner.getValue().size() == 1
                                    ? ": " + owner.getValue().get(0)
                                    : ":");
            if (owner.getValue().size() > 1) {
                owner.getValue().forEach(field -> message.append("\n- ").append(field));
            }
        }
        ApiException exception = new ApiException(409, "Conflict", message.toString());
        ObjectNode details = Json.child(exception.status, "details");
        fieldsByOwner.forEach((owner, fields) -> fields.forEach(field -> Json.list(details, "causes")
                .addObject()
                .put("reason", "FieldManagerConflict")
                .put("message", "conflict with " + owner)
                .put("field", field)));
        return exception;
    }
}
