package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The annotation in which client-side {@code kubectl apply} keeps what it applied, written exactly as kubectl does. */
public final class LastApplied {

    /** Its name. */
    public static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

    /** All annotations of an object may have so many bytes together; some room is left for the others. */
    static final int MAX_LENGTH = 250_000;

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    static {
        MAPPER.getFactory().setCharacterEscapes(new GoEscapes());
    }

    private LastApplied() {}

    /** The manifest in the form of the annotation: sorted, compact, without the annotation itself, ending in a newline. */
    static String encode(ObjectNode manifest) {
        ObjectNode copy = manifest.deepCopy();
        Json.child(Json.child(copy, "metadata"), "annotations").remove(ANNOTATION);
        try {
            return MAPPER.writeValueAsString(sorted(copy)) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree cannot be written", e);
        }
    }

    /** The manifest that was last applied to this object; empty where there is no readable annotation. */
    static Optional<ObjectNode> of(@Nullable JsonNode live) {
        String text = Json.text(Json.get(Json.get(live, "metadata"), "annotations"), ANNOTATION);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return MAPPER.readTree(text) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty(); // somebody wrote something else into it: as good as none
        }
    }

    private static JsonNode sorted(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode result = Json.object();
            new TreeSet<>(Json.names(object)).forEach(name -> result.set(name, sorted(object.get(name))));
            return result;
        }
        if (node.isArray()) {
            var result = Json.NODES.arrayNode();
            node.forEach(entry -> result.add(sorted(entry)));
            return result;
        }
        return node;
    }

    /** Go's encoding/json escapes what HTML would trip over, and writes control characters in lower case. */
    private static final class GoEscapes extends CharacterEscapes {

        private static final String HTML = "<>&\u2028\u2029";

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            for (char c = 0; c < codes.length; c++) {
                boolean custom = HTML.indexOf(c) >= 0 || codes[c] == ESCAPE_STANDARD;
                codes[c] = custom ? ESCAPE_CUSTOM : codes[c];
            }
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            return HTML.indexOf(c) < 0 && c >= ' ' ? null : new SerializedString(String.format("\\u%04x", c));
        }
    }
}
