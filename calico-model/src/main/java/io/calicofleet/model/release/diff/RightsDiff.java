package io.calicofleet.model.release.diff;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a role allows that it did not, and the other way round; however its rules are ordered and split. */
final class RightsDiff {

    private static final String ANY = "*";

    private RightsDiff() {}

    static void compare(JsonNode before, JsonNode after, Changes changes) {
        Set<Right> olds = rights(before);
        Set<Right> news = rights(after);
        told(news, olds).forEach(right -> changes.add(ChangeArea.RIGHTS, right, null, ""));
        told(olds, news).forEach(right -> changes.add(ChangeArea.RIGHTS, right, "", null));
        changes.compare(
                ChangeArea.RIGHTS,
                "aggregationRule",
                Json.get(before, "aggregationRule"),
                Json.get(after, "aggregationRule"));
    }

    /** What a role allows and one that is there does not: verbs on resources. */
    static List<String> lacking(JsonNode here, JsonNode role) {
        return told(rights(role), rights(here));
    }

    /** What {@code some} allow and {@code others} do not: verbs, on the resources of a group that have the same ones. */
    private static List<String> told(Collection<Right> some, Collection<Right> others) {
        Map<String, Set<String>> verbs = new LinkedHashMap<>();
        for (Right right : some) {
            if (others.stream().noneMatch(other -> other.covers(right))) {
                verbs.computeIfAbsent(right.group() + "\n" + right.on(), key -> new TreeSet<>())
                        .add(right.verb());
            }
        }
        Map<String, Set<String>> resources = new TreeMap<>();
        verbs.forEach((key, allowed) -> {
            String[] parts = key.split("\n", 2);
            resources
                    .computeIfAbsent(parts[0] + "\n" + String.join(", ", allowed), same -> new TreeSet<>())
                    .add(parts[1]);
        });
        List<String> said = new ArrayList<>();
        resources.forEach((key, names) -> {
            String[] parts = key.split("\n", 2);
            said.add(parts[1] + " " + String.join(", ", names) + (parts[0].isEmpty() ? "" : " of " + parts[0]));
        });
        return said;
    }

    private static Set<Right> rights(JsonNode role) {
        Set<Right> rights = new LinkedHashSet<>();
        Json.elements(Json.get(role, "rules")).forEach(rule -> {
            List<String> names = Json.texts(rule.get("resourceNames"));
            for (String verb : Json.texts(rule.get("verbs"))) {
                for (String url : Json.texts(rule.get("nonResourceURLs"))) {
                    rights.add(new Right("", url, ANY, verb));
                }
                for (String group : Json.texts(rule.get("apiGroups"))) {
                    for (String resource : Json.texts(rule.get("resources"))) {
                        for (String name : names.isEmpty() ? List.of(ANY) : names) {
                            rights.add(new Right(group, resource, name, verb));
                        }
                    }
                }
            }
        });
        return rights;
    }

    private record Right(String group, String resource, String name, String verb) {

        String on() {
            return resource + (name.equals(ANY) ? "" : "/" + name);
        }

        boolean covers(Right other) {
            return covers(group, other.group)
                    && covers(resource, other.resource)
                    && covers(name, other.name)
                    && covers(verb, other.verb);
        }

        private static boolean covers(String mine, String others) {
            return mine.equals(ANY) || mine.equals(others);
        }
    }
}
