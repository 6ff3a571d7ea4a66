package io.calicofleet.model.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML of Kubernetes' objects as kubectl reads it (sigs.k8s.io/yaml): YAML 1.1, so that 0400 is an octal number, but without its
 * dates and sexagesimal numbers, which are texts; 0o400 is that number, too. An alias is what its anchor stands for. Tabs may part
 * what stands in a line, files that were put together may have a byte order mark each, and objects in JSON need nothing between
 * them.
 */
public final class KubernetesYaml {

    private static final int LARGEST = 64 * 1024 * 1024;
    /** More than any release has, and few enough to hold. A few lines of aliases can stand for gigabytes. */
    private static final long MOST_VALUES = 5_000_000;

    /** A file is read again for each run of tabs: more than people have in one, and few enough to wait for. */
    private static final int MOST_TABS = 200;

    private static final Pattern BYTE_ORDER_MARK = Pattern.compile("(?m)^\\uFEFF");
    private static final Pattern INDENTATION = Pattern.compile(" *(?:[-?](?: +|$))*");
    private static final ObjectMapper JSON = new ObjectMapper();

    private KubernetesYaml() {}

    /**
     * The documents of a text, empty ones left out; of a key that stands twice in a map the last one counts.
     *
     * @throws IOException where it is no YAML; the message says in which line
     */
    public static List<JsonNode> read(String text) throws IOException {
        if (text.stripLeading().startsWith("{")) {
            try (MappingIterator<JsonNode> objects =
                    JSON.readerFor(JsonNode.class).readValues(text)) {
                return objects.readAll();
            } catch (JsonProcessingException e) {
                // A map of YAML may begin like that as well.
                return read(text, false);
            }
        }
        return read(text, false);
    }

    /**
     * The same of a file that people keep, where a key that stands twice in a map is an error, and an alias of more than a scalar.
     *
     * @throws IOException where it is no YAML; the message says in which line
     */
    public static List<JsonNode> readStrictly(String text) throws IOException {
        return read(text, true);
    }

    private static List<JsonNode> read(String text, boolean kept) throws IOException {
        StringBuilder left = new StringBuilder(BYTE_ORDER_MARK.matcher(text).replaceAll(""));
        for (int tabs = 0; ; tabs++) {
            try {
                return documents(left.toString(), kept);
            } catch (MarkedYAMLException e) {
                if (tabs == MOST_TABS || !blanked(left, e.getProblemMark())) {
                    throw new IOException(told(e), e);
                }
            } catch (YAMLException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
    }

    private static List<JsonNode> documents(String text, boolean kept) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(LARGEST);
        // Those that are taken are bounded by what they stand for.
        options.setMaxAliasesForCollections(kept ? 0 : Integer.MAX_VALUE);
        options.setAllowDuplicateKeys(!kept);
        DumperOptions unused = new DumperOptions();
        Yaml yaml = new Yaml(new Values(options), new Representer(unused), unused, options, new WithoutTimes());
        List<JsonNode> documents = new ArrayList<>();
        IdentityHashMap<Object, Long> sizes = new IdentityHashMap<>();
        for (Object document : yaml.loadAll(text)) {
            if (document != null) {
                if (size(document, sizes) > MOST_VALUES) {
                    throw new IOException("its aliases stand for more than " + MOST_VALUES + " values, or for"
                            + " themselves: write what they stand for");
                }
                documents.add(JSON.valueToTree(document));
            }
        }
        return documents;
    }

    /**
     * Puts spaces in place of the tabs at which the parser stopped, where they part what stands in a line or are all that does.
     * Whether a tab can is not seen without parsing: in a text it is a part of it.
     */
    private static boolean blanked(StringBuilder text, Mark mark) {
        int tab = text.offsetByCodePoints(0, Math.min(mark.getIndex(), text.codePointCount(0, text.length())));
        int after = tab;
        while (after < text.length() && text.charAt(after) == '\t') {
            after++;
        }
        String before = text.substring(text.lastIndexOf("\n", tab) + 1, tab);
        int end = text.indexOf("\n", after);
        String rest = text.substring(after, end < 0 ? text.length() : end);
        boolean alone = rest.isBlank() && !before.isEmpty() && before.isBlank();
        boolean parts = alone || !INDENTATION.matcher(before).matches();
        if (after == tab || !parts) {
            return false;
        }
        text.replace(tab, after, " ".repeat(after - tab));
        return true;
    }

    private static String told(MarkedYAMLException e) {
        String context = e.getContext() == null ? "" : e.getContext() + ", ";
        return "line " + (e.getProblemMark().getLine() + 1) + ": "
                + (context + e.getProblem()).replaceAll("\\p{Cntrl}", " ");
    }

    /** How many values it stands for, aliases written out; more than any bound where it is a part of itself. */
    private static long size(Object value, IdentityHashMap<Object, Long> known) {
        Stream<?> parts = value instanceof Map<?, ?> map
                ? map.values().stream()
                : value instanceof Collection<?> list ? list.stream() : Stream.empty();
        if (!(value instanceof Map || value instanceof Collection)) {
            return 1;
        }
        Long before = known.putIfAbsent(value, MOST_VALUES + 1);
        if (before != null) {
            return before;
        }
        long size = 1
                + parts.mapToLong(part -> part == null ? 1 : size(part, known))
                        .limit(MOST_VALUES)
                        .sum();
        known.put(value, Math.min(size, MOST_VALUES + 1));
        return Math.min(size, MOST_VALUES + 1);
    }

    private static final class Values extends SafeConstructor {
        Values(LoaderOptions options) {
            super(options);
            yamlConstructors.put(Tag.INT, new ConstructYamlInt() {
                @Override
                public Object construct(Node node) {
                    String number = ((ScalarNode) node).getValue().replaceFirst("0[oO]", "0");
                    return super.construct(new ScalarNode(
                            node.getTag(), number, node.getStartMark(), node.getEndMark(), ScalarStyle.PLAIN));
                }
            });
        }

        @Override
        protected void constructMapping2ndStep(MappingNode node, Map<Object, Object> mapping) {
            for (NodeTuple field : node.getValue()) {
                if (!(field.getKeyNode() instanceof ScalarNode)) {
                    throw new NoKeyException(field.getKeyNode().getStartMark());
                }
            }
            super.constructMapping2ndStep(node, mapping);
        }
    }

    private static final class NoKeyException extends MarkedYAMLException {
        private static final long serialVersionUID = 1L;

        NoKeyException(Mark at) {
            super(
                    null,
                    null,
                    "a map or a list stands here where the name of a field belongs; where this is a template, such as"
                            + " {{ name }}, render it first",
                    at);
        }
    }

    private static final class WithoutTimes extends Resolver {
        private static final Pattern INTEGER =
                Pattern.compile("[-+]?(0b[01_]+|0[oO][0-7]+|0[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)");
        private static final Pattern NUMBER =
                Pattern.compile("[-+]?([0-9][0-9_]*\\.[0-9_]*|\\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))([eE][-+]?[0-9]+)?"
                        + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

        @Override
        public void addImplicitResolver(Tag tag, Pattern regexp, String first, int limit) {
            if (!Tag.TIMESTAMP.equals(tag)) {
                Pattern meant = Tag.INT.equals(tag) ? INTEGER : Tag.FLOAT.equals(tag) ? NUMBER : regexp;
                super.addImplicitResolver(tag, meant, first, limit);
            }
        }
    }
}
