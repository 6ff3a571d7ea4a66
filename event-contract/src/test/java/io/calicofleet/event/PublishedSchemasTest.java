package io.calicofleet.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Readers that were written by a published schema read what is sent now: see the README of {@code schemas-published}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PublishedSchemasTest {

    private static final Path PUBLISHED = Path.of("src/test/resources/schemas-published");

    @TestFactory
    Stream<DynamicTest> a_reader_of_a_published_schema_reads_what_is_sent_now() throws IOException {
        List<Path> files = files();
        assertThat(files).hasSizeGreaterThan(30);
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(PUBLISHED.relativize(file).toString(), () -> {
                    Path now = ContractUpdate.SCHEMAS.resolve(file.getFileName());

                    assertThat(now).as("its event is there no more").exists();
                    assertThat(SchemaChange.breaks(
                                    Schemas.JSON.readTree(file.toFile()), Schemas.JSON.readTree(now.toFile())))
                            .as("what breaks those who read it")
                            .isEmpty();
                }));
    }

    @Test
    void nobody_edits_a_published_schema() throws IOException, NoSuchAlgorithmException {
        StringBuilder sums = new StringBuilder();
        for (String line :
                files().stream().map(PublishedSchemasTest::sum).sorted().toList()) {
            sums.append(line).append('\n');
        }

        assertThat(Files.readString(PUBLISHED.resolve("SHA256SUMS"))).isEqualTo(sums.toString());
    }

    @Test
    void what_breaks_a_reader_is_found_and_named() {
        breaks(schema -> properties(schema).remove("phase"), "/properties/phase is there no more");
        breaks(
                schema -> ((ObjectNode) properties(schema).path("clusters")).put("type", "string"),
                "/properties/clusters/type was \"integer\" and is \"string\"");
        breaks(
                schema -> ((ArrayNode) schema.path("required")).remove(0),
                "/properties/campaign was always there and may be absent");
        breaks(
                schema -> ((ObjectNode) schema.at("/properties/waves/items"))
                        .put("$ref", "common.schema.json#/$defs/other"),
                "/properties/waves/items/$ref was");
        breaks(
                schema -> ((ObjectNode) schema.at("/properties/phases/additionalProperties")).put("type", "number"),
                "/properties/phases/additionalProperties/type was");
        breaks(schema -> schema.put("$id", "another"), "/$id was");
    }

    @Test
    void a_constant_that_goes_is_found() {
        ObjectNode schema = Schemas.document("common").deepCopy();
        ((ArrayNode) schema.at("/$defs/campaignPhase/oneOf")).remove(0);

        assertThat(SchemaChange.breaks(Schemas.document("common"), schema))
                .containsExactly("/$defs/campaignPhase/oneOf has \"running\" no more");
    }

    @Test
    void what_is_added_or_said_in_other_words_breaks_nobody() {
        ObjectNode schema = Schemas.document("campaign.status").deepCopy();
        schema.put("description", "In other words.");
        properties(schema).putObject("novelty").put("type", "string");
        ((ArrayNode) schema.path("required")).add("novelty");

        assertThat(SchemaChange.breaks(Schemas.document("campaign.status"), schema))
                .isEmpty();
    }

    private static void breaks(Consumer<ObjectNode> change, String named) {
        ObjectNode schema = Schemas.document("campaign.status").deepCopy();
        change.accept(schema);

        assertThat(SchemaChange.breaks(Schemas.document("campaign.status"), schema))
                .singleElement()
                .asString()
                .startsWith(named);
    }

    private static ObjectNode properties(JsonNode schema) {
        return (ObjectNode) schema.path("properties");
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(PUBLISHED)) {
            return all.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static String sum(Path file) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest) + "  "
                    + PUBLISHED.relativize(file).toString().replace('\\', '/');
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(file.toString(), e);
        }
    }
}
