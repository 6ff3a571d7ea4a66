package io.calicofleet.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The schemas and the records say the same. Whoever adds an event, a component or a constant is led here and on to the
 * schema; each message of this test names the file to touch.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SchemaCoversVocabularyTest {

    private static final String COMMON = "common.schema.json#/$defs/";
    private static final Path FOLDER = Path.of("src/main/resources/schemas");

    /** Types with a JSON form of their own; their schema is checked by the samples and the tests of the types. */
    private static final Set<Class<?>> VALUES = Set.of(
            CalicoVersion.class,
            CampaignName.class,
            ClusterId.class,
            FailsafePort.class,
            WaveName.class,
            StepId.class,
            Quantity.class);

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
                    assertThat(listed).isEqualTo(constants(entry.getKey()));
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
        Stream.concat(vocabulary().keySet().stream(), VALUES.stream())
                .map(SchemaCoversVocabularyTest::definition)
                .forEach(used::add);
        List<String> defined = new ArrayList<>();
        Schemas.document("common").path("$defs").fieldNames().forEachRemaining(defined::add);
        assertThat(used).containsAll(defined);
    }

    /** Every record and enum a message can hold, with its schema. */
    private static Map<Class<?>, JsonNode> vocabulary() {
        JsonNode common = Schemas.document("common").path("$defs");
        Map<Class<?>, JsonNode> found = new LinkedHashMap<>();
        for (EventType type : EventType.values()) {
            found.put(type.payload(), Schemas.document(type.shortName()));
            collect(type.payload(), common, found);
        }
        // Travels inside of step ids.
        found.put(StepKind.class, common.path(definition(StepKind.class)));
        found.put(TrafficLine.class, Schemas.document("traffic"));
        return found;
    }

    private static void collect(Class<?> type, JsonNode common, Map<Class<?>, JsonNode> found) {
        for (RecordComponent component : type.getRecordComponents()) {
            for (Class<?> part : parts(component.getGenericType())) {
                boolean ours = part.getPackage() == SchemaCoversVocabularyTest.class.getPackage();
                if (ours && !VALUES.contains(part) && !found.containsKey(part)) {
                    found.put(part, common.path(definition(part)));
                    if (part.isRecord()) {
                        collect(part, common, found);
                    }
                }
            }
        }
    }

    private static List<Class<?>> parts(Type type) {
        return switch (type) {
            case Class<?> plain -> List.of(plain);
            case ParameterizedType generic ->
                Arrays.stream(generic.getActualTypeArguments())
                        .flatMap(argument -> parts(argument).stream())
                        .toList();
            default -> throw new AssertionError("no schema is known for " + type);
        };
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
                    .isEqualTo(!nullable(component) && !container(component.getType()) && !property.has("default"));
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
        String plain = plain((Class<?>) type);
        if (plain != null) {
            assertThat(schema.path("type").asText()).as(name).isEqualTo(plain);
            // Absent reads as Java's zero; a default in the schema has to say just that.
            assertThat(schema.path("default").asText()).as(name).isIn("", "false", "0");
        } else {
            String reference = schema.path("$ref").asText();
            assertThat(reference.startsWith("#") ? "common.schema.json" + reference : reference)
                    .as(name)
                    .isEqualTo(COMMON + definition((Class<?>) type));
        }
    }

    private static @Nullable String plain(Class<?> type) {
        if (type == String.class) {
            return "string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "boolean";
        }
        return Set.of(int.class, long.class, Integer.class, Long.class).contains(type) ? "integer" : null;
    }

    private static String definition(Class<?> type) {
        if (type == Instant.class || type == Duration.class) {
            return type.getSimpleName().toLowerCase(java.util.Locale.ROOT);
        }
        String name = type.getSimpleName();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    private static boolean container(Class<?> type) {
        return Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type);
    }

    private static boolean nullable(RecordComponent component) {
        AnnotatedType type = component.getAnnotatedType();
        return type.isAnnotationPresent(Nullable.class);
    }

    private static Map<String, String> constants(Class<?> type) throws ReflectiveOperationException {
        Method encode = Arrays.stream(type.getMethods())
                .filter(method -> method.isAnnotationPresent(JsonValue.class))
                .findFirst()
                .orElseThrow(() -> new AssertionError(type + " has no @JsonValue"));
        Map<String, String> constants = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put((String) encode.invoke(constant), (String)
                    type.getMethod("sentence").invoke(constant));
        }
        return constants;
    }
}
