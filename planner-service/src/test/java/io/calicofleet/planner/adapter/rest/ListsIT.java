package io.calicofleet.planner.adapter.rest;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.calicofleet.planner.BrokerResource;
import io.calicofleet.planner.FakeFleet;
import io.calicofleet.planner.People;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What all answers have in common: pages, filters, tags, keys, compression, and their description. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ListsIT {

    private static final String CLUSTERS = "/api/v1/clusters";
    private static final String CAMPAIGNS = "/api/v1/campaigns";
    private static final int MEMBERS = 25;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @TestHTTPResource(CLUSTERS)
    URI clusters;

    @TestHTTPResource(management = true)
    URI management;

    private FakeFleet fleet;

    @BeforeEach
    void serve() throws InterruptedException {
        People.askAsAda();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() ->
                        when().get(management.resolve("/q/health/ready")).then().statusCode(200));
        fleet = new FakeFleet(bootstrapServers);
        fleet.serve(IntStream.rangeClosed(1, MEMBERS)
                .mapToObj("listed-%02d"::formatted)
                .toList());
        await().atMost(Duration.ofMinutes(1))
                .until(() -> when().get(CLUSTERS + "?q=listed-")
                                .jsonPath()
                                .getList("$")
                                .size()
                        == MEMBERS);
    }

    @AfterEach
    void leave() {
        fleet.close();
    }

    @Test
    void pages_of_the_fleet_follow_the_link_of_the_page_before() {
        List<String> seen = new ArrayList<>();
        String next = CLUSTERS + "?q=listed-&limit=10&fields=cluster";
        int pages = 0;
        while (next != null) {
            Response page = when().get(next);
            assertThat(page.statusCode()).as(page.asString()).isEqualTo(200);
            assertThat(page.header("X-Total-Count")).isEqualTo("" + MEMBERS);
            assertThat(page.jsonPath().getMap("[0]")).hasSize(1);
            seen.addAll(page.jsonPath().getList("cluster", String.class));
            String link = page.header("Link");
            next = link == null ? null : link.replaceFirst("^<([^>]*)>; *rel=\"next\"$", "$1");
            pages++;
        }
        assertThat(pages).isEqualTo(3);
        assertThat(seen).hasSize(MEMBERS).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void a_parameter_or_a_value_that_does_not_exist_is_told_with_the_nearest_one() {
        assertProblem(when().get(CLUSTERS + "?limt=1"), 422, "invalid-query", "limt", "limit");
        assertProblem(when().get(CLUSTERS + "?reachable=ture"), 422, "invalid-query", "reachable", "true");
        assertProblem(when().get(CAMPAIGNS + "?phase=runing"), 422, "invalid-query", "phase", "running");
        assertProblem(when().get("/api/v1/events?typ=step.judged"), 422, "invalid-query", "typ", "type");
        assertProblem(
                given().contentType("application/json").body("{}").post(CAMPAIGNS + "?dry=1"),
                422,
                "invalid-query",
                "dry",
                "");
        assertProblem(when().get("/api/v1/summary?x=1"), 422, "invalid-query", "x", "");
    }

    @Test
    void the_planner_says_its_version() {
        assertThat(when().get("/api/v1/version").jsonPath().getString("version"))
                .matches("\\d+\\.\\d+\\.\\d+.*");
    }

    @Test
    void counts_are_there() {
        JsonPath summary = when().get("/api/v1/summary").jsonPath();

        assertThat(summary.getInt("clusters.total")).isGreaterThanOrEqualTo(MEMBERS);
        assertThat(summary.getMap("campaigns.phases")).isNotNull();
    }

    @Test
    void what_has_not_changed_is_not_sent_again() {
        for (String path : List.of(CLUSTERS + "?q=listed-&limit=3", CLUSTERS + "/listed-01", CAMPAIGNS)) {
            // A campaign of another test may still go on.
            await().untilAsserted(() -> {
                Response first = when().get(path);
                String tag = first.header("ETag");
                assertThat(tag).as(path).startsWith("W/\"");

                Response again = given().header("If-None-Match", tag).get(path);
                assertThat(again.statusCode()).as(path).isEqualTo(304);
                assertThat(again.asString()).isEmpty();
                assertThat(again.header("ETag")).isEqualTo(tag);
            });
            assertThat(given().header("If-None-Match", "W/\"other\"").get(path).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whoever_takes_gzip_gets_it() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> plain = client.send(
                    HttpRequest.newBuilder(clusters)
                            .header("Authorization", "Bearer " + People.ADA)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            HttpResponse<byte[]> small = client.send(
                    HttpRequest.newBuilder(clusters)
                            .header("Accept-Encoding", "gzip")
                            .header("Authorization", "Bearer " + People.ADA)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());

            assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
            assertThat(small.headers().firstValue("Content-Encoding")).contains("gzip");
            assertThat(small.body().length).isLessThan(plain.body().length / 3);
        }
    }

    @Test
    void a_restore_asked_for_again_with_its_key_is_the_same_campaign() {
        String restore = CLUSTERS + "/listed-02/restore";
        Response first = keyed("\"key-of-a-restore\"", "{\"reason\":\"a\"}", restore);
        Response again = keyed("\"key-of-a-restore\"", "{\"reason\":\"a\"}", restore);

        assertThat(first.statusCode()).as(first.asString()).isEqualTo(202);
        assertThat(again.asString()).isEqualTo(first.asString());
        assertProblem(
                keyed("\"key-of-a-restore\"", "{\"reason\":\"b\"}", restore),
                422,
                "idempotency-key-reused",
                "Idempotency-Key",
                "");
        assertProblem(keyed("a b", "{}", restore), 400, "idempotency-key-malformed", "Idempotency-Key", "");
    }

    @Test
    void the_api_is_not_tried_in_a_browser_unless_that_is_set() {
        assertThat(when().get("/q/swagger-ui").statusCode()).isEqualTo(404);
    }

    @Test
    void every_answer_has_an_example_that_fits_its_schema() throws Exception {
        JsonNode api = MAPPER.readTree(
                given().accept("application/json").get("/q/openapi").asString());
        assertThat(api.path("openapi").asText()).startsWith("3.1");
        List<String> checked = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        api.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> operation
                                .getValue()
                                .path("responses")
                                .properties()
                                .forEach(answer -> answer.getValue()
                                        .path("content")
                                        .properties()
                                        .forEach(content -> {
                                            String what =
                                                    operation.getKey() + " " + path.getKey() + " " + answer.getKey();
                                            JsonNode example =
                                                    content.getValue().path("example");
                                            if (example.isMissingNode()) {
                                                wrong.add(what + " has no example");
                                            }
                                            ObjectNode schema = MAPPER.createObjectNode();
                                            schema.setAll((ObjectNode)
                                                    content.getValue().path("schema"));
                                            schema.set("components", api.path("components"));
                                            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                                                    .getSchema(schema)
                                                    .validate(example)
                                                    .forEach(message -> wrong.add(what + ": " + message));
                                            checked.add(what);
                                        }))));
        assertThat(wrong).isEmpty();
        assertThat(checked).hasSizeGreaterThan(20);
    }

    @Test
    void every_kind_of_problem_is_on_its_page() throws Exception {
        String page = Files.readString(Path.of("../docs/reference/problems.md"));

        for (ProblemType type : ProblemType.values()) {
            assertThat(page).contains("| `" + type.uri() + "` | " + type.status() + " | " + type.title());
        }
    }

    private static Response keyed(String key, String body, String path) {
        return given().contentType("application/json")
                .header("Idempotency-Key", key)
                .body(body)
                .post(path);
    }

    private static void assertProblem(Response response, int status, String type, String field, String suggestion) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
        assertThat(response.contentType()).startsWith("application/problem+json");
        assertThat(response.jsonPath().getString("type")).isEqualTo("urn:calico-fleet:problem:" + type);
        assertThat(response.jsonPath().getString("problems[0].field")).isEqualTo(field);
        assertThat(response.jsonPath().getString("problems[0].suggestion")).isEqualTo(suggestion);
    }
}
