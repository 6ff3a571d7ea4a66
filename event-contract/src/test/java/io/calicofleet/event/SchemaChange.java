package io.calicofleet.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of a change of a schema breaks readers who were written by the schema of before: something is there no more, is of another type, or
 * may be absent where it was always there. Patterns and bounds are not looked at: who reads does not check them, and constants may be added.
 */
final class SchemaChange {

    /** What has to be the same wherever a reader has met it. */
    private static final List<String> KEPT = List.of("$id", "$ref", "type", "format", "const");

    /** What has schemas by name in it. */
    private static final List<String> NAMED = List.of("properties", "$defs");

    /** What has one schema in it. */
    private static final List<String> NESTED = List.of("items", "additionalProperties");

    private SchemaChange() {}

    /** What breaks readers, a line each; empty where nothing does. */
    static List<String> breaks(JsonNode published, JsonNode now) {
        List<String> problems = new ArrayList<>();
        compare("", published, now, problems);
        return problems;
    }

    private static void compare(String path, JsonNode published, JsonNode now, List<String> problems) {
        for (String keyword : KEPT) {
            if (published.has(keyword) && !published.path(keyword).equals(now.path(keyword))) {
                problems.add(path + "/" + keyword + " was " + published.path(keyword) + " and is "
                        + (now.has(keyword) ? now.path(keyword) : "absent"));
            }
        }
        Set<String> always = names(now.path("required"));
        for (String name : names(published.path("required"))) {
            if (!always.contains(name)) {
                problems.add(path + "/properties/" + name + " was always there and may be absent");
            }
        }
        for (String keyword : NAMED) {
            for (Map.Entry<String, JsonNode> entry : published.path(keyword).properties()) {
                String at = path + "/" + keyword + "/" + entry.getKey();
                JsonNode same = now.path(keyword).path(entry.getKey());
                if (same.isMissingNode()) {
                    problems.add(at + " is there no more");
                } else {
                    compare(at, entry.getValue(), same, problems);
                }
            }
        }
        Set<JsonNode> constants = new HashSet<>();
        now.path("oneOf").forEach(one -> constants.add(one.path("const")));
        for (JsonNode one : published.path("oneOf")) {
            if (one.has("const") && !constants.contains(one.path("const"))) {
                problems.add(path + "/oneOf has " + one.path("const") + " no more");
            }
        }
        for (String keyword : NESTED) {
            if (published.path(keyword).isObject()) {
                compare(path + "/" + keyword, published.path(keyword), now.path(keyword), problems);
            }
        }
    }

    private static Set<String> names(JsonNode array) {
        Set<String> names = new HashSet<>();
        array.forEach(name -> names.add(name.asText()));
        return names;
    }
}
