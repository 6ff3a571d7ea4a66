package io.calicofleet.planner.adapter.rest;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.planner.core.document.Problem;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Parses bodies: JSON, or YAML where the content type says so. */
final class BodyReader {

    /** The media types of YAML: the registered one, and one that is older. */
    static final String YAML = "application/yaml";

    static final String OLD_YAML = "application/x-yaml";

    private static final ObjectMapper JSON_MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final ObjectMapper YAML_MAPPER = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private BodyReader() {}

    /**
     * The tree of maps, lists and scalars in {@code body}; null where it is empty.
     *
     * @throws ProblemException where it cannot be parsed; it says where
     */
    static @Nullable Object tree(byte[] body, @Nullable MediaType type) {
        boolean yaml =
                type != null && type.getSubtype().toLowerCase(Locale.ROOT).endsWith("yaml");
        if (isBlank(body)) {
            return null;
        }
        try {
            return (yaml ? YAML_MAPPER : JSON_MAPPER).readValue(body, Object.class);
        } catch (JsonProcessingException e) {
            String where = where(e.getLocation());
            String detail = "The body is no " + (yaml ? "YAML" : "JSON") + where + ": " + e.getOriginalMessage();
            throw ProblemDocument.unparseable(detail, List.of(new Problem("", detail, "", "")));
        } catch (IOException e) {
            throw ProblemDocument.unparseable("The body cannot be read: " + e.getMessage(), List.of());
        }
    }

    private static String where(@Nullable JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : ", at line " + location.getLineNr() + ", column " + location.getColumnNr();
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
