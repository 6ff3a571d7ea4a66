package io.calicofleet.planner.adapter.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.planner.BrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * The page's types are made of {@code web-page/api-schemas.json}: the schemas of the OpenAPI document, without what is there for readers alone.
 * {@code -Dgolden.update} writes it anew.
 */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PageSchemasIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path FILE = Path.of("../web-page/api-schemas.json");
    private static final Set<String> FOR_READERS = Set.of("example", "examples", "description");

    @Test
    void the_page_has_the_schemas_that_rest_has_now() throws IOException {
        JsonNode api = MAPPER.readTree(
                given().accept("application/json").get("/q/openapi").asString());
        ObjectNode page = MAPPER.createObjectNode();
        page.set("openapi", api.path("openapi"));
        page.putObject("info")
                .put("title", api.at("/info/title").asText())
                .put("version", api.at("/info/version").asText());
        page.putObject("paths");
        page.putObject("components").set("schemas", bare(api.at("/components/schemas")));
        String now = text(page);
        if (System.getProperty("golden.update") != null) {
            Files.writeString(FILE, now);
        }
        assertThat(Files.readString(FILE))
                .as("%s; write it anew with -Dgolden.update, and the page may need a change", FILE)
                .isEqualTo(now);
    }

    /** With keys in order. */
    private static JsonNode bare(JsonNode schema) {
        if (schema.isArray()) {
            ArrayNode all = MAPPER.createArrayNode();
            schema.forEach(each -> all.add(bare(each)));
            return all;
        }
        if (!schema.isObject()) {
            return schema;
        }
        Set<String> names = new TreeSet<>();
        schema.fieldNames().forEachRemaining(names::add);
        names.removeAll(FOR_READERS);
        ObjectNode all = MAPPER.createObjectNode();
        names.forEach(name -> all.set(name, bare(schema.path(name))));
        return all;
    }

    private static String text(JsonNode page) throws IOException {
        DefaultIndenter lines = new DefaultIndenter(" ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator(""));
        printer.indentObjectsWith(lines);
        printer.indentArraysWith(lines);
        return MAPPER.writer(printer).writeValueAsString(page) + "\n";
    }
}
