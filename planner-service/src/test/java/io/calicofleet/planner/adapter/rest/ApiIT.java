package io.calicofleet.planner.adapter.rest;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.planner.BrokerResource;
import io.calicofleet.planner.People;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ApiIT {

    private static final String CAMPAIGNS = "/api/v1/campaigns";

    @TestHTTPResource(management = true)
    URI management;

    @BeforeEach
    void awaitReady() {
        People.askAsAda();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() ->
                        when().get(management.resolve("/q/health/ready")).then().statusCode(200));
    }

    @Test
    void a_wrong_document_is_answered_with_every_problem_its_field_and_what_was_probably_meant() {
        Response response = given().contentType("application/yaml")
                .body("apiVersion: calico-fleet/v1\nkind: Campaign\nnme: x\ntarget: latest\nclusters: {all: true}\n"
                        .getBytes(StandardCharsets.UTF_8))
                .post(CAMPAIGNS);

        JsonPath problem = problem(response, 422);
        assertThat(problem.getList("problems.field", String.class)).containsExactlyInAnyOrder("name", "target", "nme");
        assertThat(problem.getString("problems.find { it.field == 'nme' }.suggestion"))
                .isEqualTo("name");
        assertThat(problem.getInt("problems.find { it.field == 'nme' }.line")).isEqualTo(3);
    }

    @Test
    void a_campaign_of_clusters_nobody_serves_is_refused_before_it_exists() {
        Response response = given().contentType("application/yaml")
                .body("""
                        apiVersion: calico-fleet/v1
                        kind: Campaign
                        name: nowhere
                        target: v3.22.5
                        clusters: {names: [not-served]}
                        """.getBytes(StandardCharsets.UTF_8))
                .post(CAMPAIGNS);

        assertThat(problem(response, 422).getList("problems.field", String.class))
                .containsExactly("clusters.names[0]");
        problem(when().get(CAMPAIGNS + "/nowhere"), 404);
    }

    @Test
    void a_body_that_is_no_json_says_where_it_breaks() {
        Response response =
                given().contentType("application/json").body("{\"name\":\n  ]").post(CAMPAIGNS);

        assertThat(problem(response, 400).getString("detail")).contains("line 2");
    }

    @Test
    void an_empty_body_is_a_problem_not_an_error_of_ours() {
        problem(given().contentType("application/json").post(CAMPAIGNS), 422);
    }

    @Test
    void a_body_of_another_kind_an_unknown_path_and_a_wrong_method_are_problems_too() {
        assertThat(problem(given().contentType("text/csv").body("a,b").post(CAMPAIGNS), 415)
                        .getString("problems[0].allowed"))
                .isEqualTo("application/json, application/yaml");
        problem(when().get("/api/v1/campains"), 404);
        Response wrongMethod = when().delete(CAMPAIGNS);
        problem(wrongMethod, 405);
        assertThat(wrongMethod.header("Allow")).contains("GET", "POST");
    }

    @Test
    void every_resource_of_the_api_is_known_where_methods_are_named() {
        var paths =
                given().accept("application/json").get("/q/openapi").jsonPath().getMap("paths");

        assertThat(paths.keySet())
                .map(Object::toString)
                .filteredOn(path -> path.startsWith("/api/"))
                .isNotEmpty()
                .allSatisfy(path -> assertThat(Offered.methods(path)).isNotEmpty());
        assertThat(Offered.methods(CAMPAIGNS)).containsExactly("GET", "POST");
    }

    @Test
    void an_answer_of_a_kind_that_is_not_given_says_which_is() {
        assertThat(problem(given().accept("text/html").get(CAMPAIGNS), 406).getString("problems[0].allowed"))
                .isEqualTo("application/json");
        assertThat(problem(given().accept("application/json").get("/api/v1/events"), 406)
                        .getString("problems[0].allowed"))
                .isEqualTo("text/event-stream");
    }

    @Test
    void an_unknown_campaign_or_cluster_is_404() {
        assertThat(problem(when().get(CAMPAIGNS + "/nobody"), 404).getString("detail"))
                .isEqualTo("There is no campaign 'nobody'.");
        problem(when().get(CAMPAIGNS + "/No Campaign's Name"), 404);
        problem(given().contentType("application/json").body("{}").post(CAMPAIGNS + "/nobody/pause"), 404);
        problem(when().get("/api/v1/clusters/nowhere"), 404);
        problem(given().contentType("application/json").body("{}").post("/api/v1/clusters/nowhere/restore"), 404);
    }

    @Test
    void an_unknown_action_is_404_with_what_was_probably_meant() {
        JsonPath problem =
                problem(given().contentType("application/json").body("{}").post(CAMPAIGNS + "/nobody/pasue"), 404);

        assertThat(problem.getString("detail")).isEqualTo("There is no action 'pasue'.");
        assertThat(problem.getString("problems[0].suggestion")).isEqualTo("pause");
    }

    @Test
    void a_stream_of_a_type_that_does_not_exist_is_refused_before_it_starts() {
        JsonPath problem = problem(when().get("/api/v1/events?type=step.requsted&from=yesterday"), 422);

        assertThat(problem.getList("problems.field", String.class)).containsExactly("type", "from");
        assertThat(problem.getString("problems[0].suggestion")).isEqualTo("step.requested");
    }

    @Test
    void the_description_names_our_value_types_as_text_and_errors_as_problems() {
        JsonPath api = given().accept("application/json").get("/q/openapi").jsonPath();

        assertThat(api.getMap("paths").keySet())
                .map(Object::toString)
                .contains(CAMPAIGNS, CAMPAIGNS + "/{name}/{action}", "/api/v1/clusters/{id}/restore", "/api/v1/events");
        String act = "paths.'" + CAMPAIGNS + "/{name}/{action}'.post.";
        assertThat(api.getList(act + "parameters.find { it.name == 'action' }.schema.enum", String.class))
                .containsExactly("pause", "resume", "abort", "approve", "retry", "skip", "take-over");
        assertThat(api.getString(act + "description")).contains("skip: A cluster is left out");
        assertThat(api.getString("components.schemas.CampaignName.type")).isEqualTo("string");
        assertThat(api.getList("components.schemas.ClusterPhase.enum", String.class))
                .contains("pending", "succeeded");
        assertThat(api.getString("paths.'/api/v1/campaigns'.post.responses.default.content"
                        + ".'application/problem+json'.schema.$ref"))
                .isEqualTo("#/components/schemas/Problem");
        List<String> undescribed = api.getList(
                "paths.collectMany { path, item -> item.findAll { it.key in ['get', 'post'] && !it.value.summary }"
                        + ".collect { it.key + ' ' + path } }",
                String.class);
        assertThat(undescribed)
                .filteredOn(operation -> operation.contains("/api/"))
                .isEmpty();
    }

    @Test
    void health_and_metrics_are_there_on_a_port_of_their_own() {
        when().get(management.resolve("/q/health/live")).then().statusCode(200);
        assertThat(when().get(management.resolve("/q/metrics")).asString())
                .contains(
                        "calico_fleet_planner_view_lag",
                        "calico_fleet_planner_campaigns{phase=\"running\"}",
                        "calico_fleet_planner_steps_requested_total");
        problem(when().get("/q/health/live"), 404);
    }

    private static JsonPath problem(Response response, int status) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
        assertThat(response.contentType()).startsWith("application/problem+json");
        JsonPath problem = response.jsonPath();
        assertThat(problem.getInt("status")).isEqualTo(status);
        assertThat(problem.getString("type")).startsWith("urn:calico-fleet:problem:");
        assertThat(problem.getString("title")).isNotBlank();
        return problem;
    }
}
