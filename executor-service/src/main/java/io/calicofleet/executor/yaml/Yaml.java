package io.calicofleet.executor.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.calicofleet.model.document.KubernetesYaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * YAML as kubectl reads it: YAML 1.1, so that 0400 is an octal number, but without its dates, which Kubernetes takes for
 * text.
 */
public final class Yaml {

    private static final long LARGEST_BY_HAND = 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper WRITER = new ObjectMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
            .build());

    private Yaml() {}

    /**
     * The documents of a text, empty ones left out.
     *
     * @throws IOException where it is no YAML; the message says where
     */
    public static List<JsonNode> read(String text) throws IOException {
        return KubernetesYaml.read(text);
    }

    /**
     * The documents of a file that a person keeps: a key that stands twice in a map is an error there.
     *
     * @throws IOException where it cannot be read, is larger than a mebibyte, or no YAML; the message says where
     */
    public static List<JsonNode> readByHand(Path file) throws IOException {
        if (Files.size(file) > LARGEST_BY_HAND) {
            throw new IOException("it is larger than " + LARGEST_BY_HAND / 1024 + " KiB");
        }
        return KubernetesYaml.readStrictly(Files.readString(file));
    }

    /** The documents as YAML, one after the other. */
    public static String write(List<? extends JsonNode> documents) {
        StringBuilder text = new StringBuilder();
        try {
            for (JsonNode document : documents) {
                text.append(WRITER.writeValueAsString(document));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** A JSON object made of Java maps and lists. */
    public static ObjectNode object(Map<String, ?> content) {
        return JSON.valueToTree(content);
    }
}
