package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
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
        ObjectNode details = status.putObject("details");
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        details.put("kind", type.plural());
        return this;
    }

    /** 404: no such object. */
    public static ApiException notFound(ResourceType type, String name) {
        return new ApiException(404, "NotFound", type.qualifiedName() + " \"" + name + "\" not found")
                .about(type, name);
    }

    /** 404: no such path. */
    public static ApiException noSuchResource() {
        return new ApiException(404, "NotFound", "the server could not find the requested resource");
    }

    /** 409: the name is taken. */
    public static ApiException alreadyExists(ResourceType type, String name) {
        return new ApiException(409, "AlreadyExists", type.qualifiedName() + " \"" + name + "\" already exists")
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

    /** 422: the object is not valid. */
    public static ApiException invalid(ResourceType type, String name, List<Problem> problems) {
        String all = problems.size() == 1
                ? problems.get(0).text()
                : "[" + String.join(", ", problems.stream().map(Problem::text).toList()) + "]";
        String kind = type.group().isEmpty() ? type.kind() : type.kind() + "." + type.group();
        ApiException exception =
                new ApiException(422, "Invalid", kind + " \"" + name + "\" is invalid: " + all).about(type, name);
        ObjectNode details = Json.child(exception.status, "details");
        details.put("kind", type.kind());
        for (Problem problem : problems) {
            Json.list(details, "causes")
                    .addObject()
                    .put("reason", problem.reason())
                    .put("message", problem.message())
                    .put("field", problem.field());
        }
        return exception;
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

    /** 410: the resource version is too old. */
    public static ApiException gone(String message) {
        return new ApiException(410, "Expired", message);
    }

    /** 405. */
    public static ApiException methodNotAllowed() {
        return new ApiException(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    /** 415. */
    public static ApiException unsupportedMediaType(String supported) {
        return new ApiException(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: " + supported);
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
