package io.calicofleet.planner.adapter.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.calicofleet.model.document.WrittenDocument;
import io.calicofleet.model.document.WrittenYaml;
import io.calicofleet.planner.core.document.Problem;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Parses bodies: JSON, or YAML where the content type says so; both within the bounds of {@link WrittenYaml}. */
final class BodyReader {

    /** The media types of YAML: the registered one, and one that is older. */
    static final String YAML = "application/yaml";

    static final String OLD_YAML = "application/x-yaml";

    private static final ObjectMapper JSON_MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(WrittenYaml.MAX_DEPTH)
                            .maxDocumentLength(WrittenYaml.MAX_CHARACTERS)
                            .maxStringLength(WrittenYaml.MAX_CHARACTERS)
                            .maxNumberLength(40)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private BodyReader() {}

    /**
     * A body as it was understood.
     *
     * @param tree of maps, lists and scalars; null: it is empty
     * @param located puts the lines of the body into the problems with it, where they are known
     */
    record Body(@Nullable Object tree, UnaryOperator<Problem> located) {}

    /**
     * What is in {@code body}.
     *
     * @throws ProblemException where it cannot be parsed; it says where
     */
    static Body body(byte[] body, @Nullable MediaType type) {
        if (isBlank(body)) {
            return new Body(null, problem -> problem);
        }
        boolean yaml =
                type != null && type.getSubtype().toLowerCase(Locale.ROOT).endsWith("yaml");
        return yaml ? yaml(body) : new Body(json(body), problem -> problem);
    }

    /** The tree of maps, lists and scalars in {@code body}; null where it is empty. */
    static @Nullable Object tree(byte[] body, @Nullable MediaType type) {
        return body(body, type).tree();
    }

    private static Body yaml(byte[] body) {
        return switch (WrittenYaml.read(body)) {
            case WrittenYaml.Unreadable fault ->
                throw unparseable(
                        "The body is no YAML, at line " + fault.line() + ", column " + fault.column() + ": "
                                + fault.message(),
                        fault.line());
            case WrittenYaml.Documents read -> {
                if (read.documents().size() > 1) {
                    throw unparseable("The body holds " + read.documents().size() + " documents, not one.", null);
                }
                yield read.documents().isEmpty()
                        ? new Body(null, problem -> problem)
                        : new Body(
                                read.documents().getFirst().tree(),
                                located(read.documents().getFirst()));
            }
        };
    }

    private static UnaryOperator<Problem> located(WrittenDocument document) {
        return problem -> {
            OptionalInt line = document.line(problem.field());
            return line.isPresent() ? problem.in(line.getAsInt()) : problem;
        };
    }

    private static @Nullable Object json(byte[] body) {
        try {
            return JSON_MAPPER.readValue(body, Object.class);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            boolean known = at != null && at.getLineNr() >= 1;
            throw unparseable(
                    "The body is no JSON"
                            + (known ? ", at line " + at.getLineNr() + ", column " + at.getColumnNr() : "") + ": "
                            + e.getOriginalMessage(),
                    known ? at.getLineNr() : null);
        } catch (IOException e) {
            throw ProblemDocument.unparseable("The body cannot be read: " + e.getMessage(), List.of());
        }
    }

    private static ProblemException unparseable(String detail, @Nullable Integer line) {
        return ProblemDocument.unparseable(detail, List.of(new Problem("", detail, "", "", line)));
    }

    private static boolean isBlank(byte[] body) {
        for (byte letter : body) {
            if (letter > ' ' || letter < 0) {
                return false;
            }
        }
        return true;
    }
}
