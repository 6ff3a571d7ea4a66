package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The leaves of an object by path, as an API server would tell them apart: written down a second time and without any of
 * what the merge knows, to hold it to. Paths have the form of {@link FieldPath}. Entries of lists are named by what names
 * them in Kubernetes, else by their content; of lists of scalars every element is a leaf, so that order says nothing here.
 */
final class Leaves {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Map<String, List<String>> KEYS = Map.of(
            "containers", List.of("name"),
            "initContainers", List.of("name"),
            "env", List.of("name"),
            "volumes", List.of("name"),
            "imagePullSecrets", List.of("name"),
            "volumeMounts", List.of("mountPath"),
            "plugins", List.of("type"));
    private static final Pattern QUANTITY = Pattern.compile("(\\d+(?:\\.\\d+)?)(m|k|Ki|M|Mi|G|Gi|)");
    private static final Pattern DURATION = Pattern.compile("(?:\\d+(?:\\.\\d+)?(?:ms|s|m|h))+");
    private static final Pattern DURATION_PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h)");
    private static final Map<String, String> FACTORS = Map.of(
            "m",
            "0.001",
            "k",
            "1000",
            "Ki",
            "1024",
            "M",
            "1000000",
            "Mi",
            "1048576",
            "G",
            "1000000000",
            "Gi",
            "1073741824",
            "",
            "1");

    private final Map<String, String> leaves = new TreeMap<>();

    private Leaves() {}

    /** The leaves of an object; none where there is no object. */
    static Map<String, String> of(@Nullable JsonNode object) {
        Leaves result = new Leaves();
        if (object instanceof ObjectNode manifest) {
            ObjectNode copy = manifest.deepCopy();
            copy.remove(List.of("status", "apiVersion"));
            if (copy.get("metadata") instanceof ObjectNode metadata) {
                metadata.remove(List.of("managedFields", "uid", "resourceVersion", "creationTimestamp", "generation"));
                if (metadata.get("annotations") instanceof ObjectNode annotations) {
                    annotations.remove(LastApplied.ANNOTATION);
                }
            }
            result.collect("", "", copy);
        }
        return result.leaves;
    }

    private void collect(String path, String name, JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties()
                    .forEach(field -> collect(below(path, field.getKey()), field.getKey(), field.getValue()));
        } else if (node.isArray()) {
            list(path, name, node);
        } else if (name.equals("image")) {
            image(path, node.asText());
        } else if (path.startsWith("data.") || path.startsWith("data[")) {
            text(path, node.asText());
        } else if (!node.isNull()) {
            leaves.put(path, canonical(path, node.asText()));
        }
    }

    private static String below(String path, String name) {
        if (name.contains(".") || name.contains("/")) {
            return path + "[" + name + "]";
        }
        return path.isEmpty() ? name : path + "." + name;
    }

    private void list(String path, String name, JsonNode list) {
        Map<String, Integer> seen = new LinkedHashMap<>();
        Map<String, JsonNode> entries = new LinkedHashMap<>(); // of two of one name the later one counts
        for (JsonNode entry : list) {
            String key = key(name, entry);
            if (key.isEmpty()) {
                String content = entry.isContainerNode() ? sorted(entry) : canonical(path, entry.asText());
                int count = seen.merge(content, 1, Integer::sum);
                leaves.put(path + "[" + content + "]" + (count > 1 && !entry.isObject() ? "#" + count : ""), "there");
            } else {
                entries.put(path + "[" + key + "]", entry);
            }
        }
        entries.forEach((at, entry) -> collect(at, "", entry));
    }

    private static String key(String list, JsonNode entry) {
        if (list.equals("ports") && entry.isObject()) {
            JsonNode port = entry.has("containerPort") ? entry.get("containerPort") : entry.path("port");
            return port.asText() + "/" + entry.path("protocol").asText("TCP");
        }
        return KEYS.getOrDefault(list, List.of()).stream()
                .map(field -> entry.path(field).asText())
                .collect(Collectors.joining("/"));
    }

    private void image(String path, String image) {
        int digest = image.indexOf('@');
        int colon = image.lastIndexOf(':');
        int end = digest >= 0 ? digest : colon > image.lastIndexOf('/') ? colon : image.length();
        String location = image.substring(0, end);
        boolean registry = location.contains("/") && location.split("/", 2)[0].matches(".*[.:].*|localhost");
        leaves.put(path + "-location", registry ? location : "docker.io/" + location);
        leaves.put(path, image.substring(Math.min(end + 1, image.length())));
    }

    /** Text of a ConfigMap: a document by its fields, text by its lines. */
    private void text(String path, String text) {
        if (text.stripLeading().startsWith("{")) {
            try {
                JsonNode tree = MAPPER.readTree(quoted(text));
                tree.properties()
                        .forEach(field -> collectJson(below(path, field.getKey()), field.getKey(), field.getValue()));
                return;
            } catch (JsonProcessingException e) {
                // text like any other
            }
        }
        String stripped = text.stripTrailing();
        if (stripped.contains("\n")) {
            stripped.lines().forEach(line -> leaves.put(path + "[" + line.strip() + "]", "there"));
        } else {
            leaves.put(path, canonical(path, stripped));
        }
    }

    /** The text with quotes around the placeholders that stand outside of strings. */
    private static String quoted(String text) {
        String[] parts = text.split("\"", -1); // those with an odd index are strings: Calico's have no quotes in them
        for (int i = 0; i < parts.length; i += 2) {
            parts[i] = parts[i].replaceAll("__[A-Z0-9_]+?__", "\"$0\"");
        }
        return String.join("\"", parts);
    }

    private void collectJson(String path, String name, JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties()
                    .forEach(field -> collectJson(below(path, field.getKey()), field.getKey(), field.getValue()));
        } else if (node.isArray()) {
            for (JsonNode entry : node) {
                String key = key(name, entry);
                String at = path + "[" + (key.isEmpty() ? sorted(entry) : key) + "]";
                if (key.isEmpty()) {
                    leaves.put(at, "there");
                } else {
                    collectJson(at, "", entry);
                }
            }
        } else {
            leaves.put(path, node.asText());
        }
    }

    private static String sorted(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object.properties().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(field -> field.getKey() + "=" + sorted(field.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (node.isArray()) {
            List<String> entries = new java.util.ArrayList<>();
            node.forEach(entry -> entries.add(sorted(entry)));
            return entries.stream().sorted().distinct().collect(Collectors.joining(",", "[", "]"));
        }
        return node.asText();
    }

    private static String canonical(String path, String text) {
        var quantity = QUANTITY.matcher(text);
        if (path.contains(".resources.") && quantity.matches()) {
            return plain(new BigDecimal(quantity.group(1)).multiply(new BigDecimal(FACTORS.get(quantity.group(2)))));
        }
        if (path.endsWith(".value") && DURATION.matcher(text).matches()) {
            return DURATION_PART
                    .matcher(text)
                    .results()
                    .map(Leaves::seconds)
                    .reduce(BigDecimal.ZERO, BigDecimal::add)
                    .stripTrailingZeros()
                    .toPlainString();
        }
        return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false") ? text.toLowerCase(Locale.ROOT) : text;
    }

    private static BigDecimal seconds(MatchResult part) {
        BigDecimal unit = switch (part.group(2)) {
            case "ms" -> new BigDecimal("0.001");
            case "m" -> new BigDecimal(60);
            case "h" -> new BigDecimal(3600);
            default -> BigDecimal.ONE;
        };
        return new BigDecimal(part.group(1)).multiply(unit);
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}
