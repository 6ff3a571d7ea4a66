package io.calicofleet.simulator.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * One request of a case and what must be answered, as the case files in {@code conformance/} have it.
 *
 * @param spec the step as it is written
 * @param fill puts in what placeholders stand for
 */
record Step(JsonNode spec, UnaryOperator<String> fill) {

    private static final Map<String, String> TYPES = Map.of(
            "merge", "application/merge-patch+json",
            "strategic", "application/strategic-merge-patch+json",
            "json", "application/json-patch+json",
            "apply", "application/apply-patch+yaml");
    private static final Set<String> KNOWN = Set.of(
            "do",
            "type",
            "accept",
            "as",
            "body",
            "text",
            "answer",
            "causes",
            "message",
            "has",
            "owns",
            "items",
            "events",
            "save",
            "eventually");

    Step {
        Set<String> unknown = new HashSet<>();
        spec.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(KNOWN);
        assertThat(unknown).as("words nobody knows in " + spec).isEmpty();
    }

    /** Whether what must be answered may take a while. */
    boolean eventually() {
        return spec.path("eventually").asBoolean();
    }

    /** The variables that the answer gives, with where they are in it. */
    JsonNode saved() {
        return spec.path("save");
    }

    private String filled(String field) {
        return fill.apply(spec.path(field).asText(""));
    }

    /** What is sent. */
    Api.Call call() {
        String[] words = filled("do").split(" ", 2);
        String type = spec.path("type").asText("");
        JsonNode body = spec.path("body");
        String text = body.isMissingNode() ? filled("text") : fill.apply(body.toString());
        return new Api.Call(
                words[0],
                words[1],
                TYPES.getOrDefault(type, type.isEmpty() ? "application/json" : type),
                filled("accept"),
                filled("as"),
                text);
    }

    /** Compares an answer with what is written. */
    void check(Api.Answer answer) {
        String[] wanted = spec.path("answer").asText("").split(" ", 2);
        assertThat(Integer.toString(answer.code()))
                .as("code of " + answer.body())
                .isEqualTo(wanted[0]);
        if (wanted.length > 1) {
            assertThat(Json.text(answer.body(), "reason")).as("reason").isEqualTo(wanted[1]);
        }
        if (spec.has("causes")) {
            Set<String> causes = new HashSet<>();
            answer.body()
                    .at("/details/causes")
                    .forEach(
                            cause -> causes.add((Json.text(cause, "reason") + " " + Json.text(cause, "field")).trim()));
            assertThat(causes).as("causes of " + answer.body()).isEqualTo(new HashSet<>(texts("causes")));
        }
        if (spec.has("message")) {
            assertThat(Json.text(answer.body(), "message")).contains(filled("message"));
        }
        spec.path("has").properties().forEach(field -> has(answer.body(), field.getKey(), field.getValue()));
        spec.path("owns").properties().forEach(owner -> owns(answer.body(), owner.getKey(), owner.getValue()));
        if (spec.has("items")) {
            List<String> names = new ArrayList<>();
            answer.body().path("items").forEach(item -> names.add(Json.text(item, "metadata", "name")));
            assertThat(names).as("items").isEqualTo(texts("items"));
        }
        if (spec.has("events")) {
            events(answer);
        }
    }

    private List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        spec.path(field).forEach(text -> texts.add(fill.apply(text.asText())));
        return texts;
    }

    /** {@code /a/b} is a pointer; a value {@code present} or {@code absent} asks for no more than that. */
    private void has(JsonNode body, String pointer, JsonNode value) {
        JsonNode there = body.at(fill.apply(pointer));
        switch (value.asText("")) {
            case "present" ->
                assertThat(there.isMissingNode()).as(pointer + " is in " + body).isFalse();
            case "absent" ->
                assertThat(there.isMissingNode())
                        .as(pointer + " is not in " + body)
                        .isTrue();
            default -> {
                JsonNode wanted = Json.parse(fill.apply(value.toString()));
                assertThat(Json.same(there, wanted))
                        .as(pointer + " is " + wanted + " in " + body)
                        .isTrue();
            }
        }
    }

    private static void owns(JsonNode body, String owner, JsonNode fields) {
        String[] words = owner.split(" ", 2);
        String manager = words[0];
        String operation = words.length > 1 ? words[1] : "Apply";
        for (JsonNode entry : body.at("/metadata/managedFields")) {
            if (Json.text(entry, "manager").equals(manager)
                    && Json.text(entry, "operation").equals(operation)) {
                assertThat(Json.sorted(entry.path("fieldsV1")))
                        .as("fields of " + owner)
                        .isEqualTo(Json.sorted(fields));
                return;
            }
        }
        assertThat(fields.isNull())
                .as(owner + " owns " + fields + " in " + body.at("/metadata/managedFields"))
                .isTrue();
    }

    /** {@code TYPE name}, or {@code ERROR reason}, in any order. */
    private void events(Api.Answer answer) {
        List<String> events = new ArrayList<>();
        for (JsonNode event : answer.lines()) {
            String type = Json.text(event, "type");
            String about = switch (type) {
                case "BOOKMARK" -> "";
                case "ERROR" -> Json.text(event, "object", "reason");
                default -> Json.text(event, "object", "metadata", "name");
            };
            events.add((type + " " + about).trim());
        }
        assertThat(events).as("events").containsExactlyInAnyOrderElementsOf(texts("events"));
    }

    @Override
    public String toString() {
        return filled("do").toLowerCase(Locale.ROOT);
    }
}
