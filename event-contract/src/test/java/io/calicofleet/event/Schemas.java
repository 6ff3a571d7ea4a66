package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** The schemas of this module, and JSON as event-kafka reads and writes it. */
final class Schemas {

    static final String BASE = "https://calico-fleet.io/schemas/v1/";

    /** The settings of event-kafka's {@code EventJson}, which this module must not depend on. */
    static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder -> builder.schemaMappers(mappers ->
                    mappers.mapPrefix(BASE, ContractUpdate.SCHEMAS.toUri().toString())));
    private static final SchemaValidatorsConfig CONFIG =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

    static {
        // Before anything is read of it.
        if (System.getProperty("golden.update") != null) {
            ContractUpdate.run();
        }
    }

    private Schemas() {}

    /** The schema {@code name}, such as {@code step.requested}, as it stands in its file. */
    static JsonNode document(String name) {
        Path file = ContractUpdate.SCHEMAS.resolve(name + ".schema.json");
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** What is wrong with {@code instance}; empty where it is what schema {@code name} describes. */
    static List<String> violations(String name, JsonNode instance) {
        return FACTORY.getSchema(SchemaLocation.of(BASE + name + ".schema.json"), CONFIG).validate(instance).stream()
                .map(ValidationMessage::getMessage)
                .sorted()
                .toList();
    }
}
