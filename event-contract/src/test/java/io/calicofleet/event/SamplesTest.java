package io.calicofleet.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Golden samples: a new one is a new file under {@code samples/v1/<message>/}, no Java. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SamplesTest {

    private static final Path SAMPLES = Path.of("src/test/resources/samples");

    @Test
    void every_event_has_a_full_and_a_minimal_sample() {
        assertThat(EventType.values()).allSatisfy(type -> {
            assertThat(SAMPLES.resolve("v1").resolve(type.shortName()).resolve("full.json"))
                    .exists();
            assertThat(SAMPLES.resolve("v1").resolve(type.shortName()).resolve("minimal.json"))
                    .exists();
        });
    }

    @Test
    void the_full_samples_of_an_event_leave_no_field_out() throws IOException {
        for (EventType type : EventType.values()) {
            JsonNode sample =
                    read(SAMPLES.resolve("v1").resolve(type.shortName()).resolve("full.json"));
            Schemas.document(type.shortName()).path("properties").fieldNames().forEachRemaining(name -> {
                // An inspection alone has facts, and is its full sample; nothing else is an exception.
                assertThat(sample.has(name)).as("%s.%s", type.shortName(), name).isTrue();
            });
        }
    }

    @Test
    void every_component_of_every_record_stands_in_a_sample() throws IOException {
        SampleFields fields = new SampleFields();
        for (Path file : files(SAMPLES.resolve("v1"))) {
            fields.collect(Contract.payload(message(file)), read(file));
        }

        assertThat(fields.missing(Contract.types()))
                .as("a value is written with -Dgolden.update, where nobody wrote a better one")
                .isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> a_sample_is_valid_and_comes_back_as_it_was_read() throws IOException {
        return files(SAMPLES.resolve("v1")).stream()
                .map(file -> DynamicTest.dynamicTest(label(file), () -> {
                    JsonNode sample = read(file);

                    assertThat(Schemas.violations(message(file), sample)).isEmpty();
                    Object value = Schemas.JSON.treeToValue(sample, Contract.payload(message(file)));
                    assertThat(Schemas.JSON.readTree(Schemas.JSON.writeValueAsBytes(value)))
                            .isEqualTo(sample);
                }));
    }

    /** What {@code samples/frozen} is for: see its README. */
    @TestFactory
    Stream<DynamicTest> a_frozen_sample_is_still_valid_and_readable() throws IOException {
        return files(SAMPLES.resolve("frozen")).stream()
                .map(file -> DynamicTest.dynamicTest(label(file), () -> {
                    JsonNode sample = read(file);

                    assertThat(Schemas.violations(message(file), sample)).isEmpty();
                    assertThat((Object) Schemas.JSON.treeToValue(sample, Contract.payload(message(file))))
                            .isNotNull();
                }));
    }

    @Test
    void nobody_edits_a_frozen_sample() throws IOException {
        Path folder = SAMPLES.resolve("frozen");
        String sums = files(folder).stream()
                .map(file ->
                        sha256(file) + "  " + folder.relativize(file).toString().replace('\\', '/'))
                .sorted()
                .reduce("", (all, line) -> all + line + "\n");

        assertThat(Files.readString(folder.resolve("SHA256SUMS"))).isEqualTo(sums);
    }

    @TestFactory
    Stream<DynamicTest> a_message_with_only_what_its_schema_requires_is_readable() throws IOException {
        return Arrays.stream(EventType.values())
                .map(type -> DynamicTest.dynamicTest(type.shortName(), () -> {
                    Set<String> required = new TreeSet<>();
                    Schemas.document(type.shortName()).path("required").forEach(name -> required.add(name.asText()));
                    ObjectNode sparse = (ObjectNode)
                            read(SAMPLES.resolve("v1").resolve(type.shortName()).resolve("minimal.json"));
                    sparse.retain(required);

                    assertThat(Schemas.violations(type.shortName(), sparse)).isEmpty();
                    assertThat((Object) Schemas.JSON.treeToValue(sparse, type.payload()))
                            .isNotNull();
                    // ... and with less than that it is not valid.
                    for (String name : required) {
                        ObjectNode broken = sparse.deepCopy();
                        broken.remove(name);
                        assertThat(Schemas.violations(type.shortName(), broken))
                                .as("without %s", name)
                                .isNotEmpty();
                    }
                }));
    }

    @Test
    void a_constant_from_a_newer_sender_makes_the_message_unreadable_and_says_what_is_known() throws IOException {
        ObjectNode sample = (ObjectNode) read(SAMPLES.resolve("v1/step.failed/full.json"));
        sample.put("reason", "solar-flare");

        assertThatThrownBy(() -> Schemas.JSON.treeToValue(sample, StepFailed.class))
                .isInstanceOf(JsonMappingException.class)
                .hasMessageContaining("'solar-flare' is none of api-unavailable")
                .hasMessageContaining("[\"reason\"]");
    }

    private static String message(Path file) {
        return file.getParent().getFileName().toString();
    }

    private static String label(Path file) {
        return message(file) + "/" + file.getFileName();
    }

    private static JsonNode read(Path file) throws IOException {
        return Schemas.JSON.readTree(Files.readString(file, UTF_8));
    }

    private static List<Path> files(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(file -> file.toString().endsWith(".json")).sorted().forEach(files::add);
        }
        assertThat(files).isNotEmpty();
        return files;
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
