package io.calicofleet.executor.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.rbac.Access;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the files of {@code deploy/kubernetes} allow an executor, right by right, and which of it somebody makes use of. */
final class DocumentedRights {

    private static final String EVERY = "*";

    /**
     * One verb on one resource.
     *
     * @param file that documents it
     * @param namespace where it holds; empty for everywhere
     * @param access the verb and the resource, and the name of the only object it is about; empty for all
     */
    private record Right(String file, String namespace, Access access) {

        boolean covers(Access used) {
            return access.verb().equals(used.verb())
                    && access.group().equals(used.group())
                    && (access.resource().equals(EVERY) || access.resource().equals(used.resource()))
                    && (namespace.isEmpty() || namespace.equals(used.namespace()))
                    && (access.name().isEmpty() || access.name().equals(used.name()));
        }

        @Override
        public String toString() {
            return file + ": " + access;
        }
    }

    private final List<Right> rights;

    private DocumentedRights(List<Right> rights) {
        this.rights = List.copyOf(rights);
    }

    /** Those of all files of a directory. */
    static DocumentedRights of(Path directory) {
        List<Right> rights = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                for (JsonNode document : Json.yamlDocuments(Files.readString(file))) {
                    document.path("rules").forEach(rule -> add(rights, file, document, rule));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new DocumentedRights(rights);
    }

    private static void add(List<Right> rights, Path file, JsonNode role, JsonNode rule) {
        String namespace = Json.text(role, "metadata", "namespace");
        for (String verb : texts(rule.path("verbs"))) {
            for (String group : texts(rule.path("apiGroups"))) {
                for (String resource : texts(rule.path("resources"))) {
                    for (String name : rule.has("resourceNames") ? texts(rule.path("resourceNames")) : List.of("")) {
                        Access access = new Access(verb, group, resource, namespace, name);
                        rights.add(new Right(file.getFileName().toString(), namespace, access));
                    }
                }
            }
        }
    }

    /** Those none of these needed. */
    Set<String> unused(Collection<Access> used) {
        Set<String> unused = new TreeSet<>();
        rights.stream()
                .filter(right -> used.stream().noneMatch(right::covers))
                .forEach(right -> unused.add(right.toString()));
        return unused;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
