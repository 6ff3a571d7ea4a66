package io.calicofleet.planner.adapter.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.jspecify.annotations.Nullable;

/** An example of every answer: by the name of its schema, in {@code api-examples} beside the classes. That each has one is for a test. */
final class ApiExamples {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String REFERENCE = "#/components/schemas/";
    private static final String STREAM = """
            id: calico-3-22/eu-west-1/upgrade/3/requested
            event: step.requested
            data: {"specversion":"1.0","id":"calico-3-22/eu-west-1/upgrade/3/requested","type":"io.calicofleet.step.requested.v1"}

            """;

    private ApiExamples() {}

    /** Gives an answer its example. */
    static void add(String path, String mediaType, MediaType content) {
        if (mediaType.equals(jakarta.ws.rs.core.MediaType.SERVER_SENT_EVENTS)) {
            content.schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING))
                    .example(STREAM);
        } else if (path.endsWith("/archive")) {
            read("Archive").ifPresent(content::example);
        } else if (path.endsWith("/statement")
                && content.getSchema() != null
                && content.getSchema().getRef() == null) {
            read("Statement").ifPresent(content::example);
        } else if (path.endsWith("/report")) {
            read("Report").ifPresent(content::example);
        } else {
            example(content.getSchema()).ifPresent(content::example);
        }
    }

    private static Optional<Object> example(@Nullable Schema schema) {
        if (schema == null) {
            return Optional.empty();
        }
        if (schema.getRef() != null) {
            return read(schema.getRef().substring(REFERENCE.length()));
        }
        return schema.getItems() == null
                ? Optional.empty()
                : example(schema.getItems()).map(List::of);
    }

    private static Optional<Object> read(String name) {
        String file = "/api-examples/" + name + ".json";
        try (InputStream json = ApiExamples.class.getResourceAsStream(file)) {
            if (json == null) {
                return Optional.empty();
            }
            JsonNode tree = MAPPER.readTree(json);
            return Optional.of(MAPPER.convertValue(tree, Map.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
