package io.calicofleet.simulator.kubernetes.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.kubernetes.validation.AdmissionRules;
import io.calicofleet.simulator.kubernetes.validation.Names;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the versions of a CRD must be beside their schemas: names, columns, subresources, and how one becomes another. */
final class CrdVersionRules {

    private static final List<String> COLUMNS = List.of("boolean", "date", "integer", "number", "string");
    private static final List<String> FORMATS =
            List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");

    private static final int LONGEST_WARNING = 256;

    private final JsonNode spec;
    private final List<Problem> problems;

    private CrdVersionRules(JsonNode spec, List<Problem> problems) {
        this.spec = spec;
        this.problems = problems;
    }

    static void check(JsonNode spec, boolean v1, List<Problem> problems) {
        CrdVersionRules rules = new CrdVersionRules(spec, problems);
        JsonNode versions = spec.path("versions");
        for (int i = 0; i < versions.size(); i++) {
            rules.version(versions, i, v1);
        }
        rules.conversion();
    }

    private void version(JsonNode versions, int i, boolean v1) {
        JsonNode version = versions.get(i);
        String name = version.path("name").asText("");
        String at = "spec.versions[" + i + "]";
        for (String why : Names.dns1035(name)) {
            problems.add(Problem.invalid(at + ".name", name, why));
            if (i == 0 && (!name.isEmpty() || !v1)) {
                problems.add(Problem.invalid("spec.version", name, why));
            }
        }
        JsonNode warning = version.path("deprecationWarning");
        String place = at + ".deprecationWarning";
        if (warning.isTextual() && !version.path("deprecated").asBoolean()) {
            problems.add(Problem.invalid(place, warning, "can only be set for deprecated versions"));
        } else if (warning.isTextual() && warning.asText().isEmpty()) {
            problems.add(Problem.invalid(place, warning, "must not be an empty string"));
        } else if (warning.isTextual() && warning.asText().length() > LONGEST_WARNING) {
            problems.add(Problem.invalid(
                    place,
                    warning,
                    "must be <= " + LONGEST_WARNING + " characters, was "
                            + warning.asText().length()));
        }
        String top = versions.size() == 1 ? "spec" : at;
        JsonNode columns = version.path("additionalPrinterColumns");
        for (int j = 0; j < columns.size(); j++) {
            column(columns.get(j), top + ".additionalPrinterColumns[" + j + "].");
        }
        JsonNode scale = version.path("subresources").path("scale");
        if (scale.isObject()) {
            path(scale.path("specReplicasPath"), ".spec.", top + ".subresources.scale.specReplicasPath", true);
            path(scale.path("statusReplicasPath"), ".status.", top + ".subresources.scale.statusReplicasPath", true);
            path(scale.path("labelSelectorPath"), "", top + ".subresources.scale.labelSelectorPath", false);
        }
    }

    private void column(JsonNode column, String at) {
        if (column.path("name").asText("").isEmpty()) {
            problems.add(Problem.required(at + "name", ""));
        }
        String all = "must be one of " + String.join(",", COLUMNS);
        JsonNode type = column.path("type");
        if (type.asText("").isEmpty()) {
            problems.add(Problem.required(at + "type", all));
        } else if (!COLUMNS.contains(type.asText())) {
            problems.add(Problem.invalid(at + "type", type, all));
        }
        JsonNode format = column.path("format");
        if (!format.asText("").isEmpty() && !FORMATS.contains(format.asText())) {
            problems.add(Problem.invalid(at + "format", format, "must be one of " + String.join(",", FORMATS)));
        }
        path(column.path("jsonPath"), "", at + "JSONPath", true);
    }

    private void path(JsonNode path, String below, String at, boolean needed) {
        String text = path.asText("");
        if (text.isEmpty()) {
            if (needed) {
                problems.add(Problem.required(at, ""));
            }
        } else if (!text.startsWith(".")) {
            problems.add(Problem.invalid(at, text, "must be a simple json path starting with ."));
        } else if (!text.startsWith(below)) {
            problems.add(
                    Problem.invalid(at, text, "should be a json path under " + below.substring(0, below.length() - 1)));
        }
    }

    private void conversion() {
        JsonNode conversion = spec.path("conversion");
        if (!conversion.isObject()) {
            return;
        }
        JsonNode strategy = conversion.path("strategy");
        JsonNode webhook = conversion.path("webhook");
        JsonNode client =
                webhook.has("clientConfig") ? webhook.path("clientConfig") : conversion.path("webhookClientConfig");
        JsonNode reviews = webhook.has("conversionReviewVersions")
                ? webhook.path("conversionReviewVersions")
                : conversion.path("conversionReviewVersions");
        String config = "spec.conversion.webhookClientConfig";
        if (strategy.asText("").isEmpty()) {
            problems.add(Problem.required("spec.conversion.strategy", ""));
        } else if (!List.of("None", "Webhook").contains(strategy.asText())) {
            problems.add(Problem.notSupported("spec.conversion.strategy", strategy, List.of("None", "Webhook")));
        }
        if (strategy.asText("").equals("Webhook")) {
            if (!client.isObject()) {
                problems.add(Problem.required(config, "required when strategy is set to Webhook"));
            } else {
                AdmissionRules.client(client, config, problems);
                AdmissionRules.called(client.path("service"), config + ".service", problems);
            }
            reviews(reviews);
            return;
        }
        String unset = "should not be set when strategy is not set to Webhook";
        if (client.isObject()) {
            problems.add(Problem.forbidden(config, unset));
        }
        if (!reviews.isEmpty()) {
            problems.add(Problem.forbidden("spec.conversion.conversionReviewVersions", unset));
        }
    }

    private void reviews(JsonNode versions) {
        String at = "spec.conversion.conversionReviewVersions";
        if (versions.isEmpty()) {
            problems.add(Problem.required(at, ""));
            return;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < versions.size(); i++) {
            String version = versions.get(i).asText();
            String place = at + "[" + i + "]";
            if (!seen.add(version)) {
                problems.add(Problem.invalid(place, version, "duplicate version"));
            }
            Names.dns1035(version).forEach(why -> problems.add(Problem.invalid(place, version, why)));
        }
        if (!seen.contains("v1") && !seen.contains("v1beta1")) {
            problems.add(Problem.invalid(at, versions, "must include at least one of v1, v1beta1"));
        }
    }
}
