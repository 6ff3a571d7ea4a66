package io.calicofleet.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The schemas and the records say the same. Whoever adds an event, a component or a constant is led here;
 * {@link ContractUpdate} writes what follows from that into the schema.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SchemaCoversVocabularyTest {

    private static final String COMMON = "common.schema.json#/$defs/";
    private static final Path FOLDER = Path.of("src/main/resources/schemas");

    @TestFactory
    Stream<DynamicTest> every_message_and_every_record_in_it_has_exactly_the_components_of_its_schema() {
        return vocabulary().entrySet().stream()
                .filter(entry -> entry.getKey().isRecord())
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey().getSimpleName(), () -> compare(entry.getKey(), entry.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> every_constant_is_listed_with_its_sentence() {
        return vocabulary().entrySet().stream()
                .filter(entry -> entry.getKey().isEnum())
                .map(entry -> DynamicTest.dynamicTest(entry.getKey().getSimpleName(), () -> {
                    Map<String, String> listed = new LinkedHashMap<>();
                    entry.getValue()
                            .path("oneOf")
                            .forEach(option -> listed.put(
                                    option.path("const").asText(),
                                    option.path("description").asText()));
                    assertThat(listed)
                            .as("write it with -Dgolden.update")
                            .isEqualTo(Contract.constants(entry.getKey()));
                }));
    }

    @Test
    void the_folder_holds_a_schema_for_every_event_and_nothing_without_use() throws IOException {
        Set<String> expected = new TreeSet<>(List.of("campaign", "common", "traffic"));
        Arrays.stream(EventType.values()).map(EventType::shortName).forEach(expected::add);
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".schema.json", "")))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @TestFactory
    Stream<DynamicTest> every_schema_is_valid_and_carries_its_own_address() throws IOException {
        var meta = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(com.networknt.schema.SchemaLocation.of(SpecVersion.VersionFlag.V202012.getId()));
        List<Path> files;
        try (Stream<Path> list = Files.list(FOLDER)) {
            files = list.sorted().toList();
        }
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    JsonNode schema = Schemas.JSON.readTree(file.toFile());
                    assertThat(meta.validate(schema)).isEmpty();
                    assertThat(schema.path("$id").asText()).isEqualTo(Schemas.BASE + file.getFileName());
                }));
    }

    @Test
    void the_schema_of_a_step_id_knows_every_kind_of_step() {
        String pattern = Schemas.document("common")
                .path("$defs")
                .path("stepId")
                .path("pattern")
                .asText();

        assertThat(StepKind.values())
                .allSatisfy(kind ->
                        assertThat("calico-3-22/c01/" + kind.encode() + "/1").matches(pattern));
        assertThat("calico-3-22/c01/dance/1").doesNotMatch(pattern);
    }

    @Test
    void no_shared_definition_is_without_use() {
        Set<String> used = new TreeSet<>(Set.of("instant", "duration"));
        Stream.concat(Contract.types().stream(), Contract.VALUES.stream())
                .map(Contract::definition)
                .forEach(used::add);
        List<String> defined = new ArrayList<>();
        Schemas.document("common").path("$defs").fieldNames().forEachRemaining(defined::add);
        assertThat(used).containsAll(defined);
    }

    /** Every record and enum a message can hold, with its schema. */
    private static Map<Class<?>, JsonNode> vocabulary() {
        JsonNode common = Schemas.document("common").path("$defs");
        Map<Class<?>, JsonNode> found = new LinkedHashMap<>();
        for (Class<?> type : Contract.types()) {
            found.put(
                    type,
                    Contract.message(type)
                            .map(Schemas::document)
                            .orElseGet(() -> common.path(Contract.definition(type))));
        }
        return found;
    }

    private static void compare(Class<?> type, JsonNode schema) {
        assertThat(schema.path("type").asText()).as("schema of %s", type).isEqualTo("object");
        assertThat(schema.path("description").asText()).isNotBlank();
        assertThat(schema.has("additionalProperties"))
                .as("readers overlook unknown fields")
                .isFalse();
        List<String> properties = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(properties::add);
        assertThat(properties)
                .as("write it with -Dgolden.update")
                .containsExactly(Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toArray(String[]::new));
        Set<String> required = new TreeSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        for (RecordComponent component : type.getRecordComponents()) {
            String name = type.getSimpleName() + "." + component.getName();
            JsonNode property = schema.path("properties").path(component.getName());
            assertThat(property.path("description").asText()).as(name).isNotBlank();
            assertShape(name, component.getGenericType(), property);
            assertThat(required.contains(component.getName()))
                    .as(
                            "%s is required: what has no null, no empty form and no default in the schema is, nothing else",
                            name)
                    .isEqualTo(Contract.required(component, property));
        }
    }

    private static void assertShape(String name, Type type, JsonNode schema) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            boolean list = Collection.class.isAssignableFrom((Class<?>) generic.getRawType());
            assertThat(schema.path("type").asText()).as(name).isEqualTo(list ? "array" : "object");
            assertShape(
                    name + "[]",
                    list ? arguments[0] : arguments[1],
                    schema.path(list ? "items" : "additionalProperties"));
            return;
        }
        String plain = Contract.plain((Class<?>) type);
        if (plain != null) {
            assertThat(schema.path("type").asText()).as(name).isEqualTo(plain);
            // Absent reads as Java's zero; a default in the schema has to say just that.
            assertThat(schema.path("default").asText()).as(name).isIn("", "false", "0");
        } else {
            String reference = schema.path("$ref").asText();
            assertThat(reference.startsWith("#") ? "common.schema.json" + reference : reference)
                    .as(name)
                    .isEqualTo(COMMON + Contract.definition((Class<?>) type));
        }
    }
}
