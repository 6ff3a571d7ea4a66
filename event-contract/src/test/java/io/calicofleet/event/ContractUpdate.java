package io.calicofleet.event;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code -Dgolden.update} writes into schemas and samples before the tests of this module look at them: the
 * declarations in Java are the one place where something new is said.
 *
 * <ul>
 *   <li>A component or a constant that its schema does not have, with the text of its Javadoc; one that is gone leaves it.
 *       What a schema says beyond that (patterns, bounds, examples, words of its own) stays as somebody wrote it.
 *   <li>In the samples of {@code v1} the form in which a message is written today, and in the full one a value for a component that no
 *       sample has; whoever adds one may put a better value there. Frozen samples are never touched.
 * </ul>
 */
final class ContractUpdate {

    static final Path SCHEMAS = Path.of("src/main/resources/schemas");
    static final Path SAMPLES = Path.of("src/test/resources/samples/v1");

    private static final ObjectWriter WRITER =
            Schemas.JSON.writer(new DefaultPrettyPrinter(Separators.createDefaultInstance()
                            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                            .withObjectEmptySeparator("")
                            .withArrayEmptySeparator(""))
                    .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                    .withArrayIndenter(new DefaultIndenter("  ", "\n")));

    private ContractUpdate() {}

    /** Writes what is missing. A file in which nothing is stays as it is. */
    static void run() {
        try {
            schemas();
            samples();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void schemas() throws IOException {
        Path commonFile = SCHEMAS.resolve("common.schema.json");
        ObjectNode common = read(commonFile);
        ObjectNode definitions = (ObjectNode) common.path("$defs");
        for (Class<?> type : Contract.types()) {
            Path own = SCHEMAS.resolve(Contract.message(type).orElse("common") + ".schema.json");
            if (own.equals(commonFile)) {
                ObjectNode schema = definitions.withObject(Contract.definition(type));
                complete(type, schema, "#/$defs/");
            } else {
                ObjectNode schema = read(own);
                complete(type, schema, "common.schema.json#/$defs/");
                write(own, schema);
            }
        }
        ObjectNode stepId = (ObjectNode) definitions.path("stepId");
        String kinds = Arrays.stream(StepKind.values()).map(StepKind::encode).collect(Collectors.joining("|"));
        stepId.put("pattern", stepId.path("pattern").asText().replaceFirst("\\(inspect\\|[^)]*\\)", "(" + kinds + ")"));
        write(commonFile, common);
    }

    private static void complete(Class<?> type, ObjectNode schema, String definitions) throws IOException {
        Javadoc javadoc = Javadoc.of(type);
        if (!schema.has("description")) {
            schema.put("description", javadoc.sentence());
        }
        if (type.isEnum()) {
            schema.put("type", "string");
            ArrayNode options = schema.putArray("oneOf");
            Contract.constants(type)
                    .forEach((constant, sentence) ->
                            options.addObject().put("const", constant).put("description", sentence));
            return;
        }
        if (!schema.has("type")) {
            schema.put("type", "object");
        }
        JsonNode before = schema.path("properties");
        Map<String, JsonNode> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName();
            JsonNode property = before.path(name);
            if (property.isMissingNode()) {
                property = property(component, javadoc, definitions);
            }
            properties.put(name, property);
            if (Contract.required(component, property)) {
                required.add(name);
            }
        }
        // The place of both in the file stays, as far as they have one.
        if (!required.isEmpty()) {
            ArrayNode names = schema.putArray("required");
            required.forEach(names::add);
        } else {
            schema.remove("required");
        }
        schema.putObject("properties").setAll(properties);
    }

    private static ObjectNode property(RecordComponent component, Javadoc javadoc, String definitions) {
        ObjectNode property = shape(component.getGenericType(), definitions);
        if (component.getType() == boolean.class) {
            property.put("default", false);
        }
        ObjectNode described = Schemas.JSON.createObjectNode();
        property.properties().stream()
                .filter(entry -> entry.getKey().matches("type|[$]ref"))
                .forEach(entry -> described.set(entry.getKey(), entry.getValue()));
        described.put("description", javadoc.component(component.getName()));
        described.setAll(property);
        return described;
    }

    private static ObjectNode shape(Type type, String definitions) {
        ObjectNode schema = Schemas.JSON.createObjectNode();
        if (type instanceof ParameterizedType generic) {
            boolean list = Collection.class.isAssignableFrom((Class<?>) generic.getRawType());
            Type[] arguments = generic.getActualTypeArguments();
            schema.put("type", list ? "array" : "object");
            schema.set(list ? "items" : "additionalProperties", shape(arguments[list ? 0 : 1], definitions));
            return schema;
        }
        String plain = Contract.plain((Class<?>) type);
        return plain != null
                ? schema.put("type", plain)
                : schema.put("$ref", definitions + Contract.definition((Class<?>) type));
    }

    private static void samples() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(SAMPLES)) {
            all.filter(file -> file.toString().endsWith(".json")).sorted().forEach(files::add);
        }
        Map<Path, ObjectNode> samples = new LinkedHashMap<>();
        for (Path file : files) {
            Class<?> type = Contract.payload(file.getParent().getFileName().toString());
            samples.put(file, Schemas.JSON.valueToTree(Schemas.JSON.treeToValue(read(file), type)));
        }
        SampleFields fields = new SampleFields();
        samples.forEach((file, sample) ->
                fields.collect(Contract.payload(file.getParent().getFileName().toString()), sample));
        for (Map.Entry<Path, ObjectNode> entry : samples.entrySet()) {
            if (entry.getKey().endsWith("full.json")) {
                String message = entry.getKey().getParent().getFileName().toString();
                fields.fill(Contract.payload(message), entry.getValue());
            }
            write(entry.getKey(), entry.getValue());
        }
    }

    private static ObjectNode read(Path file) throws IOException {
        return (ObjectNode) Schemas.JSON.readTree(file.toFile());
    }

    private static void write(Path file, JsonNode content) throws IOException {
        if (!content.toString().equals(read(file).toString())) {
            Files.writeString(file, WRITER.writeValueAsString(content) + "\n");
        }
    }
}
