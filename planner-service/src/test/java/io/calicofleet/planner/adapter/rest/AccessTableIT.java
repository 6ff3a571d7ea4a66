package io.calicofleet.planner.adapter.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.BrokerResource;
import io.calicofleet.planner.Drill;
import io.calicofleet.planner.EventClient;
import io.calicofleet.planner.FakeFleet;
import io.calicofleet.planner.People;
import io.calicofleet.planner.core.access.Act;
import io.calicofleet.planner.core.access.Role;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.AnnotatedElement;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Every route of REST, for everybody with a role for everything, for what it is about, and for something else. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AccessTableIT {

    private static final String WEB =
            new String(EventJson.write(Drill.document("web-1", 1, List.of("w-1"))), StandardCharsets.UTF_8);
    private static final String REVISED = revised();
    private static final String REASON = "{\"reason\": \"a test\"}";
    private static final String OF_CLUSTER = "{\"reason\": \"a test\", \"cluster\": \"w-1\"}";

    /**
     * A request of a route that changes nothing, whoever sends it.
     *
     * @param route method and path, as the resource has it
     * @param act what it takes
     * @param path the path, with campaign and cluster
     * @param about whether it is about one campaign or cluster, which who may not see it does not find
     */
    private record Row(
            String route, Act act, String path, @Nullable String body, boolean about) {

        static Row list(String path) {
            return new Row("GET " + path, Act.SEE, path, null, false);
        }

        static Row of(String route, String path) {
            return new Row("GET " + route, Act.SEE, path, null, true);
        }

        String method() {
            return route.substring(0, route.indexOf(' '));
        }
    }

    /** How somebody who is not known comes to be. */
    private static final String LOGIN = "/api/v1/login";

    private static final String CAMPAIGN = "/api/v1/campaigns/{name}";
    private static final List<Row> ROWS = List.of(
            Row.list("/api/v1/campaigns"),
            Row.list("/api/v1/clusters"),
            Row.list("/api/v1/executors"),
            Row.list("/api/v1/summary"),
            Row.list("/api/v1/version"),
            Row.list("/api/v1/fleet"),
            Row.list("/api/v1/whoami"),
            Row.list("/api/v1/passkeys"),
            new Row("POST /api/v1/passkeys", Act.SEE, "/api/v1/passkeys", "{}", false),
            Row.list(LOGIN),
            Row.list("/api/v1/events"),
            new Row("GET /api/v1/audit", Act.AUDIT, "/api/v1/audit", null, false),
            Row.of(CAMPAIGN, "/api/v1/campaigns/web-1"),
            Row.of(CAMPAIGN + "/approvals", "/api/v1/campaigns/web-1/approvals"),
            Row.of(CAMPAIGN + "/clusters", "/api/v1/campaigns/web-1/clusters"),
            Row.of(CAMPAIGN + "/clusters/{id}", "/api/v1/campaigns/web-1/clusters/w-1"),
            Row.of(CAMPAIGN + "/clusters/{id}/statement", "/api/v1/campaigns/web-1/clusters/w-1/statement"),
            Row.of(CAMPAIGN + "/explanation", "/api/v1/campaigns/web-1/explanation"),
            Row.of(CAMPAIGN + "/outlook", "/api/v1/campaigns/web-1/outlook"),
            Row.of(CAMPAIGN + "/clusters/{id}/explanation", "/api/v1/campaigns/web-1/clusters/w-1/explanation"),
            Row.of(CAMPAIGN + "/replay", "/api/v1/campaigns/web-1/replay"),
            Row.of(CAMPAIGN + "/report", "/api/v1/campaigns/web-1/report"),
            Row.of(CAMPAIGN + "/archive", "/api/v1/campaigns/web-1/archive"),
            Row.of("/api/v1/clusters/{id}", "/api/v1/clusters/w-1"),
            Row.of("/api/v1/clusters/{id}/explanation", "/api/v1/clusters/w-1/explanation"),
            Row.of("/api/v1/clusters/{id}/history", "/api/v1/clusters/w-1/history"),
            // There is a campaign, and no plan in it: whoever sees it is told so by other words than whoever does not.
            Row.of("/api/v1/plans/{name}", "/api/v1/plans/web-1"),
            Row.of("/api/v1/plans/{name}/clusters/{id}", "/api/v1/plans/web-1/clusters/w-1"),
            Row.of("/api/v1/plans/{name}/clusters/{id}/changes", "/api/v1/plans/web-1/clusters/w-1/changes"),
            new Row("POST /api/v1/campaigns", Act.CREATE, "/api/v1/campaigns", WEB, false),
            // A campaign that runs is there already: this is a revision of it.
            new Row("POST /api/v1/campaigns", Act.CREATE, "/api/v1/campaigns", REVISED, false),
            new Row("POST /api/v1/plans", Act.PLAN, "/api/v1/plans", upgrade(), false),
            // There is nothing to review: whoever may is told so.
            new Row(
                    "POST " + CAMPAIGN + "/clusters/{id}/edited-policy",
                    Act.APPROVE,
                    "/api/v1/campaigns/web-1/clusters/w-1/edited-policy",
                    "{}",
                    true),
            act("pause", Act.STEER, REASON),
            act("resume", Act.STEER, REASON),
            act("abort", Act.STEER, REASON),
            act("retry", Act.STEER, REASON),
            act("skip", Act.STEER, OF_CLUSTER),
            act("take-over", Act.STEER, OF_CLUSTER),
            act("approve", Act.APPROVE, REASON),
            act("approve", Act.APPROVE, OF_CLUSTER),
            act("approve", Act.BREAK_GLASS, "{\"reason\": \"a test\", \"breakGlass\": true}"),
            new Row("DELETE " + CAMPAIGN, Act.DELETE, "/api/v1/campaigns/web-2?reason=test", null, true),
            // Whoever may is told that a reason is missing.
            new Row("POST /api/v1/clusters/{id}/restore", Act.RESTORE, "/api/v1/clusters/w-1/restore", "{}", true),
            new Row("POST /api/v1/fleet/stop", Act.STOP, "/api/v1/fleet/stop", "{}", false),
            new Row("POST /api/v1/fleet/resume", Act.GO_ON, "/api/v1/fleet/resume", "{}", false));

    @TestHTTPResource(management = true)
    URI management;

    @TestHTTPResource("/api/v1/events")
    String events;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private FakeFleet fleet;

    @BeforeEach
    void start() throws Exception {
        RestAssured.requestSpecification = null;
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> given().get(management.resolve("/q/health/ready"))
                        .then()
                        .statusCode(200));
        fleet = new FakeFleet(bootstrapServers);
        fleet.serve(List.of("w-1", "o-1"));
        await().atMost(Duration.ofMinutes(1))
                .until(() -> as("ada")
                                .get("/api/v1/clusters?q=w-1")
                                .jsonPath()
                                .getList("")
                                .size()
                        == 1);
        if (as("ada").get("/api/v1/campaigns/web-1").statusCode() == 404) {
            fleet.holdBack(step -> step.campaign().value().equals("web-2"));
            assertThat(create(WEB).statusCode()).isEqualTo(202);
            awaitPhase("web-1", "succeeded");
            create(new String(EventJson.write(Drill.document("web-2", 1, List.of("w-1"))), StandardCharsets.UTF_8));
            create(new String(EventJson.write(Drill.document("other-1", 1, List.of("o-1"))), StandardCharsets.UTF_8));
            awaitPhase("web-2", "running");
            awaitPhase("other-1", "succeeded");
        }
    }

    @AfterEach
    void stop() {
        fleet.close();
        People.askAsAda();
    }

    @Test
    void every_route_has_a_row() {
        Set<String> routes = Offered.RESOURCES.stream()
                .flatMap(resource -> Arrays.stream(resource.getDeclaredMethods())
                        .flatMap(method -> verbs(method).map(verb -> verb + " " + path(resource) + path(method))))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> rows = ROWS.stream()
                .map(Row::route)
                .map(route -> route.replaceAll(
                        "\\{name}/(pause|resume|abort|retry|skip|take-over|approve)$", "{name}/{action}"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(rows).isEqualTo(routes);
        assertThat(ROWS.stream().map(Row::path).filter(path -> path.startsWith("/api/v1/campaigns/web-1/")))
                .as("every action has a row")
                .containsAll(Action.names().stream()
                        .map(action -> "/api/v1/campaigns/web-1/" + action)
                        .toList());
    }

    @Test
    void each_route_answers_those_who_may_and_nobody_else() {
        for (Row row : ROWS) {
            assertThat(ask(null, row).statusCode())
                    .as("%s by nobody", row)
                    .isEqualTo(row.path().equals(LOGIN) ? 200 : 401);
            Response ofNobody = ask("nobody", row);
            boolean toEverybody = row.act() == Act.SEE && !row.about();
            assertThat(ofNobody.statusCode())
                    .as("%s by somebody without a role", row)
                    .isIn(toEverybody ? List.of(toAnybody(row)) : row.about() ? List.of(404) : List.of(403));
            for (Role role : Role.values()) {
                for (People.For scope : People.For.values()) {
                    String name = People.name(role, scope);
                    check(row, role, scope, ask(name, row), name);
                }
            }
        }
    }

    /** Whoever is known may register a passkey; that nothing is none is told. */
    private static int toAnybody(Row row) {
        return row.method().equals(HttpMethod.POST) ? 422 : 200;
    }

    private static void check(Row row, Role role, People.For scope, Response answer, String name) {
        String what = row + " by " + name + ": " + answer.statusCode();
        boolean whole = row.act() == Act.GO_ON;
        boolean anywhere = row.act() == Act.STOP || row.act() == Act.AUDIT;
        boolean reaches = anywhere || (whole ? scope == People.For.ALL : scope != People.For.OTHER);
        if (row.act() == Act.SEE && !row.about()) {
            assertThat(answer.statusCode()).as(what).isEqualTo(toAnybody(row));
        } else if (row.about() && !reaches) {
            assertThat(answer.statusCode()).as(what).isEqualTo(404);
            assertThat(answer.asString()).as(what).doesNotContain("Did you mean");
        } else if (!reaches || !role.may(row.act())) {
            assertThat(answer.statusCode()).as(what).isEqualTo(403);
            assertThat(answer.jsonPath().getString("type")).isEqualTo("urn:calico-fleet:problem:forbidden");
            assertThat(answer.jsonPath().getString("detail")).startsWith(name + " may not ");
        } else if (row.path().startsWith("/api/v1/plans/")) {
            // There is none, which is another answer than that there is no campaign.
            assertThat(answer.statusCode()).as(what).isIn(404, 409);
        } else {
            assertThat(answer.statusCode()).as(what).isIn(200, 202, 409, 422);
        }
    }

    @Test
    void what_somebody_may_not_see_is_not_listed() {
        String own = People.name(Role.VIEWER, People.For.OWN);
        String other = People.name(Role.VIEWER, People.For.OTHER);
        assertThat(names(own, "/api/v1/campaigns", "campaign"))
                .contains("web-1", "web-2")
                .doesNotContain("other-1");
        assertThat(names(other, "/api/v1/campaigns", "campaign"))
                .contains("other-1")
                .doesNotContain("web-1", "web-2");
        assertThat(names(own, "/api/v1/clusters", "cluster")).containsExactly("w-1");
        assertThat(names(other, "/api/v1/clusters", "cluster")).containsExactly("o-1");
        assertThat(names("nobody", "/api/v1/clusters", "cluster")).isEmpty();
        assertThat(as(own).get("/api/v1/summary").jsonPath().getInt("clusters.total"))
                .isEqualTo(1);
        assertThat(as(own).get("/api/v1/executors").jsonPath().getInt("[0].clusters"))
                .isEqualTo(1);
        assertThat(as("nobody").get("/api/v1/executors").jsonPath().getList("")).isEmpty();
        assertThat(as(other).get("/api/v1/campaigns/web-11").asString()).doesNotContain("web-1'");
    }

    @Test
    void the_live_stream_has_only_what_somebody_may_see() {
        try (EventClient mine = EventClient.of(People.name(Role.VIEWER, People.For.OWN), events + "?from=beginning");
                EventClient hers = EventClient.of("ada", events + "?from=beginning")) {
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                assertThat(hers.data()).anyMatch(event -> event.contains("other-1"));
                assertThat(mine.data()).anyMatch(event -> event.contains("web-1"));
            });
            assertThat(mine.data()).noneMatch(event -> event.contains("other-1") || event.contains("o-1"));
        }
    }

    @Test
    void whoami_says_who_and_in_which_roles() {
        Response answer = as(People.name(Role.OPERATOR, People.For.OWN)).get("/api/v1/whoami");
        assertThat(answer.jsonPath().getString("name")).isEqualTo("operator-own");
        assertThat(answer.jsonPath().getString("authenticatedBy")).isEqualTo("local-token");
        assertThat(answer.jsonPath().getString("grants[0].role")).isEqualTo("operator");
        assertThat(answer.jsonPath().getList("grants[0].campaigns", String.class))
                .containsExactly("web-*");
        assertThat(answer.jsonPath().getList("grants[0].clusters.names", String.class))
                .containsExactly("w-1");
    }

    @Test
    void whoami_says_what_may_be_done_and_the_routes_agree() {
        for (Role role : Role.values()) {
            for (People.For scope : People.For.values()) {
                String name = People.name(role, scope);
                Response ofCampaign = as(name).get("/api/v1/whoami?campaign=web-1");
                if (scope == People.For.OTHER) {
                    assertThat(ofCampaign.statusCode()).as(name).isEqualTo(404);
                    continue;
                }
                List<String> may = ofCampaign.jsonPath().getList("may", String.class);
                for (Act act : List.of(Act.STEER, Act.APPROVE, Act.BREAK_GLASS, Act.DELETE)) {
                    assertThat(may.contains(act.encode())).as(name + " " + act).isEqualTo(role.may(act));
                }
                List<String> ofAll = as(name).get("/api/v1/whoami").jsonPath().getList("may", String.class);
                assertThat(ofAll.contains(Act.GO_ON.encode()))
                        .as(name)
                        .isEqualTo(role.may(Act.GO_ON) && scope == People.For.ALL);
                assertThat(ofAll.contains(Act.STOP.encode())).as(name).isEqualTo(role.may(Act.STOP));
            }
        }
    }

    private static List<String> names(String who, String path, String field) {
        return as(who).get(path).jsonPath().getList(field, String.class);
    }

    private static Response ask(@Nullable String who, Row row) {
        RequestSpecification request = who == null ? given() : as(who);
        if (row.route().endsWith("/events")) {
            // A stream does not end: how it begins is asked for with a parameter that is wrong only for whoever is let
            // in.
            Response answer = request.get(row.path() + "?from=x");
            return answer.statusCode() == 422 ? as("ada").get("/api/v1/version") : answer;
        }
        if (row.body() != null) {
            request.contentType("application/json").body(row.body());
        }
        return request.request(row.method(), row.path());
    }

    private static Row act(String action, Act act, String body) {
        return new Row("POST " + CAMPAIGN + "/" + action, act, "/api/v1/campaigns/web-1/" + action, body, true);
    }

    private static String revised() {
        Map<String, Object> document = new HashMap<>(Drill.document("web-2", 1, List.of("w-1")));
        document.put("maxConcurrent", "50%");
        return new String(EventJson.write(document), StandardCharsets.UTF_8);
    }

    private static String upgrade() {
        return new String(
                EventJson.write(Map.of(
                        "apiVersion",
                        "calico-fleet/v1",
                        "kind",
                        "Campaign",
                        "name",
                        "web-plan",
                        "target",
                        "v3.22.5",
                        "clusters",
                        Map.of("names", List.of("w-1")))),
                StandardCharsets.UTF_8);
    }

    private static RequestSpecification as(String who) {
        return given().header("Authorization", "Bearer " + People.token(who));
    }

    private static Response create(String document) {
        return as("ada").contentType("application/json").body(document).post("/api/v1/campaigns");
    }

    private static void awaitPhase(String campaign, String phase) {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(as("ada")
                                .get("/api/v1/campaigns/" + campaign)
                                .jsonPath()
                                .getString("phase"))
                        .isEqualTo(phase));
    }

    private static Stream<String> verbs(AnnotatedElement method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(verb -> verb != null)
                .map(HttpMethod::value);
    }

    private static String path(AnnotatedElement element) {
        Path path = element.getAnnotation(Path.class);
        return path == null ? "" : path.value();
    }
}
