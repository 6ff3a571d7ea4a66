package io.calicofleet.executor.core.identity;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a role allows, taken apart into single rights, so that two roles can be compared. */
final class Rules {

    private static final String ANY = "*";

    private Rules() {}

    /** How alike two roles are: from 0, nothing in common, to 1, the same rights. */
    static double likeness(JsonNode one, JsonNode other) {
        Set<List<String>> first = rights(one);
        Set<List<String>> all = new HashSet<>(first);
        all.addAll(rights(other));
        first.retainAll(rights(other));
        return all.isEmpty() ? 1 : (double) first.size() / all.size();
    }

    /** How much of what {@code release} allows {@code here} allows, too: from 0 to 1. */
    static double covered(JsonNode release, JsonNode here) {
        Set<List<String>> wanted = rights(release);
        Set<List<String>> allowed = rights(here);
        long met = wanted.stream()
                .filter(right -> allowed.stream().anyMatch(other -> covers(other, right)))
                .count();
        return wanted.isEmpty() ? 1 : (double) met / wanted.size();
    }

    private static boolean covers(List<String> allowed, List<String> right) {
        for (int i = 0; i < right.size(); i++) {
            if (!allowed.get(i).equals(ANY) && !allowed.get(i).equals(right.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Each as group, resource (or path) and verb. */
    private static Set<List<String>> rights(JsonNode role) {
        return Json.elements(role.get("rules"))
                .flatMap(rule -> Json.texts(rule.get("verbs")).stream()
                        .flatMap(verb -> java.util.stream.Stream.concat(
                                Json.texts(rule.get("nonResourceURLs")).stream().map(path -> List.of("", path, verb)),
                                Json.texts(rule.get("apiGroups")).stream()
                                        .flatMap(group -> Json.texts(rule.get("resources")).stream()
                                                .map(resource -> List.of(group, resource, verb))))))
                .collect(Collectors.toSet());
    }
}
