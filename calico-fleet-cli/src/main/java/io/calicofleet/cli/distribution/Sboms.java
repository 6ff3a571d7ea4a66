package io.calicofleet.cli.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The SBOMs of the parts, as the build made them, in one of the whole (CycloneDX). */
final class Sboms {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REFERENCE = "bom-ref";

    private Sboms() {}

    /**
     * One of all: what several parts have is in it once, and depends on all that it does in any of them.
     *
     * @param parts the files
     * @param version of the whole
     * @throws IOException where one cannot be read
     */
    static byte[] merged(List<Path> parts, String version) throws IOException {
        String whole = "pkg:generic/calico-fleet@" + version;
        Map<String, JsonNode> components = new TreeMap<>();
        Map<String, TreeSet<String>> dependencies = new TreeMap<>();
        ObjectNode merged = JSON.createObjectNode();
        for (Path part : parts) {
            JsonNode bom = JSON.readTree(part.toFile());
            merged.set("bomFormat", bom.path("bomFormat"));
            merged.set("specVersion", bom.path("specVersion"));
            JsonNode itself = bom.at("/metadata/component");
            components.put(itself.path(REFERENCE).asText(), itself);
            dependencies
                    .computeIfAbsent(whole, any -> new TreeSet<>())
                    .add(itself.path(REFERENCE).asText());
            bom.path("components")
                    .forEach(component ->
                            components.putIfAbsent(component.path(REFERENCE).asText(), component));
            bom.path("dependencies").forEach(dependency -> {
                TreeSet<String> on =
                        dependencies.computeIfAbsent(dependency.path("ref").asText(), any -> new TreeSet<>());
                dependency.path("dependsOn").forEach(each -> on.add(each.asText()));
            });
        }
        merged.put("version", 1)
                .putObject("metadata")
                .putObject("component")
                .put("type", "application")
                .put(REFERENCE, whole)
                .put("name", "calico-fleet")
                .put("version", version);
        merged.putArray("components").addAll(components.values());
        ArrayNode all = merged.putArray("dependencies");
        dependencies.forEach((reference, on) -> {
            ArrayNode names = all.addObject().put("ref", reference).putArray("dependsOn");
            on.forEach(names::add);
        });
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(merged);
    }
}
