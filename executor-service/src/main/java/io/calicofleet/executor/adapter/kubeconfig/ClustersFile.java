package io.calicofleet.executor.adapter.kubeconfig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.calicofleet.event.ClusterId;
import io.calicofleet.model.Json;
import io.calicofleet.model.document.WrittenDocument;
import io.calicofleet.model.document.WrittenYaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What people write about clusters beside their kubeconfigs.
 *
 * @param labels the labels by cluster
 * @param etcds the accesses to etcds that are given, by cluster
 */
record ClustersFile(Map<ClusterId, Map<String, String>> labels, Map<ClusterId, EtcdFiles> etcds) {

    static final ClustersFile EMPTY = new ClustersFile(Map.of(), Map.of());

    private static final Set<String> FIELDS = Set.of("labels", "etcd");
    /** A label such as 1.10 keeps its zero. */
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    ClustersFile {
        labels = Map.copyOf(labels);
        etcds = Map.copyOf(etcds);
    }

    /**
     * Reads {@code <id>: {labels: {...}, etcd: {endpoints: [...], ca: file, cert: file, key: file}}}.
     *
     * @param file the names of files in it are relative to where it lies
     * @throws IOException where it cannot be read, or says something else; the message names the line
     */
    static ClustersFile read(Path file) throws IOException {
        byte[] content;
        try (InputStream bytes = Files.newInputStream(file)) {
            content = bytes.readNBytes(WrittenYaml.MAX_CHARACTERS + 1);
        }
        Map<ClusterId, Map<String, String>> labels = new HashMap<>();
        Map<ClusterId, EtcdFiles> etcds = new HashMap<>();
        switch (WrittenYaml.read(content)) {
            case WrittenYaml.Unreadable fault -> throw new IOException("line " + fault.line() + ": " + fault.message());
            case WrittenYaml.Documents read -> {
                for (WrittenDocument document : read.documents()) {
                    JsonNode clusters = object(document, List.of(), MAPPER.valueToTree(document.tree()));
                    for (var cluster : clusters.properties()) {
                        readCluster(document, cluster.getKey(), cluster.getValue(), file, labels, etcds);
                    }
                }
            }
        }
        return new ClustersFile(labels, etcds);
    }

    private static void readCluster(
            WrittenDocument document,
            String name,
            JsonNode said,
            Path file,
            Map<ClusterId, Map<String, String>> labels,
            Map<ClusterId, EtcdFiles> etcds)
            throws IOException {
        ClusterId id;
        try {
            id = ClusterId.of(name);
        } catch (IllegalArgumentException e) {
            throw wrong(document, List.of(name), String.valueOf(e.getMessage()));
        }
        JsonNode cluster = object(document, List.of(name), said);
        for (String field : Json.names(cluster)) {
            if (!FIELDS.contains(field)) {
                throw wrong(document, List.of(name, field), id + " has no field " + field + ", but labels and etcd");
            }
        }
        Map<String, String> values = new TreeMap<>();
        for (var label : object(document, List.of(name, "labels"), cluster.path("labels"))
                .properties()) {
            if (label.getValue().isContainerNode()) {
                throw wrong(
                        document,
                        List.of(name, "labels", label.getKey()),
                        "the label " + label.getKey() + " of " + id + " is no text");
            }
            values.put(label.getKey(), label.getValue().asText());
        }
        if (labels.put(id, values) != null) {
            throw wrong(document, List.of(name), id + " stands in two documents: keep one of them");
        }
        JsonNode etcd = Json.get(cluster, "etcd");
        if (etcd != null) {
            List<String> at = List.of(name, "etcd");
            try {
                etcds.put(id, EtcdFiles.of(object(document, at, etcd), file.resolveSibling("")));
            } catch (IllegalArgumentException e) {
                throw wrong(document, at, String.valueOf(e.getMessage()));
            }
        }
    }

    /** What is no object where one is expected is an error; what is not there is an object without fields. */
    private static JsonNode object(WrittenDocument document, List<String> at, JsonNode found) throws IOException {
        if (Json.present(found) == null) {
            return Json.object();
        }
        if (!found.isObject()) {
            throw wrong(
                    document,
                    at,
                    at.isEmpty()
                            ? "it is no map of cluster ids"
                            : at.getLast() + " is no map of names to values, such as {labels: {env: prod}}");
        }
        return found;
    }

    private static IOException wrong(WrittenDocument document, List<String> at, String message) {
        var line = document.line(at);
        return new IOException(line.isPresent() ? "line " + line.getAsInt() + ": " + message : message);
    }
}
