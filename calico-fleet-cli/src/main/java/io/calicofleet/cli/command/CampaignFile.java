package io.calicofleet.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A campaign's YAML (or JSON) file: its document, and the lines its fields stand in. */
final class CampaignFile {

    private static final Pattern PART = Pattern.compile("([^.\\[\\]/]+)|\\[(\\d+)]");
    /** {@code mode: off} means the word: YAML 1.1 would read it as false. */
    private static final YAMLMapper MAPPER = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                    .build())
            .build();

    private final String name;
    private final JsonNode document;
    private final @Nullable Node tree;

    private CampaignFile(String name, JsonNode document, @Nullable Node tree) {
        this.name = name;
        this.document = document;
        this.tree = tree;
    }

    /**
     * Reads a file; {@code -} is standard input.
     *
     * @throws CliException where it cannot be read or is no YAML; the message names the line
     */
    static CampaignFile read(String file) {
        try {
            String text = file.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
            return parse(file.equals("-") ? "standard input" : file, text);
        } catch (NoSuchFileException e) {
            throw CliException.usage("there is no file " + file);
        } catch (CharacterCodingException e) {
            throw CliException.usage(file + " is not text in UTF-8");
        } catch (IOException e) {
            throw CliException.usage("cannot read " + file + ": " + e.getMessage());
        }
    }

    static CampaignFile parse(String name, String text) {
        List<JsonNode> documents = new ArrayList<>();
        try (var values = MAPPER.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
            values.readAll(documents);
        } catch (JsonProcessingException e) {
            throw syntax(name, e);
        } catch (IOException e) {
            throw CliException.usage(name + ": " + e.getMessage());
        }
        documents.removeIf(JsonNode::isNull);
        if (documents.size() != 1 || !documents.get(0).isObject()) {
            throw CliException.usage(name + " holds "
                    + (documents.isEmpty()
                            ? "nothing"
                            : documents.size() == 1 ? "no fields" : documents.size() + " documents")
                    + ": one campaign is expected, with apiVersion, kind, name, target and clusters");
        }
        return new CampaignFile(name, documents.get(0), compose(text));
    }

    /** What it says. */
    JsonNode document() {
        return document;
    }

    /** {@code file:line} of a field the server complained about, or of what is nearest to it. */
    String at(String field) {
        OptionalInt line = line(field);
        return line.isPresent() ? name + ":" + line.getAsInt() : name;
    }

    /** The line of {@code waves[0].clusters.percent} or {@code /waves/0/clusters/percent}, counted from 1. */
    OptionalInt line(String field) {
        Node node = tree;
        if (node == null || field.isEmpty()) {
            return OptionalInt.empty();
        }
        int line = -1;
        Matcher parts = PART.matcher(field.startsWith("$") ? field.substring(1) : field);
        while (parts.find() && node != null) {
            String key = parts.group(1) != null ? parts.group(1) : parts.group(2);
            Node next = null;
            if (node instanceof MappingNode mapping) {
                for (NodeTuple entry : mapping.getValue()) {
                    if (entry.getKeyNode() instanceof ScalarNode scalar
                            && scalar.getValue().equals(key)) {
                        next = entry.getValueNode();
                        line = entry.getKeyNode().getStartMark().getLine() + 1;
                    }
                }
            } else if (node instanceof SequenceNode sequence
                    && key.matches("\\d{1,6}")
                    && Integer.parseInt(key) < sequence.getValue().size()) {
                next = sequence.getValue().get(Integer.parseInt(key));
                line = next.getStartMark().getLine() + 1;
            }
            node = next;
        }
        return line < 0 ? OptionalInt.empty() : OptionalInt.of(line);
    }

    /** The same problem, its fields in the order of the file; first those the file does not have. */
    Problem inOrder(Problem problem) {
        List<Problem.FieldProblem> fields = new ArrayList<>(problem.fields());
        fields.sort(Comparator.comparingInt(field -> line(field.field()).orElse(0)));
        return new Problem(problem.status(), problem.title(), problem.detail(), fields);
    }

    private static @Nullable Node compose(String text) {
        try {
            return new Yaml(new LoaderOptions()).compose(new StringReader(text));
        } catch (YAMLException e) {
            return null; // Jackson took it; then there are no lines to tell
        }
    }

    private static CliException syntax(String name, JsonProcessingException e) {
        var location = e.getLocation();
        String where = location == null ? name : name + ":" + location.getLineNr();
        String message = e.getOriginalMessage();
        // The lines in between quote the file.
        String said = message.lines()
                .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                .collect(Collectors.joining(", "));
        return CliException.usage(where + ": not YAML: " + (said.isEmpty() ? message : said));
    }
}
