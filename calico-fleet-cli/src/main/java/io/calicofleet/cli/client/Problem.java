package io.calicofleet.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Why the planner refused a request (RFC 9457).
 *
 * @param status the HTTP status
 * @param title what kind of problem
 * @param detail what is wrong this time; empty where it says no more
 * @param fields what is wrong field by field
 */
public record Problem(int status, String title, String detail, List<FieldProblem> fields) {

    public Problem {
        fields = List.copyOf(fields);
    }

    /**
     * What is wrong with one field.
     *
     * @param field the path of the field, such as {@code waves[0].name}
     * @param message what is wrong with it
     * @param allowed what is allowed; empty where not said
     * @param suggestion what was probably meant; empty where nobody can tell
     */
    public record FieldProblem(String field, String message, String allowed, String suggestion) {}

    /** What was probably meant, of the first field of which that can be told; empty where of none. */
    public String suggestion() {
        return fields.stream()
                .map(FieldProblem::suggestion)
                .filter(suggestion -> !suggestion.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Reads the body of an answer of {@code application/problem+json}. */
    static Problem read(int status, JsonNode body) {
        List<FieldProblem> fields = new ArrayList<>();
        for (JsonNode field : body.path("problems")) {
            fields.add(new FieldProblem(
                    text(field.path("field")),
                    text(field.path("message")),
                    text(field.path("allowed")),
                    text(field.path("suggestion"))));
        }
        return new Problem(
                status, body.path("title").asText("the server refused the request"), text(body.path("detail")), fields);
    }

    private static String text(JsonNode node) {
        if (node.isArray()) {
            List<String> parts = new ArrayList<>();
            node.forEach(part -> parts.add(part.asText()));
            return String.join(", ", parts);
        }
        return node.isNull() ? "" : node.asText("");
    }
}
