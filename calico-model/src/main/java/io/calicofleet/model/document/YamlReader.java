package io.calicofleet.model.document;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Builds documents from the events of a YAML parser, so that nothing is built that breaks a bound: no anchors, aliases and
 * tags, no key twice, no more depth and length than {@link WrittenYaml} has.
 *
 * <p>Of the words YAML 1.1 takes for something else, only {@code true}, {@code false}, {@code null}, {@code ~} and decimal
 * numbers are no texts: {@code mode: off} means the word, a cluster may be called {@code 0123}, and a label be {@code yes}.
 */
final class YamlReader {

    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9]\\d{0,30})");
    private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9]\\d{0,30})\\.\\d{1,30}");
    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");

    private final Parser events;
    private Map<String, Integer> lines = new HashMap<>();

    private YamlReader(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(WrittenYaml.MAX_CHARACTERS);
        this.events = new ParserImpl(new StreamReader(text), options);
    }

    static WrittenYaml read(byte[] text) {
        ByteBuffer bytes = ByteBuffer.wrap(text);
        try {
            return read(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException e) {
            // The bytes before are read, those that are no text are not.
            String before = new String(text, 0, bytes.position(), StandardCharsets.UTF_8);
            return unreadable(before, "this is no text in UTF-8");
        }
    }

    static WrittenYaml read(String text) {
        if (text.length() > WrittenYaml.MAX_CHARACTERS) {
            return new WrittenYaml.Unreadable(
                    1,
                    1,
                    "it has " + text.length() + " characters; at most " + WrittenYaml.MAX_CHARACTERS + " may be there");
        }
        int control = controlCharacter(text);
        if (control >= 0) {
            return unreadable(
                    text.substring(0, control),
                    String.format(
                            Locale.ROOT, "the character U+%04X may not stand here: only text, tabs and line ends", (int)
                                    text.charAt(control)));
        }
        try {
            return new WrittenYaml.Documents(new YamlReader(text).documents());
        } catch (BoundException e) {
            return new WrittenYaml.Unreadable(e.mark.getLine() + 1, e.mark.getColumn() + 1, e.message);
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            String context = e.getContext() == null ? "" : e.getContext() + ", ";
            String message = context + e.getProblem();
            return new WrittenYaml.Unreadable(
                    mark.getLine() + 1, mark.getColumn() + 1, message.replaceAll("\\p{Cntrl}", " "));
        } catch (YAMLException e) {
            return new WrittenYaml.Unreadable(1, 1, e.getClass().getSimpleName() + ": it is no YAML");
        }
    }

    private List<WrittenDocument> documents() {
        List<WrittenDocument> documents = new ArrayList<>();
        while (events.peekEvent() != null) {
            Event event = events.getEvent();
            if (event instanceof DocumentStartEvent) {
                lines = new HashMap<>();
                Object tree = value(events.getEvent(), null, 0);
                if (tree != null) {
                    documents.add(new WrittenDocument(tree, lines));
                }
            }
        }
        return documents;
    }

    private @Nullable Object value(Event event, @Nullable String path, int depth) {
        Mark mark = event.getStartMark();
        if (event instanceof AliasEvent alias) {
            throw new BoundException(
                    mark,
                    "'*" + alias.getAnchor() + "' is an alias, which is not taken here: write out what it stands for");
        }
        if (event instanceof NodeEvent node && node.getAnchor() != null) {
            throw new BoundException(
                    mark,
                    "'&" + node.getAnchor()
                            + "' is an anchor, which is not taken here: leave it out, and write out what refers to it");
        }
        if (depth > WrittenYaml.MAX_DEPTH) {
            throw new BoundException(
                    mark,
                    "this is more than " + WrittenYaml.MAX_DEPTH + " levels of lists and objects within each other");
        }
        return switch (event) {
            case MappingStartEvent mapping -> mapping(mapping, path, depth);
            case SequenceStartEvent sequence -> sequence(sequence, path, depth);
            case ScalarEvent scalar -> scalar(scalar);
            default -> throw new BoundException(mark, "a value is expected here");
        };
    }

    private Map<String, @Nullable Object> mapping(MappingStartEvent start, @Nullable String path, int depth) {
        refuseTag(start.getStartMark(), start.getTag());
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        Map<String, Integer> first = new HashMap<>();
        for (Event event = events.getEvent(); !(event instanceof MappingEndEvent); event = events.getEvent()) {
            Mark mark = event.getStartMark();
            if (!(event instanceof ScalarEvent scalar)) {
                value(event, path, depth + 1);
                throw new BoundException(mark, "the name of a field is expected here, not a list or an object");
            }
            refuseTag(mark, scalar.getTag());
            String key = scalar.getValue();
            int line = mark.getLine() + 1;
            Integer before = first.put(key, line);
            if (before != null) {
                throw new BoundException(
                        mark,
                        "'" + key + "' stands here for the second time, first in line " + before
                                + ": keep one of them");
            }
            String inside = WrittenDocument.key(path, key);
            lines.put(inside, line);
            values.put(key, value(events.getEvent(), inside, depth + 1));
        }
        return values;
    }

    private List<@Nullable Object> sequence(SequenceStartEvent start, @Nullable String path, int depth) {
        refuseTag(start.getStartMark(), start.getTag());
        List<@Nullable Object> values = new ArrayList<>();
        for (Event event = events.getEvent(); !(event instanceof SequenceEndEvent); event = events.getEvent()) {
            String inside = WrittenDocument.key(path, values.size());
            lines.put(inside, event.getStartMark().getLine() + 1);
            values.add(value(event, inside, depth + 1));
        }
        return values;
    }

    private static @Nullable Object scalar(ScalarEvent scalar) {
        refuseTag(scalar.getStartMark(), scalar.getTag());
        String text = scalar.getValue();
        if (!scalar.isPlain()) {
            return text;
        }
        if (NOTHING.contains(text)) {
            return null;
        }
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        if (INTEGER.matcher(text).matches()) {
            BigInteger number = new BigInteger(text);
            return number.bitLength() < Integer.SIZE ? (Object) number.intValue() : number;
        }
        return DECIMAL.matcher(text).matches() ? new BigDecimal(text) : text;
    }

    private static void refuseTag(Mark mark, @Nullable String tag) {
        // A text in quotes has the tag "!" or none, as the parser likes.
        if (tag != null && !tag.equals("!")) {
            throw new BoundException(mark, "'" + tag + "' is a tag, which is not taken here: write the value alone");
        }
    }

    private static WrittenYaml unreadable(String before, String message) {
        return new WrittenYaml.Unreadable(
                (int) before.chars().filter(letter -> letter == '\n').count() + 1,
                before.length() - before.lastIndexOf('\n'),
                message);
    }

    /** Where the first character is that no text has; -1: nowhere. */
    private static int controlCharacter(String text) {
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (Character.isISOControl(letter)
                    && letter != '\n'
                    && letter != '\r'
                    && letter != '\t'
                    && letter != '\u0085') {
                return i;
            }
        }
        return -1;
    }

    /** A bound that is broken; caught where reading began. */
    private static final class BoundException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Mark mark;
        private final String message;

        BoundException(Mark mark, String message) {
            super(message, null, false, false);
            this.mark = mark;
            this.message = message;
        }
    }
}
