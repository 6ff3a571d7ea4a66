package io.calicofleet.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.event.ControlCharacters;
import io.calicofleet.kafka.EventJson;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What {@code -o} takes. */
@SuppressWarnings("ImmutableEnumChecker") // Jackson's writers are immutable, but not marked so
public enum OutputFormat {
    /** For people. */
    TABLE(null),
    /** For programs. */
    JSON(EventJson.mapper().writer().with(SerializationFeature.INDENT_OUTPUT)),
    /** For programs and people. */
    YAML(YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build()
            .writer());

    private final @Nullable ObjectWriter writer;

    OutputFormat(@Nullable ObjectWriter writer) {
        this.writer = writer;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether programs read it: nothing else may be printed on standard output then. */
    public boolean structured() {
        return writer != null;
    }

    /** Prints {@code node}; only for {@link #structured()} formats. */
    public void print(Terminal terminal, JsonNode node) {
        if (writer == null) {
            throw new IllegalStateException("a table is not printed from JSON");
        }
        try {
            String text = writer.writeValueAsString(node).stripTrailing();
            terminal.document(this == JSON ? escaped(text) : text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** JSON escapes control characters up to U+001F; those above can only be in strings, where their escape means the same. */
    private static String escaped(String json) {
        return ControlCharacters.replaced(
                json, letter -> letter < ' ' ? String.valueOf(letter) : "\\u%04x".formatted((int) letter));
    }
}
