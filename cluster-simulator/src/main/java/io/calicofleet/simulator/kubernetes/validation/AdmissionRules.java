package io.calicofleet.simulator.kubernetes.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules of admission policies, and of the services that webhooks and conversions call. */
public final class AdmissionRules {

    private AdmissionRules() {}

    static void policy(JsonNode spec, List<Problem> problems) {
        if (spec.path("validations").isEmpty() && spec.path("auditAnnotations").isEmpty()) {
            String why = "validations or auditAnnotations must contain at least one item";
            problems.add(Problem.required("spec.validations", why));
            problems.add(Problem.required("spec.auditAnnotations", why));
        }
        if (spec.path("matchConstraints").isObject()
                && spec.path("matchConstraints").path("resourceRules").isEmpty()) {
            problems.add(Problem.required("spec.matchConstraints.resourceRules", ""));
        }
        for (int i = 0; i < spec.path("validations").size(); i++) {
            JsonNode message = spec.path("validations").get(i).path("message");
            if (!message.asText("").isEmpty() && message.asText().isBlank()) {
                problems.add(Problem.invalid(
                        "spec.validations[" + i + "].message", message, "must be non-empty if specified"));
            }
        }
        for (int i = 0; i < spec.path("variables").size(); i++) {
            JsonNode name = spec.path("variables").get(i).path("name");
            if (!name.asText("").isBlank() && !name.asText().matches("[_a-zA-Z][_a-zA-Z0-9]*")) {
                problems.add(Problem.invalid("spec.variables[" + i + "].name", name, "must be a valid CEL identifier"));
            }
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < spec.path("matchConditions").size(); i++) {
            JsonNode name = spec.path("matchConditions").get(i).path("name");
            if (!name.asText("").isEmpty() && !names.add(name.asText())) {
                problems.add(Problem.duplicate("spec.matchConditions[" + i + "].name", name));
            }
        }
    }

    /** Where a webhook is: a URL, or a service. A service without its name is told of as one without its namespace, as it is. */
    public static void client(JsonNode config, String at, List<Problem> problems) {
        if (config.has("url") == config.path("service").isObject()) {
            problems.add(Problem.required(at, "exactly one of url or service is required"));
        }
        JsonNode service = config.path("service");
        if (service.isObject()) {
            if (service.path("name").asText("").isEmpty()) {
                problems.add(Problem.required(at + ".service.namespace", ""));
            }
            if (service.path("namespace").asText("").isEmpty()) {
                problems.add(Problem.required(at + ".service.name", ""));
            }
        }
        JsonNode url = config.path("url");
        if (!url.isTextual()) {
            return;
        }
        if (url.asText().startsWith("https://")) {
            url(url, at + ".url", problems);
        } else {
            problems.add(Problem.invalid(
                    at + ".url", url, "'https' is the only allowed URL scheme; desired format: https://host[/path]"));
        }
    }

    private static void url(JsonNode url, String at, List<Problem> problems) {
        String text = url.asText();
        String form = "; desired format: https://host[/path]";
        if (text.equals("https://")) {
            problems.add(Problem.invalid(at, "", "host must be specified" + form));
        }
        if (text.indexOf('@') >= 0) {
            problems.add(Problem.invalid(at, url, "user information is not permitted in the URL"));
        }
        if (text.indexOf('#') >= 0) {
            problems.add(Problem.invalid(at, url, "fragments are not permitted in the URL"));
        }
        if (text.indexOf('?') >= 0) {
            problems.add(Problem.invalid(at, url, "query parameters are not permitted in the URL"));
        }
    }

    /** The path and the port at which a service is called. */
    public static void called(JsonNode service, String at, List<Problem> problems) {
        JsonNode path = service.path("path");
        if (!path.asText("").isEmpty()) {
            Names.urlPath(path.asText()).forEach(why -> problems.add(Problem.invalid(at + ".path", path, why)));
        }
        JsonNode port = service.path("port");
        if (port.isNumber() && (port.asLong() < 1 || port.asLong() > 65_535)) {
            problems.add(Problem.invalid(
                    at + ".port",
                    IntNode.valueOf(port.asInt()),
                    "port is not valid: must be between 1 and 65535, inclusive"));
        }
    }
}
