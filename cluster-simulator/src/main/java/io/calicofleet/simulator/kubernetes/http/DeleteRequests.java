package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.api.WriteChecks;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The bodies of deletions. */
final class DeleteRequests {

    /** From here on a body that cannot be read is the client's fault; before, the server gave up. */
    private static final int CLIENTS_FAULT = 25;

    /** What Go calls the types of the fields. */
    private static final Map<String, String> TYPES = Map.of(
            "gracePeriodSeconds", "int64",
            "propagationPolicy", "v1.DeletionPropagation",
            "orphanDependents", "bool",
            "dryRun", "[]string");

    private DeleteRequests() {}

    /** What a body asks for. */
    static ObjectNode read(Request request, int minor) {
        JsonNode body;
        try {
            body = request.json();
        } catch (ApiException e) {
            throw e.code() == 400 ? wrong(String.valueOf(e.getMessage()), minor) : e;
        }
        if (!(body instanceof ObjectNode options)) {
            throw wrong(
                    "couldn't get version/kind; json parse error: json: cannot unmarshal "
                            + body.getNodeType().name().toLowerCase(Locale.ROOT) + " into Go value of type "
                            + "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string"
                            + " \"json:\\\"kind,omitempty\\\"\" }",
                    minor);
        }
        String kind = Json.text(options, "kind");
        if (!kind.isEmpty() && !kind.equals("DeleteOptions")) {
            throw wrong(
                    "no kind \"" + kind + "\" is registered for version \"" + Json.text(options, "apiVersion") + "\""
                            + WriteChecks.scheme(minor),
                    minor);
        }
        for (String field : List.of("gracePeriodSeconds", "propagationPolicy", "orphanDependents", "dryRun")) {
            JsonNode value = options.path(field);
            boolean fits = value.isMissingNode()
                    || value.isNull()
                    || switch (field) {
                        case "gracePeriodSeconds" -> value.isIntegralNumber();
                        case "propagationPolicy" -> value.isTextual();
                        case "orphanDependents" -> value.isBoolean();
                        default -> value.isArray();
                    };
            if (!fits) {
                throw wrong(
                        "json: cannot unmarshal "
                                + value.getNodeType().name().toLowerCase(Locale.ROOT)
                                + " into Go struct field DeleteOptions." + field + " of type "
                                + TYPES.getOrDefault(field, "string"),
                        minor);
            }
        }
        return options;
    }

    private static ApiException wrong(String why, int minor) {
        return minor >= CLIENTS_FAULT ? ApiException.badRequest(why) : ApiException.failed(why);
    }
}
