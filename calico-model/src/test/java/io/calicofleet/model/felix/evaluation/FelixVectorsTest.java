package io.calicofleet.model.felix.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The model against verdicts that it had no part in. Our own vectors ask one question each; {@code felix-measured.json} has
 * random scenarios that Felix v3.22.5 and v3.32.1, built from projectcalico/calico, judged in a network namespace of ours
 * (2026-11-29, real packets, counted behind its chains); {@code felix-minimised.json} has what thousands more of them, and
 * directed ones, also of v3.28.5 and v3.30.7 (2026-11-30, the same way), judged in another way than the model did then, made
 * as small as it goes. They always run; those measured by others run where {@code shared/felix-vectors} is beside the project,
 * or {@code -Dcalicofleet.felixVectors} says where they are.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FelixVectorsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest(name = "{0}")
    @MethodSource("own")
    void the_model_says_what_Felix_does(String name, Vector vector) {
        assertThat(vector.disagreements()).isEmpty();
    }

    static Stream<Object[]> own() throws IOException {
        return Stream.concat(vectors("/felix-vectors.json"), vectors("/felix-minimised.json"))
                .map(vector -> new Object[] {vector.name(), vector});
    }

    @Test
    void the_model_agrees_with_Felix_on_random_policies() throws IOException {
        assertThat(vectors("/felix-measured.json").flatMap(vector -> vector.disagreements().stream()))
                .isEmpty();
    }

    private static Stream<Vector> vectors(String resource) throws IOException {
        try (InputStream file = FelixVectorsTest.class.getResourceAsStream(resource)) {
            return stream(JSON.readTree(file)).map(Vector::ofObjects);
        }
    }

    @Test
    void the_model_agrees_with_a_measured_Felix_to_the_last_packet() throws IOException {
        Path folder = measured();
        assumeTrue(Files.isDirectory(folder), () -> "no vectors measured with a real Felix at " + folder);

        List<Vector> vectors = Stream.concat(
                        stream(JSON.readTree(
                                        folder.resolve("felix-vectors.json").toFile()))
                                .map(Vector::byKind),
                        stream(JSON.readTree(folder.resolve("more-vectors.json").toFile())
                                        .path("scenarios"))
                                .map(Vector::ofObjects))
                .toList();
        System.out.println(vectors.size() + " measured scenarios with "
                + vectors.stream().mapToInt(vector -> vector.packets().size()).sum() + " packets");

        assertThat(vectors.stream().flatMap(vector -> vector.disagreements().stream()))
                .isEmpty();
    }

    private static Path measured() {
        String given = System.getProperty("calicofleet.felixVectors");
        if (given != null) {
            return Path.of(given);
        }
        Path above = Path.of("").toAbsolutePath();
        return Stream.iterate(above, Objects::nonNull, Path::getParent)
                .map(path -> path.resolve("shared/felix-vectors"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(above.resolve("../../shared/felix-vectors"));
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
