package io.calicofleet.planner;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.StepId;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.report.ReportFile;
import io.calicofleet.runtime.streams.ManagedStreams;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.config.HeaderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CampaignIT {

    private static final String CAMPAIGNS = "/api/v1/campaigns/";

    @Inject
    ManagedStreams streams;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @TestHTTPResource("/api/v1/events")
    String events;

    @TestHTTPResource(management = true)
    URI management;

    private FakeFleet fleet;

    @BeforeEach
    void start() throws Exception {
        People.askAsAda();
        soon().untilAsserted(() ->
                when().get(management.resolve("/q/health/ready")).then().statusCode(200));
        fleet = new FakeFleet(bootstrapServers);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void a_campaign_created_over_rest_runs_to_its_end_and_the_live_stream_tells_it_all() throws IOException {
        serve("a", 3);
        try (EventClient live = new EventClient(events + "?campaign=one&from=now")) {
            Response created = create("one", 2, "a", 3);
            assertThat(created.statusCode()).as(created.asString()).isEqualTo(202);
            assertThat(created.header("Location")).endsWith(CAMPAIGNS + "one");

            awaitPhase("one", "succeeded");

            soon().untilAsserted(() -> assertThat(live.data())
                    .anySatisfy(event -> assertThat(event).contains("campaign.status", "\"phase\":\"succeeded\"")));
            assertThat(live.types())
                    .startsWith("campaign.created")
                    .contains(
                            "claim.granted",
                            "step.requested",
                            "step.accepted",
                            "step.succeeded",
                            "step.judged",
                            "cluster.status");
            assertThat(live.ids().stream().filter(id -> id.endsWith("/requested") && !id.contains("/claim/")))
                    .hasSize(6)
                    .doesNotHaveDuplicates();
            assertThat(live.data().getFirst())
                    .startsWith("{\"specversion\":\"1.0\"")
                    .contains("\"actor\":\"ada\"", "\"type\":\"io.calicofleet.campaign.created.v1\"");
        }
        assertThat(when().get(CAMPAIGNS + "one/clusters").jsonPath().getList("phase", String.class))
                .containsExactly("succeeded", "succeeded", "succeeded");
        assertThat(when().get(CAMPAIGNS + "one/clusters/a-1").jsonPath().getList("steps.step", String.class))
                .containsExactly("one/a-1/drill/1", "one/a-1/drill/2");
        assertThat(when().get("/api/v1/clusters/a-1").jsonPath().getString("campaign"))
                .isNull();
        assertThat(when().get(CAMPAIGNS + "on").jsonPath().getString("problems[0].suggestion"))
                .isEqualTo("one");
        replays();
        reports();
        tellsWhatThereIsSoFar();
    }

    /** To an end that is told; what comes later is not in it. */
    private void tellsWhatThereIsSoFar() {
        try (EventClient soFar = new EventClient(events + "?campaign=one&from=beginning&to=now")) {
            soon().untilAsserted(() -> assertThat(soFar.types()).endsWith("complete"));
            assertThat(soFar.types())
                    .startsWith("campaign.created")
                    .filteredOn("step.judged"::equals)
                    .hasSize(6);
            try (EventClient rest = new EventClient(
                    events + "?campaign=one&to=now",
                    "Last-Event-ID",
                    soFar.ids().getLast())) {
                soon().untilAsserted(() -> assertThat(rest.types()).endsWith("complete"));
                assertThat(rest.types()).hasSizeLessThan(soFar.types().size());
            }
        }
        assertThat(when().get("/api/v1/events?to=now").jsonPath().getString("problems[0].message"))
                .isEqualTo("From now to now there is nothing.");
    }

    /** Who asked for what, with the verdicts that came. */
    private static void reports() throws IOException {
        Response report = when().get(CAMPAIGNS + "one/report");
        assertThat(report.statusCode()).as(report.asString()).isEqualTo(200);
        assertThat(report.jsonPath().getString("kind")).isEqualTo("CampaignReport");
        assertThat(report.jsonPath().getString("missing")).isEmpty();
        assertThat(report.jsonPath().getList("clusters.cluster", String.class)).containsExactly("a-1", "a-2", "a-3");
        assertThat(report.jsonPath().getList("events.type", String.class))
                .startsWith("campaign.created")
                .filteredOn("step.judged"::equals)
                .hasSize(6);
        assertThat(report.jsonPath().getString("events[0].actor")).isEqualTo("ada");
        assertThat(report.jsonPath().getString("events[0].refused")).isEmpty();
        assertThat(report.jsonPath().getList("plans")).isEmpty();
        assertThat(report.jsonPath().getList("statements.cluster", String.class))
                .containsExactly("a-1", "a-2", "a-3");
        assertThat(report.jsonPath().getString("signedBy")).isEmpty();
        Response file = when().get(CAMPAIGNS + "one/report?form=zip");
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.contentType()).isEqualTo("application/zip");
        assertThat(ReportFile.problems(file.asByteArray())).isEmpty();
        Response wrong = when().get(CAMPAIGNS + "one/report?form=pdf");
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.jsonPath().getString("problems[0].allowed")).isEqualTo("html, json, zip");
        Response statement = when().get(CAMPAIGNS + "one/clusters/a-1/statement");
        assertThat(statement.statusCode()).as(statement.asString()).isEqualTo(200);
        assertThat(statement.jsonPath().getMap("")).isEqualTo(report.jsonPath().getMap("statements[0].envelope"));
        assertThat(new String(
                        Base64.getDecoder().decode(statement.jsonPath().getString("payload")), StandardCharsets.UTF_8))
                .contains("\"cluster\":\"a-1\"", "\"result\":\"succeeded\"", "\"by\":\"ada\"");
    }

    /** By what is written down, at its end and at its beginning. */
    private static void replays() {
        Response now = when().get(CAMPAIGNS + "one/replay");
        assertThat(now.statusCode()).as(now.asString()).isEqualTo(200);
        assertThat(now.jsonPath().getString("doubt")).isNull();
        assertThat(now.jsonPath().getMap("status"))
                .isEqualTo(when().get(CAMPAIGNS + "one").jsonPath().getMap(""));
        assertThat(clusters(now, "clusters")).isEqualTo(clusters(when().get(CAMPAIGNS + "one/clusters"), ""));
        String first = now.jsonPath().getString("first.offset");
        Response then = when().get(CAMPAIGNS + "one/replay?at=" + first + "&to="
                + now.jsonPath().getString("last.at"));
        assertThat(then.jsonPath().getList("changes.about", String.class)).contains("one", "a-1", "a-2", "a-3");
        assertThat(then.jsonPath().getList("between")).hasSizeGreaterThan(12);
        assertThat(when().get(CAMPAIGNS + "one/replay?at=yesterday").statusCode())
                .isEqualTo(422);
        assertThat(when().get(CAMPAIGNS + "one/replay?at=2020-01-01T00:00:00Z")
                        .jsonPath()
                        .getString("detail"))
                .startsWith("Campaign one was not there then: ");
        assertThat(when().get(CAMPAIGNS + "on/replay").statusCode()).isEqualTo(404);
    }

    /** As data: lists leave out what is empty. */
    private static List<ClusterStatus> clusters(Response answer, String path) {
        return answer.jsonPath().getList(path).stream()
                .map(one -> EventJson.mapper().convertValue(one, ClusterStatus.class))
                .toList();
    }

    @Test
    void streams_stopped_in_the_middle_go_on_where_they_were_and_ask_for_nothing_twice() {
        serve("b", 20);
        fleet.holdBack(step -> step.ordinal() == 3);
        create("two", 5, "b", 20);
        soon().untilAsserted(() -> assertThat(requestedOf("two", 3)).hasSize(20));

        streams.close();
        fleet.holdBack(step -> false);
        requestedOf("two", 3).forEach(fleet::finish);
        streams.start();

        awaitPhase("two", "succeeded");
        assertThat(fleet.requests())
                .allSatisfy((step, times) -> assertThat(times).isEqualTo(1));
        assertThat(fleet.requests().keySet().stream()
                        .filter(step -> step.campaign().value().equals("two")))
                .hasSize(100);
    }

    @Test
    void the_live_stream_begins_at_the_beginning_goes_live_without_a_gap_and_resumes_after_the_last_event_seen() {
        serve("c", 2);
        create("three", 3, "c", 2);
        fleet.holdBack(step -> step.ordinal() == 2);
        soon().untilAsserted(() -> assertThat(requestedOf("three", 2)).hasSize(2));
        try (EventClient live = new EventClient(events + "?campaign=three&type=step.requested&from=beginning")) {
            soon().untilAsserted(() -> assertThat(live.ids()).hasSize(4));
            fleet.holdBack(step -> false);
            requestedOf("three", 2).forEach(fleet::finish);
            awaitPhase("three", "succeeded");

            soon().untilAsserted(() -> assertThat(live.ids()).hasSize(6).doesNotHaveDuplicates());
            String third = live.ids().get(3);
            try (EventClient resumed =
                    new EventClient(events + "?campaign=three&type=step.requested", "Last-Event-ID", third)) {
                soon().untilAsserted(() ->
                        assertThat(resumed.ids()).containsAll(live.ids().subList(4, 6)));
                assertThat(resumed.ids()).doesNotContain(third);
            }
        }
    }

    @Test
    void actions_reach_the_campaign_and_those_the_state_does_not_allow_are_conflicts() {
        serve("d", 2);
        fleet.holdBack(step -> step.campaign().value().equals("four"));
        create("four", 1, "d", 2);
        awaitPhase("four", "running");

        assertThat(act("four", "resume", "{}").statusCode()).isEqualTo(409);
        assertThat(act("four", "skip", "{\"reason\": \"gone\"}").jsonPath().getString("problems[0].field"))
                .isEqualTo("cluster");
        assertThat(act("four", "pause", "{\"reason\": \"lunch\", \"clustr\": \"d-1\"}")
                        .jsonPath()
                        .getString("problems[0].suggestion"))
                .isEqualTo("cluster");
        assertThat(act("four", "retry", "{\"cluster\": \"d-9\", \"reason\": \"fixed\"}")
                        .statusCode())
                .isEqualTo(404);
        for (String action : List.of("abort", "retry", "skip")) {
            assertThat(act("four", action, "{\"reason\": \" \"}").jsonPath().getString("problems[0].field"))
                    .as(action)
                    .isEqualTo("reason");
        }
        assertThat(act("four", "pause", "{\"reason\": \"lunch\"}").statusCode()).isEqualTo(202);
        awaitPhase("four", "paused");
        assertThat(act("four", "pause", "{}").statusCode()).isEqualTo(409);
        assertThat(act("four", "resume", "").statusCode()).isEqualTo(202);
        awaitPhase("four", "running");

        assertThat(create("four", 1, "d", 2).statusCode()).as("the same again").isEqualTo(202);
        assertThat(create("four", 2, "d", 2).statusCode())
                .as("a revision of what may not change")
                .isEqualTo(422);

        act("four", "abort", "{\"reason\": \"enough\"}");
        requestedOf("four", 1).forEach(fleet::finish);
        soon().untilAsserted(() -> assertThat(phase("four")).isIn("aborted", "succeeded"));
        Response restore = given().contentType("application/json")
                .body("{\"reason\": \"a test\"}")
                .post("/api/v1/clusters/d-1/restore");
        assertThat(restore.statusCode()).isEqualTo(202);
        String name = restore.jsonPath().getString("campaign");
        soon().untilAsserted(() -> assertThat(fleet.requests().keySet())
                .anyMatch(step -> step.campaign().value().equals(name)
                        && step.kind().encode().equals("restore")));
    }

    @Test
    void a_campaign_waits_for_the_clusters_another_one_has_says_so_and_gets_them_afterwards() {
        serve("e", 2);
        fleet.holdBack(step -> step.campaign().value().equals("six"));
        create("six", 1, "e", 2);
        soon().untilAsserted(() -> assertThat(requestedOf("six", 1)).hasSize(2));

        assertThat(create("seven", 1, "e", 2).statusCode()).isEqualTo(202);
        soon().untilAsserted(() -> assertThat(
                        when().get(CAMPAIGNS + "seven/clusters/e-1").jsonPath().getString("waitsFor"))
                .isEqualTo("six"));
        assertThat(when().get("/api/v1/clusters/e-1").jsonPath().getString("campaign"))
                .isEqualTo("six");
        assertThat(act("seven", "take-over", "{\"cluster\": \"e-1\", \"reason\": \"urgent\"}")
                        .statusCode())
                .isEqualTo(202);
        soon().untilAsserted(() -> assertThat(requestedOf("seven", 1)).hasSize(1));
        requestedOf("six", 1).forEach(fleet::finish);

        awaitPhase("seven", "succeeded");
        awaitPhase("six", "succeeded");
        assertThat(when().get(CAMPAIGNS + "six/clusters").jsonPath().getList("phase", String.class))
                .containsExactly("skipped", "succeeded");
    }

    @Test
    void a_campaign_is_archived_and_deleted_once_it_is_over() {
        serve("f", 2);
        fleet.holdBack(step -> step.campaign().value().equals("eight"));
        create("eight", 1, "f", 2);
        soon().untilAsserted(() -> assertThat(requestedOf("eight", 1)).hasSize(2));
        Response refused = given().delete(CAMPAIGNS + "eight");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.jsonPath().getString("detail")).contains("abort it first");
        requestedOf("eight", 1).forEach(fleet::finish);
        awaitPhase("eight", "succeeded");

        Response archive = when().get(CAMPAIGNS + "eight/archive");
        assertThat(archive.jsonPath().getString("kind")).isEqualTo("CampaignArchive");
        assertThat(archive.jsonPath().getString("campaign.spec.name")).isEqualTo("eight");
        assertThat(archive.jsonPath().getList("clusters.cluster", String.class)).containsExactly("f-1", "f-2");

        assertThat(given().delete(CAMPAIGNS + "eight?reason=archived").statusCode())
                .isEqualTo(202);
        soon().untilAsserted(() ->
                assertThat(when().get(CAMPAIGNS + "eight").statusCode()).isEqualTo(404));
        // The clusters remember its steps: another one of its name would be answered with what was done then.
        create("eight", 1, "f", 2);
        awaitPhase("eight", "failed");
        assertThat(when().get(CAMPAIGNS + "eight").jsonPath().getString("reason"))
                .contains("choose another");
    }

    @Test
    void a_campaign_that_runs_becomes_another_one_by_the_digest_of_what_was_shown_and_by_nothing_else() {
        serve("g", 4);
        fleet.holdBack(step -> step.campaign().value().equals("nine"));
        Map<String, Object> approved = Map.of(
                "name",
                "one",
                "clusters",
                Map.of("names", List.of("g-1")),
                "approval",
                Map.of("when", "after", "by", List.of("bob")));
        assertThat(post(nine(1, List.of(approved, Map.of("name", "rest")))).statusCode())
                .isEqualTo(202);
        soon().untilAsserted(() -> assertThat(requestedOf("nine", 1)).hasSize(1));

        String first = revised(nine(2, List.of(approved, Map.of("name", "rest"))), "maxConcurrent: 1 -> 2");
        String second = revised(
                nine(
                        1,
                        List.of(
                                approved,
                                Map.of("name", "two", "clusters", Map.of("count", 1)),
                                Map.of("name", "rest"))),
                "cluster g-2: goes with wave two instead of rest");
        requestedOf("nine", 1).forEach(fleet::finish);
        awaitPhase("nine", "awaiting-approval");
        // The wave waits for bob; what he looked at is no longer proposed.
        assertThat(actAs("bob", "nine", "{\"reason\": \"seen\", \"digest\": \"" + first + "\"}")
                        .jsonPath()
                        .getString("detail"))
                .contains("Nothing that waits has the digest " + first, second);
        assertThat(act("nine", "approve", "{\"reason\": \"seen\", \"digest\": \"" + second + "\"}")
                        .jsonPath()
                        .getString("detail"))
                .contains("Not ada approves the revision, but bob.");
        assertThat(phase("nine")).isEqualTo("awaiting-approval");

        Response given = actAs("bob", "nine", "{\"reason\": \"seen\", \"digest\": \"" + second + "\"}");
        assertThat(given.jsonPath().getString("starts")).as(given.asString()).isEqualTo("the revision is in force");
        soon().untilAsserted(() -> assertThat(
                        when().get(CAMPAIGNS + "nine").jsonPath().getList("waves.name", String.class))
                .containsExactly("one", "two", "rest"));
        assertThat(phase("nine")).isEqualTo("awaiting-approval");
        // One that the next wave leaves no time for is taken back when that begins.
        revised(nine(1, List.of(approved, Map.of("name", "rest"))), "waves[two]");
        assertThat(actAs("bob", "nine", "{\"reason\": \"go\"}").statusCode()).isEqualTo(202);
        soon().untilAsserted(() -> assertThat(requestedOf("nine", 1)).hasSize(2));
        soon().untilAsserted(() -> assertThat(
                        when().get(CAMPAIGNS + "nine").jsonPath().getString("revision"))
                .isNull());
        fleet.holdBack(step -> false);
        requestedOf("nine", 1).forEach(fleet::finish);
        awaitPhase("nine", "succeeded");
    }

    private static String revised(Map<String, Object> document, String change) {
        Response[] answer = new Response[1];
        soon().untilAsserted(() -> {
            answer[0] = post(document);
            assertThat(answer[0].statusCode()).as(answer[0].asString()).isEqualTo(202);
            assertThat(answer[0].jsonPath().getList("revision.changes", String.class))
                    .anySatisfy(line -> assertThat(line).contains(change));
        });
        String digest = answer[0].jsonPath().getString("revision.digest");
        soon().untilAsserted(() -> assertThat(
                        when().get(CAMPAIGNS + "nine").jsonPath().getString("revision.digest"))
                .isEqualTo(digest));
        return digest;
    }

    private static Map<String, Object> nine(int maxConcurrent, List<Map<String, Object>> waves) {
        Map<String, Object> document = new HashMap<>(Drill.document("nine", 1, names("g", 4)));
        document.put("maxConcurrent", maxConcurrent);
        document.put("waves", waves);
        return document;
    }

    private static Response post(Map<String, Object> document) {
        return given().contentType("application/json")
                .body(new String(EventJson.write(document), StandardCharsets.UTF_8))
                .post("/api/v1/campaigns");
    }

    private static Response actAs(String who, String campaign, String body) {
        return given().config(RestAssuredConfig.config()
                        .headerConfig(HeaderConfig.headerConfig()
                                .overwriteHeadersWithName("Authorization", "Content-Type", "Accept")))
                .header("Authorization", "Bearer " + People.token(who))
                .contentType("application/json")
                .body(body)
                .post(CAMPAIGNS + campaign + "/approve");
    }

    private void serve(String prefix, int count) {
        List<String> clusters = names(prefix, count);
        fleet.serve(clusters);
        soon().untilAsserted(() -> assertThat(
                        new HashSet<>(when().get("/api/v1/clusters").jsonPath().getList("cluster", String.class)))
                .containsAll(clusters));
    }

    private static Response create(String name, int steps, String prefix, int count) {
        return post(Drill.document(name, steps, names(prefix, count)));
    }

    private static Response act(String campaign, String action, String body) {
        return given().contentType("application/json").body(body).post(CAMPAIGNS + campaign + "/" + action);
    }

    private List<StepId> requestedOf(String campaign, int ordinal) {
        return fleet.requests().keySet().stream()
                .filter(step -> step.campaign().value().equals(campaign) && step.ordinal() == ordinal)
                .toList();
    }

    private static List<String> names(String prefix, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> ClusterId.of(prefix + "-" + number).value())
                .toList();
    }

    private static void awaitPhase(String campaign, String phase) {
        soon().untilAsserted(() -> assertThat(phase(campaign)).isEqualTo(phase));
    }

    private static String phase(String campaign) {
        Map<String, Object> status = when().get(CAMPAIGNS + campaign).jsonPath().getMap("");
        return String.valueOf(status.get("phase"));
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(50));
    }
}
