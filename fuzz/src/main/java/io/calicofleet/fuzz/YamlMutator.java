package io.calicofleet.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Changes YAML: by its structure, by its bytes, and by what only YAML has, such as aliases, tags and several documents. */
public final class YamlMutator {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final int LEVELS = 9;
    private static final List<String> TAGS = List.of(
            "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"http://127.0.0.1:1/\"]]]]",
            "!!binary /w==",
            "!!set {a, b}",
            "!!timestamp 2026-99-99",
            "!<tag:yaml.org,2002:int> x",
            "!local {a: 1}",
            "!!float .nan",
            "0o777",
            "1:60:60",
            "0b1_0",
            "~",
            "<<: *none",
            "? [a, b]\n: c");

    private final Random random;
    private final TreeMutator trees;
    private final ByteMutator bytes;

    /** One that is told what to do by {@code random}. */
    public YamlMutator(Random random) {
        this.random = random;
        this.trees = new TreeMutator(random);
        this.bytes = new ByteMutator(random);
    }

    /** A document made of {@code document}, as bytes: it may be no text. */
    public byte[] mutated(JsonNode document) {
        String text = written(document);
        return switch (random.nextInt(8)) {
            // Most JSON is YAML.
            case 0, 1, 2 -> utf8(trees.mutated(document));
            case 3, 4 -> bytes.mutated(utf8(text));
            case 5 -> utf8(lines(text));
            case 6 -> utf8(ofYaml(text));
            default -> utf8(text + "---\n" + (random.nextBoolean() ? text : trees.mutated(document)));
        };
    }

    /** {@code document} as YAML. */
    public static String written(JsonNode document) {
        try {
            return YAML.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A document that is small as it is written and endless as it is read. */
    public static String laughs() {
        StringBuilder text = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i <= LEVELS; i++) {
            text.append("a").append(i).append(": &a").append(i).append(" [");
            text.append(("*a" + (i - 1) + ", ").repeat(8))
                    .append("*a")
                    .append(i - 1)
                    .append("]\n");
        }
        return text.toString();
    }

    private String lines(String text) {
        List<String> lines = text.lines().toList();
        StringBuilder changed = new StringBuilder();
        int at = random.nextInt(Math.max(1, lines.size()));
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (i != at) {
                changed.append(line).append('\n');
                continue;
            }
            switch (random.nextInt(6)) {
                case 0 -> changed.append("  ").append(line).append('\n');
                case 1 -> changed.append(line.strip()).append('\n');
                case 2 -> changed.append('\t').append(line).append('\n');
                case 3 -> changed.append(line).append('\n').append(line).append('\n');
                case 4 -> changed.append(line).append(" # \u0007\n");
                default -> {}
            }
        }
        return changed.toString();
    }

    private String ofYaml(String text) {
        int line = text.indexOf('\n', random.nextInt(Math.max(1, text.length())));
        int at = line < 0 ? text.length() : line + 1;
        String before = text.substring(0, at);
        String after = text.substring(at);
        return switch (random.nextInt(7)) {
            case 0 -> text + laughs();
            case 1 -> text + "self: &self {a: *self}\n";
            case 2 -> before + "odd: " + TAGS.get(random.nextInt(TAGS.size())) + "\n" + after;
            case 3 -> text + "deep: " + "[".repeat(1 + random.nextInt(5000)) + "\n";
            case 4 -> text + "base: &base {a: 1}\nmerged: {<<: *base, <<: *base}\n";
            case 5 -> "%YAML 1.1\n%TAG ! tag:x,2000:\n---\n" + text + "...\n";
            default -> before + "? " + "- ".repeat(1 + random.nextInt(2000)) + "x\n" + after;
        };
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
