package io.calicofleet.model.release.diff;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What changes in a custom resource definition: its versions and which of them is stored, and for each version that both
 * have, its fields. A default is taken from the schema, else from what the description says of it, since most of Calico's
 * are applied by its programs. What Calico writes itself, {@code status}, is not looked at.
 */
final class DefinitionDiff {

    /** {@code [Default: 90s]}, {@code (default: 90s)}, {@code The default is 90s}. */
    private static final List<Pattern> SAID = List.of(
            Pattern.compile("(?is)\\[\\s*default(?:s to)?\\s*[:=]?\\s*([^\\]]+)]"),
            Pattern.compile("(?is)\\(\\s*default(?:s to)?\\s*[:=]?\\s*([^)]+)\\)"),
            Pattern.compile("(?is)\\b(?:the default(?: value)? is|defaults to|default:)\\s+([^\\s,;]+)"));

    /** Of a field itself; what is below it is looked at on its own. */
    private static final List<String> RESTRICTIONS = List.of(
            "type",
            "format",
            "pattern",
            "minimum",
            "maximum",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "x-kubernetes-list-type",
            "x-kubernetes-list-map-keys",
            "x-kubernetes-map-type",
            "x-kubernetes-int-or-string",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-validations");

    private static final Set<String> NOT_PEOPLES = Set.of("apiVersion", "kind", "metadata", "status");

    private final Changes changes;

    private DefinitionDiff(Changes changes) {
        this.changes = changes;
    }

    static void compare(JsonNode before, JsonNode after, Changes changes) {
        changes.compare(ChangeArea.DEFINITIONS, "preserveUnknownFields", keepsUnknown(before), keepsUnknown(after));
        new DefinitionDiff(changes).definition(before.path("spec"), after.path("spec"));
    }

    /** Where it does not say, {@code v1beta1} keeps them and {@code v1} does not. */
    private static JsonNode keepsUnknown(JsonNode definition) {
        JsonNode said = definition.at("/spec/preserveUnknownFields");
        return said.isBoolean()
                ? said
                : Json.NODES.booleanNode(Json.text(definition, "apiVersion").endsWith("/v1beta1"));
    }

    private void definition(JsonNode before, JsonNode after) {
        for (String field : Json.names(before, after)) {
            switch (field) {
                case "version", "versions", "validation", "preserveUnknownFields" -> {}
                default ->
                    changes.compare(ChangeArea.DEFINITIONS, field, Json.get(before, field), Json.get(after, field));
            }
        }
        Map<String, JsonNode> olds = versions(before);
        Map<String, JsonNode> news = versions(after);
        changes.words(ChangeArea.DEFINITIONS, "version", olds.keySet(), news.keySet());
        String stored = stored(olds);
        String storedNow = stored(news);
        if (!stored.equals(storedNow)) {
            changes.add(ChangeArea.DEFINITIONS, "stored version", stored, storedNow);
        }
        olds.forEach((name, old) -> {
            JsonNode now = news.get(name);
            if (now != null) {
                changes.compare(
                        ChangeArea.DEFINITIONS, name + " served", Json.get(old, "served"), Json.get(now, "served"));
                changes.compare(
                        ChangeArea.DEFINITIONS,
                        name + " deprecated",
                        Json.get(old, "deprecated"),
                        Json.get(now, "deprecated"));
                JsonNode schema = old.at("/schema/openAPIV3Schema");
                JsonNode schemaNow = now.at("/schema/openAPIV3Schema");
                String path = news.size() > 1 ? name + " " : "";
                for (String field : Json.names(schema.get("properties"), schemaNow.get("properties"))) {
                    if (!NOT_PEOPLES.contains(field)) {
                        field(
                                path + field,
                                Json.get(schema.get("properties"), field),
                                Json.get(schemaNow.get("properties"), field));
                    }
                }
            }
        });
    }

    /** The versions by name; apiextensions/v1beta1 may have one only, and one schema for all. */
    private static Map<String, JsonNode> versions(JsonNode spec) {
        Map<String, JsonNode> versions = new LinkedHashMap<>();
        Json.elements(spec.get("versions")).forEach(version -> versions.put(Json.text(version, "name"), version));
        if (versions.isEmpty()) {
            var only = Json.object().put("name", Json.text(spec, "version")).put("served", true);
            only.put("storage", true);
            if (spec.get("validation") != null) {
                only.set("schema", spec.get("validation"));
            }
            versions.put(Json.text(spec, "version"), only);
        }
        return versions;
    }

    private static String stored(Map<String, JsonNode> versions) {
        return versions.entrySet().stream()
                .filter(version -> version.getValue().path("storage").asBoolean())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("none");
    }

    private void field(String path, @Nullable JsonNode before, @Nullable JsonNode after) {
        if (before == null || after == null) {
            changes.add(ChangeArea.FIELDS, path, before == null ? null : "", after == null ? null : "");
            return;
        }
        defaults(path, before, after);
        Meanings.compare(path, before, after, changes);
        if (isOutdated(after) && !isOutdated(before)) {
            changes.add(ChangeArea.FIELDS, path, "in use", "deprecated");
        }
        values(path, Json.texts(before.get("enum")), Json.texts(after.get("enum")));
        changes.words(
                ChangeArea.VALUES,
                path + " requires",
                Json.texts(before.get("required")),
                Json.texts(after.get("required")));
        for (String restriction : RESTRICTIONS) {
            String old = before.has(restriction) ? Trees.text(before.get(restriction)) : "";
            String now = after.has(restriction) ? Trees.text(after.get(restriction)) : "";
            if (!old.equals(now)) {
                changes.add(
                        ChangeArea.VALUES,
                        path + " " + restriction,
                        old.isEmpty() ? null : old,
                        now.isEmpty() ? null : now);
            }
        }
        JsonNode olds = before.get("properties");
        JsonNode news = after.get("properties");
        for (String field : Json.names(olds, news)) {
            field(path + "." + field, Json.get(olds, field), Json.get(news, field));
        }
        below(path + "[]", before, after, "items");
        below(path + "{}", before, after, "additionalProperties");
    }

    private void values(String path, List<String> before, List<String> after) {
        if (before.isEmpty() != after.isEmpty()) {
            changes.add(ChangeArea.VALUES, path, orAny(before), orAny(after));
        } else {
            changes.words(ChangeArea.VALUES, path, before, after);
        }
    }

    private static String orAny(List<String> values) {
        return values.isEmpty() ? "anything" : String.join(", ", values);
    }

    private void below(String path, JsonNode before, JsonNode after, String field) {
        if (before.path(field).isObject() && after.path(field).isObject()) {
            field(path, before.get(field), after.get(field));
        }
    }

    private void defaults(String path, JsonNode before, JsonNode after) {
        Optional<String> old = standard(before);
        Optional<String> now = standard(after);
        boolean same = old.map(DefinitionDiff::plain).equals(now.map(DefinitionDiff::plain));
        boolean bySchema = before.has("default") || after.has("default");
        // A description that says nothing of a default, or nothing any more, does not mean that there is none.
        if (!same && (bySchema || (old.isPresent() && now.isPresent()))) {
            changes.add(ChangeArea.DEFAULTS, path, old.orElse(null), now.orElse(null));
        }
    }

    /** What a field is where nobody sets it, by its schema or its description. */
    static Optional<String> standard(JsonNode field) {
        if (field.has("default")) {
            return Optional.of(Trees.text(field.get("default")));
        }
        String description = Json.text(field, "description");
        for (Pattern pattern : SAID) {
            Matcher matcher = pattern.matcher(description);
            if (matcher.find()) {
                return Optional.of(
                        matcher.group(1).strip().replaceAll("\\s+", " ").replaceAll("[.]$", ""));
            }
        }
        return Optional.empty();
    }

    /** However it is written, and in whatever order its words are. */
    static String plain(String value) {
        String[] words =
                value.toLowerCase(Locale.ROOT).replaceAll("[\"'`\\s]", "").split(",");
        Arrays.sort(words);
        return String.join(",", words);
    }

    private static boolean isOutdated(JsonNode field) {
        return Json.text(field, "description").toLowerCase(Locale.ROOT).contains("deprecated");
    }

    /** What a definition that comes or goes is of. */
    static String said(JsonNode definition) {
        JsonNode spec = definition.path("spec");
        List<String> versions = new ArrayList<>(versions(spec).keySet());
        return Json.text(spec.path("names"), "kind") + " of " + Json.text(spec, "group") + "/"
                + String.join(", ", versions);
    }
}
