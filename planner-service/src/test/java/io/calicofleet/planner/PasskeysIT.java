package io.calicofleet.planner;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.event.PasskeyAssertion;
import io.calicofleet.fuzz.SoftwareAuthenticator;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.runtime.passkey.Passkeys;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Approvals that are signed with a passkey, and how a passkey comes to count. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PasskeysIT {

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @TestHTTPResource(management = true)
    URI management;

    private FakeFleet fleet;

    @BeforeEach
    void start() throws Exception {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> given().get(management.resolve("/q/health/ready"))
                        .then()
                        .statusCode(200));
        fleet = new FakeFleet(bootstrapServers);
        fleet.serve(List.of("k-1", "k-2"));
        await().atMost(Duration.ofMinutes(1))
                .until(() -> as("ada")
                                .get("/api/v1/clusters?q=k-")
                                .jsonPath()
                                .getList("")
                                .size()
                        == 2);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void a_wave_that_asks_for_a_passkey_is_approved_by_one_of_whoever_asks_and_by_nothing_else() {
        // Given
        assertThat(create(signed("passkeys-1")).statusCode()).isEqualTo(202);
        awaitPhase("passkeys-1", "awaiting-approval");
        Response waits = as("bob").get("/api/v1/campaigns/passkeys-1/approvals");
        String digest = waits.jsonPath().getString("[0].digest");
        assertThat(waits.jsonPath().getString("[0].subject.what")).isEqualTo("before all");
        assertThat(waits.jsonPath().getBoolean("[0].passkey")).isTrue();
        assertThat(approve("bob", Map.of("reason", "seen")).asString()).contains("is signed with a passkey");
        PasskeyAssertion bobs = People.BOB.sign(digest);
        assertThat(approve("ada", body(bobs)).asString()).contains("It is a passkey of bob, and ada asks.");
        assertThat(approve("bob", body(People.BOB.sign("0".repeat(64)))).statusCode())
                .isEqualTo(422);
        SoftwareAuthenticator stranger = new SoftwareAuthenticator("x", "localhost", "http://localhost:8081");
        assertThat(approve("bob", body(stranger.sign(digest))).asString()).contains("the passkey is not known here");
        // When
        assertThat(approve("bob", body(bobs)).statusCode()).isEqualTo(202);
        // Then
        awaitPhase("passkeys-1", "succeeded");
        Response campaign = as("ada").get("/api/v1/campaigns/passkeys-1");
        assertThat(campaign.jsonPath().getString("waves[0].approvals[0].passkey.signature"))
                .isEqualTo(bobs.signature());
        assertThat(campaign.jsonPath().getString("waves[0].approvals[0].digest"))
                .isEqualTo(digest);
        assertThat(as("bob")
                        .get("/api/v1/campaigns/passkeys-1/approvals")
                        .jsonPath()
                        .getList(""))
                .isEmpty();
    }

    @Test
    void a_passkey_that_a_browser_made_becomes_an_entry_for_the_files() {
        SoftwareAuthenticator made = new SoftwareAuthenticator("ada-1", "localhost", "http://localhost:8081");
        Response yours = as("ada").get("/api/v1/passkeys");
        assertThat(yours.jsonPath().getString("site")).isEqualTo("localhost");
        assertThat(yours.jsonPath().getList("origins")).containsExactly("http://localhost:8081");
        assertThat(yours.jsonPath().getList("passkeys")).isEmpty();
        assertThat(as("bob").get("/api/v1/passkeys").jsonPath().getList("passkeys", String.class))
                .containsExactly(People.BOB.id());
        Map<String, Object> body =
                Map.of("attestation", made.attestation(), "clientData", made.clientData(Passkeys.registration("ada")));
        Response entry = as("ada").contentType(ContentType.JSON).body(body).post("/api/v1/passkeys");
        assertThat(entry.statusCode()).isEqualTo(200);
        assertThat(entry.jsonPath().getString("entry"))
                .startsWith("- name: \"ada\"")
                .contains(made.publicKey());
        assertThat(as("bob")
                        .contentType(ContentType.JSON)
                        .body(body)
                        .post("/api/v1/passkeys")
                        .asString())
                .contains("it is no passkey made for bob here");
        assertThat(as("ada").get("/api/v1/passkeys").jsonPath().getList("passkeys"))
                .as("nothing is kept")
                .isEmpty();
    }

    private static Map<String, Object> body(PasskeyAssertion passkey) {
        return Map.of("reason", "seen", "passkey", passkey);
    }

    private static Response approve(String person, Map<String, Object> body) {
        return as(person).contentType(ContentType.JSON).body(body).post("/api/v1/campaigns/passkeys-1/approve");
    }

    private static Map<String, Object> signed(String name) {
        Map<String, Object> campaign = new HashMap<>(Drill.document(name, 1, List.of("k-1", "k-2")));
        campaign.put("waves", List.of(Map.of("name", "all", "approval", Map.of("passkey", "required"))));
        return campaign;
    }

    private static Response create(Map<String, Object> document) {
        return as("ada")
                .contentType(ContentType.JSON)
                .body(new String(EventJson.write(document), StandardCharsets.UTF_8))
                .post("/api/v1/campaigns");
    }

    private static void awaitPhase(String campaign, String phase) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> phase.equals(as("ada")
                        .get("/api/v1/campaigns/" + campaign)
                        .jsonPath()
                        .getString("phase")));
    }

    private static RequestSpecification as(String person) {
        return given().header("Authorization", "Bearer " + People.token(person));
    }
}
