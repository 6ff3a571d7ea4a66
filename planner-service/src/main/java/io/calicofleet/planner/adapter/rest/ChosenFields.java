package io.calicofleet.planner.adapter.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.calicofleet.kafka.EventJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/** Some of the fields of a document. */
final class ChosenFields {

    private ChosenFields() {}

    /** The object {@code json} with those of its fields that are in {@code fields}, in their order there. */
    static byte[] of(byte[] json, Set<String> fields) {
        ByteArrayOutputStream chosen = new ByteArrayOutputStream();
        try (JsonParser parser = EventJson.mapper().createParser(json);
                JsonGenerator generator = EventJson.mapper().createGenerator(chosen)) {
            parser.nextToken();
            generator.writeStartObject();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = fields.contains(parser.currentName());
                if (wanted) {
                    generator.copyCurrentStructure(parser);
                } else {
                    parser.nextToken();
                    parser.skipChildren();
                }
            }
            generator.writeEndObject();
        } catch (IOException e) {
            // The view takes in nothing but objects in JSON.
            throw new UncheckedIOException(e);
        }
        return chosen.toByteArray();
    }
}
