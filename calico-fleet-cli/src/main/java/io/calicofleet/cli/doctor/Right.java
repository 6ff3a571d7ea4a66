package io.calicofleet.cli.doctor;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One verb on one resource.
 *
 * @param group the API group; empty for the core group
 * @param resource the plural; {@code *} for all of the group
 * @param name of the only object it is about; empty for all
 * @param namespace where; empty for everywhere
 */
record Right(String verb, String group, String resource, String name, String namespace) {

    Right {
        requireNonNull(verb, "verb");
        requireNonNull(group, "group");
        requireNonNull(resource, "resource");
        requireNonNull(name, "name");
        requireNonNull(namespace, "namespace");
    }

    /** Those that a role gives. */
    static List<Right> of(JsonNode role) {
        List<Right> rights = new ArrayList<>();
        String namespace = role.at("/metadata/namespace").asText();
        for (JsonNode rule : role.path("rules")) {
            for (String verb : texts(rule, "verbs")) {
                for (String group : texts(rule, "apiGroups")) {
                    for (String resource : texts(rule, "resources")) {
                        for (String name : rule.has("resourceNames") ? texts(rule, "resourceNames") : List.of("")) {
                            rights.add(new Right(verb, group, resource, name, namespace));
                        }
                    }
                }
            }
        }
        return rights;
    }

    Right in(String other) {
        return new Right(verb, group, resource, name, other);
    }

    /** Whether one of the rules that the API server says somebody has in this namespace allows it. */
    boolean isIn(JsonNode rules) {
        for (JsonNode rule : rules) {
            boolean named = !rule.path("resourceNames").isEmpty();
            if (has(rule, "verbs", verb)
                    && has(rule, "apiGroups", group)
                    && has(rule, "resources", resource)
                    && (!named
                            || (!name.isEmpty() && texts(rule, "resourceNames").contains(name)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(JsonNode rule, String field, String wanted) {
        List<String> texts = texts(rule, field);
        return texts.contains("*") || texts.contains(wanted);
    }

    private static List<String> texts(JsonNode rule, String field) {
        return Stream.iterate(0, index -> index < rule.path(field).size(), index -> index + 1)
                .map(index -> rule.path(field).path(index).asText())
                .toList();
    }

    /** {@code update daemonsets.apps in kube-system}, as the inspection names it. */
    @Override
    public String toString() {
        return verb + " " + resource + (group.isEmpty() ? "" : "." + group) + (name.isEmpty() ? "" : " " + name)
                + (namespace.isEmpty() ? "" : " in " + namespace);
    }
}
