package io.calicofleet.planner.adapter.audit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.event.AuditRecorded;
import io.calicofleet.event.EventType;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.Digests;
import io.calicofleet.planner.BrokerResource;
import io.calicofleet.planner.Drill;
import io.calicofleet.planner.EventClient;
import io.calicofleet.planner.FakeFleet;
import io.calicofleet.planner.People;
import io.calicofleet.planner.core.access.Role;
import io.calicofleet.planner.core.audit.AuditTrail;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What people ask of a planner, and what it refuses, is on the topic and can be read by those who may. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AuditIT {

    @TestHTTPResource(management = true)
    URI management;

    @TestHTTPResource("/api/v1/events")
    String events;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @ConfigProperty(name = "planner.access.token-file")
    Path tokens;

    @BeforeEach
    void start() {
        RestAssured.requestSpecification = null;
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> given().get(management.resolve("/q/health/ready"))
                        .then()
                        .statusCode(200));
    }

    @AfterEach
    void stop() {
        People.askAsAda();
    }

    @Test
    void acts_and_refusals_are_a_chain_that_says_who_did_what() throws Exception {
        try (FakeFleet fleet = new FakeFleet(bootstrapServers)) {
            fleet.serve(List.of("w-9"));
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> !as("ada")
                            .get("/api/v1/clusters?q=w-9")
                            .jsonPath()
                            .getList("")
                            .isEmpty());
            Map<String, Object> document = new HashMap<>(Drill.document("web-9", 1, List.of("w-9")));
            document.put("waves", List.of(Map.of("name", "all", "approval", Map.of("quorum", 2))));
            assertThat(post("ada", "/api/v1/campaigns", new String(EventJson.write(document), StandardCharsets.UTF_8))
                            .statusCode())
                    .isEqualTo(202);
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> "awaiting-approval"
                            .equals(as("ada")
                                    .get("/api/v1/campaigns/web-9")
                                    .jsonPath()
                                    .getString("phase")));
            String explanation = "/api/v1/campaigns/web-9/explanation";
            assertThat(as(People.name(Role.OPERATOR, People.For.OWN))
                            .get(explanation)
                            .statusCode())
                    .isEqualTo(404);
            assertThat(as(People.name(Role.OPERATOR, People.For.ALL))
                            .get(explanation)
                            .asString())
                    .contains("approve web-9", "(not you: it takes the role approver or admin)");
            assertThat(as("ada").get(explanation).asString())
                    .contains("approve web-9")
                    .doesNotContain("not you");
            assertThat(post(
                                    "ada",
                                    "/api/v1/campaigns/web-9/approve",
                                    "{\"reason\": \"all are away\", \"breakGlass\": true}")
                            .statusCode())
                    .isEqualTo(202);
        }
        String viewer = People.name(Role.VIEWER, People.For.ALL);
        assertThat(post(viewer, "/api/v1/campaigns/web-9/pause", "{\"reason\": \"x\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(post("ada", "/api/v1/campaigns/web-9/abort", "{}").statusCode())
                .isEqualTo(422);
        assertThat(given().get("/api/v1/campaigns").statusCode()).isEqualTo(401);
        assertThat(given().header("Authorization", "Bearer cft_" + "y".repeat(40))
                        .get("/api/v1/summary")
                        .statusCode())
                .isEqualTo(401);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(summaries("ada"))
                        .anyMatch(line -> line.startsWith("ada created campaign web-9."))
                        .anyMatch(line -> line.startsWith("ada broke the glass and approved web-9: all are away"))
                        .anyMatch(line -> line.startsWith("POST /api/v1/campaigns/web-9/pause was refused (403) to "
                                + viewer + ": " + viewer + " may not "))
                        .anyMatch(line ->
                                line.startsWith("POST /api/v1/campaigns/web-9/abort was refused (422) to ada: Who"))
                        .contains(
                                "GET /api/v1/campaigns was refused (401) to somebody nobody knows.",
                                "GET /api/v1/summary was refused (401) to somebody nobody knows."));
        List<AuditRecorded> records = records("ada");
        AuditRecorded broken =
                records.stream().filter(AuditRecorded::breakGlass).findFirst().orElseThrow();
        assertThat(broken.who()).isNotNull();
        assertThat(broken.who().authenticatedBy()).isEqualTo("local-token");
        assertThat(broken.from()).isEqualTo("127.0.0.1");
        assertThat(broken.commandDigest()).hasSize(64);
        assertThat(as("ada").get("/api/v1/audit").asString()).doesNotContain("y".repeat(40), People.token("ada"));
        assertThat(AuditTrail.check(kept("ada"), true, Instant.now(), Topic.LONG_RETENTION))
                .isEmpty();
    }

    @Test
    void a_delegate_asks_for_the_people_it_is_a_delegate_for_and_the_audit_says_so() throws Exception {
        try (FakeFleet fleet = new FakeFleet(bootstrapServers)) {
            fleet.serve(List.of("w-8"));
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> !as("ada")
                            .get("/api/v1/clusters?q=w-8")
                            .jsonPath()
                            .getList("")
                            .isEmpty());
            Map<String, Object> document = new HashMap<>(Drill.document("web-8", 1, List.of("w-8")));
            document.put("waves", List.of(Map.of("name", "all", "approval", Map.of("quorum", 2, "notAuthor", true))));
            String json = new String(EventJson.write(document), StandardCharsets.UTF_8);
            assertThat(post("bob", "/api/v1/campaigns", json).statusCode()).isEqualTo(202);
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> "awaiting-approval"
                            .equals(as("ada")
                                    .get("/api/v1/campaigns/web-8")
                                    .jsonPath()
                                    .getString("phase")));
            String waits = through("bob")
                    .get("/api/v1/campaigns/web-8/approvals")
                    .jsonPath()
                    .getString("[0].digest");
            String approve = "/api/v1/campaigns/web-8/approve";
            String body = "{\"reason\": \"seen\", \"approval\": \"" + waits + "\"}";

            assertThat(through("bob@example.com")
                            .get("/api/v1/whoami")
                            .jsonPath()
                            .getString("authenticatedBy"))
                    .isEqualTo("delegate:slack:T1/U1");
            assertThat(detail(through("bob").body(body).post(approve)))
                    .isEqualTo("Somebody else approves wave all: bob created the campaign.");
            assertThat(detail(through(People.name(Role.APPROVER, People.For.OTHER))
                            .body(body)
                            .post(approve)))
                    .contains("campaign");
            assertThat(detail(through("bob").delete("/api/v1/campaigns/web-8")))
                    .startsWith("Through slack, bob may not delete");
            assertThat(detail(through("ada").body(body).post(approve)))
                    .isEqualTo(
                            "The planner's file of access does not have whoever was named among the people of the delegate"
                                    + " slack.");
            assertThat(detail(
                            as("ada").header("Calico-Fleet-On-Behalf-Of", "bob").get("/api/v1/whoami")))
                    .startsWith("ada asks for nobody else");
            assertThat(detail(as("slack")
                            .header("Calico-Fleet-On-Behalf-Of", "bob")
                            .get("/api/v1/whoami")))
                    .contains("Calico-Fleet-Known-By");
            assertThat(detail(post("ada", approve, body.replace(waits, "0".repeat(64)))))
                    .isEqualTo(
                            "What waits for an approval is another by now than what was approved: look at it again.");
            assertThat(post("ada", approve, body).statusCode()).isEqualTo(202);
            assertThat(through("bob")
                            .body("{\"reason\": \"not now\"}")
                            .post("/api/v1/campaigns/web-8/abort")
                            .statusCode())
                    .isEqualTo(202);
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(records("ada"))
                        .anySatisfy(record -> {
                            assertThat(record.summary()).isEqualTo("bob aborted web-8: not now");
                            assertThat(record.who()).isNotNull();
                            assertThat(record.who().authenticatedBy()).isEqualTo("delegate:slack:T1/U1");
                        })
                        .anyMatch(record -> record.summary()
                                .contains("was refused (403) to somebody nobody knows: The planner's")));
    }

    private static RequestSpecification through(String person) {
        return as("slack")
                .header("Calico-Fleet-On-Behalf-Of", person)
                .header("Calico-Fleet-Known-By", "T1/U1")
                .contentType("application/json");
    }

    private static String detail(Response response) {
        assertThat(response.statusCode()).isBetween(400, 499);
        return response.jsonPath().getString("detail");
    }

    @Test
    void who_is_admin_of_a_part_sees_what_is_about_that() {
        String own = People.name(Role.ADMIN, People.For.OWN);
        assertThat(post("ada", "/api/v1/fleet/stop", "{\"reason\": \"a test\"}").statusCode())
                .isEqualTo(202);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> as("ada").get("/api/v1/fleet").asString().contains("a test"));
        assertThat(post("ada", "/api/v1/fleet/resume", "{\"reason\": \"a test\"}")
                        .statusCode())
                .isEqualTo(202);
        post(People.name(Role.VIEWER, People.For.ALL), "/api/v1/fleet/resume", "{\"reason\": \"x\"}");
        post(People.name(Role.VIEWER, People.For.ALL), "/api/v1/campaigns/web-1/pause", "{}");
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(summaries("ada"))
                        .contains("Everything is stopped by ada: a test")
                        .anyMatch(line -> line.startsWith("POST /api/v1/fleet/resume was refused (403)"))
                        .anyMatch(line -> line.startsWith("POST /api/v1/campaigns/web-1/pause was refused")));
        assertThat(summaries(own))
                .anyMatch(line -> line.startsWith("POST /api/v1/campaigns/web-1/pause was refused"))
                .noneMatch(line -> line.contains("fleet/resume"));
        assertThat(as(own).get("/api/v1/audit").jsonPath().getBoolean("whole")).isFalse();
        assertThat(as("ada").get("/api/v1/audit").jsonPath().getBoolean("whole"))
                .isTrue();
        assertThat(as("ada")
                        .get("/api/v1/audit?since=2999-01-01T00:00:00Z")
                        .jsonPath()
                        .getList("records"))
                .isEmpty();
        assertThat(as("ada").get("/api/v1/audit?since=yesterday").statusCode()).isEqualTo(422);
        try (EventClient live = EventClient.of("ada", events + "?from=beginning")) {
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(live.types()).isNotEmpty());
            assertThat(live.types()).doesNotContain(EventType.AUDIT_RECORDED.shortName());
        }
    }

    @Test
    void a_live_stream_ends_when_its_token_is_withdrawn() throws IOException {
        String before = Files.readString(tokens);
        Files.writeString(tokens, before + "leaver " + People.token("leaver") + "\n");
        try (EventClient live = EventClient.of("leaver", events)) {
            await().atMost(Duration.ofMinutes(1)).until(() -> !live.comments().isEmpty());
            Files.writeString(tokens, before);
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> live.comments().contains("this stream ends: its token counts no longer"));
        } finally {
            Files.writeString(tokens, before);
        }
    }

    private static List<AuditTrail.Kept> kept(String who) {
        List<AuditTrail.Kept> kept = new ArrayList<>();
        for (String value : as(who).get("/api/v1/audit").jsonPath().getList("records.sent.value", String.class)) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            try {
                kept.add(new AuditTrail.Kept(EventJson.read(bytes, AuditRecorded.class), Digests.sha256(bytes)));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        return kept;
    }

    private static List<AuditRecorded> records(String who) {
        return kept(who).stream().map(AuditTrail.Kept::record).toList();
    }

    private static List<String> summaries(String who) {
        return records(who).stream().map(AuditRecorded::summary).toList();
    }

    private static Response post(String who, String path, String body) {
        return as(who).contentType("application/json").body(body).post(path);
    }

    private static RequestSpecification as(String who) {
        return given().header("Authorization", "Bearer " + People.token(who));
    }
}
