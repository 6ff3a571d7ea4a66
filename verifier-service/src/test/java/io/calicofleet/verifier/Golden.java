package io.calicofleet.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.calicofleet.model.felix.object.PolicyObject;
import io.calicofleet.verifier.core.traffic.PolicyReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Golden files. With -Dgolden.update=true the files are written instead of compared; read the difference before you commit
 * it.
 */
public final class Golden {

    public static final YAMLMapper YAML = YAMLMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER, YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES, YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    /** Reads policies as the verifier does. */
    public static final PolicyReader POLICIES = yaml -> {
        try {
            return Optional.of(PolicyObject.of(YAML.readTree(yaml)));
        } catch (IOException e) {
            return Optional.empty();
        }
    };

    private static final Path RESOURCES = Path.of("src", "test", "resources");

    private Golden() {}

    /** The folders in a folder, sorted; never none. */
    public static List<Path> cases(String folder) throws IOException {
        try (Stream<Path> paths = Files.list(RESOURCES.resolve(folder))) {
            List<Path> cases = paths.filter(Files::isDirectory).sorted().toList();
            assertThat(cases).as("cases in " + folder).isNotEmpty();
            return cases;
        }
    }

    /** Compares {@code actual} with what the file holds. */
    public static void compare(Path file, String actual) throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(file, actual);
        }
        assertThat(actual).as(file.toString()).isEqualTo(Files.readString(file));
    }
}
