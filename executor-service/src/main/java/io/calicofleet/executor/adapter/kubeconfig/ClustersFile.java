package io.calicofleet.executor.adapter.kubeconfig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.calicofleet.event.ClusterId;
import io.calicofleet.model.Json;
import io.calicofleet.model.document.Suggestion;
import io.calicofleet.model.document.WrittenDocument;
import io.calicofleet.model.document.WrittenYaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What people write about clusters beside their kubeconfigs.
 *
 * @param labels the labels by cluster
 * @param etcds the accesses to etcds that are given, by cluster
 * @param lines where each cluster stands, counted from 1
 */
record ClustersFile(
        Map<ClusterId, Map<String, String>> labels, Map<ClusterId, EtcdFiles> etcds, Map<ClusterId, Integer> lines) {

    static final ClustersFile EMPTY = new ClustersFile(Map.of(), Map.of(), Map.of());
    private static final int MOST_TOLD = 10;

    private static final Set<String> FIELDS = Set.of("labels", "etcd");
    /** A label such as 1.10 keeps its zero. */
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    ClustersFile {
        labels = Map.copyOf(labels);
        etcds = Map.copyOf(etcds);
        lines = Map.copyOf(lines);
    }

    /**
     * Reads {@code <id>: {labels: {...}, etcd: {endpoints: [...], ca: file, cert: file, key: file}}}.
     *
     * @param file the names of files in it are relative to where it lies
     * @throws IOException where it cannot be read, or says something else; the message names each fault with its line
     */
    static ClustersFile read(Path file) throws IOException {
        byte[] content;
        try (InputStream bytes = Files.newInputStream(file)) {
            content = bytes.readNBytes(WrittenYaml.MAX_CHARACTERS + 1);
        }
        return switch (WrittenYaml.read(content)) {
            case WrittenYaml.Unreadable fault -> throw new IOException("line " + fault.line() + ": " + fault.message());
            case WrittenYaml.Documents read -> new Reader(file).read(read.documents());
        };
    }

    /** Reads it, and goes on after a fault: who corrects the file is told all of them. */
    private static final class Reader {
        private final Path file;
        private final Map<ClusterId, Map<String, String>> labels = new HashMap<>();
        private final Map<ClusterId, EtcdFiles> etcds = new HashMap<>();
        private final Map<ClusterId, Integer> lines = new HashMap<>();
        private final List<String> faults = new ArrayList<>();

        Reader(Path file) {
            this.file = file;
        }

        ClustersFile read(List<WrittenDocument> documents) throws IOException {
            for (WrittenDocument document : documents) {
                JsonNode clusters = object(document, List.of(), MAPPER.valueToTree(document.tree()));
                for (var cluster : clusters.properties()) {
                    cluster(document, cluster.getKey(), cluster.getValue());
                }
            }
            if (!faults.isEmpty()) {
                int more = faults.size() - MOST_TOLD;
                throw new IOException(faults.stream().limit(MOST_TOLD).collect(Collectors.joining("; "))
                        + (more > 0 ? "; and " + more + " more" : ""));
            }
            return new ClustersFile(labels, etcds, lines);
        }

        private void cluster(WrittenDocument document, String name, JsonNode said) {
            ClusterId id;
            try {
                id = ClusterId.of(name);
            } catch (IllegalArgumentException e) {
                fault(document, List.of(name), String.valueOf(e.getMessage()));
                return;
            }
            lines.put(id, document.line(List.of(name)).orElse(1));
            JsonNode cluster = object(document, List.of(name), said);
            for (String field : Json.names(cluster)) {
                if (!FIELDS.contains(field)) {
                    String nearest = Suggestion.of(field, FIELDS);
                    fault(
                            document,
                            List.of(name, field),
                            id + " has no field " + field + ", but labels and etcd"
                                    + (nearest.isEmpty() ? "" : "; did you mean " + nearest + "?"));
                }
            }
            Map<String, String> values = new TreeMap<>();
            for (var label : object(document, List.of(name, "labels"), cluster.path("labels"))
                    .properties()) {
                if (label.getValue().isContainerNode()) {
                    fault(
                            document,
                            List.of(name, "labels", label.getKey()),
                            "the label " + label.getKey() + " of " + id + " is no text");
                }
                values.put(label.getKey(), label.getValue().asText());
            }
            if (labels.put(id, values) != null) {
                fault(document, List.of(name), id + " stands in two documents: keep one of them");
            }
            JsonNode etcd = Json.get(cluster, "etcd");
            if (etcd != null) {
                List<String> at = List.of(name, "etcd");
                try {
                    etcds.put(id, EtcdFiles.of(object(document, at, etcd), file.resolveSibling("")));
                } catch (IllegalArgumentException e) {
                    fault(document, at, String.valueOf(e.getMessage()));
                }
            }
        }

        /** What is no object where one is expected is a fault; what is not there is an object without fields. */
        private JsonNode object(WrittenDocument document, List<String> at, JsonNode found) {
            if (Json.present(found) == null) {
                return Json.object();
            }
            if (!found.isObject()) {
                fault(
                        document,
                        at,
                        at.isEmpty()
                                ? "it is no map of cluster ids"
                                : at.getLast() + " is no map of names to values, such as {labels: {env: prod}}");
                return Json.object();
            }
            return found;
        }

        private void fault(WrittenDocument document, List<String> at, String message) {
            var line = document.line(at);
            faults.add(line.isPresent() ? "line " + line.getAsInt() + ": " + message : message);
        }
    }
}
