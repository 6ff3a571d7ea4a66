package io.calicofleet.planner.adapter.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.planner.PlannerProcess;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged planner, as it starts without anything set; no broker is needed to be refused. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AccessStartIT {

    private static final String NO_BROKER = "127.0.0.1:1";

    @TempDir
    private Path directory;

    @BeforeEach
    void asNobody() {
        RestAssured.requestSpecification = null;
    }

    @Test
    void on_the_loopback_address_it_makes_a_token_and_lets_in_nobody_without_it() throws IOException {
        Path home = Files.createDirectory(directory.resolve("home"));
        try (PlannerProcess planner =
                PlannerProcess.start(directory, NO_BROKER, Map.of("user.home", home.toString()))) {
            await().atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .untilAsserted(() -> given().get(planner.rest().resolve("/api/v1/version"))
                            .then()
                            .statusCode(401)
                            .header("WWW-Authenticate", "Bearer")
                            .contentType("application/problem+json"));
            String token = Files.readString(home.resolve(".calico-fleet/token"))
                    .strip()
                    .split(" ", -1)[1];

            given().header("Authorization", "Bearer " + token)
                    .get(planner.rest().resolve("/api/v1/version"))
                    .then()
                    .statusCode(200);
            given().header("Authorization", "Bearer " + token + "x")
                    .get(planner.rest().resolve("/api/v1/version"))
                    .then()
                    .statusCode(401)
                    .contentType("application/problem+json");
            given().get(planner.management().resolve("/q/health/live")).then().statusCode(200);
            assertThat(planner.log()).doesNotContain(token);
        }
    }

    @Test
    void where_others_can_reach_it_and_nobody_is_known_it_does_not_start() {
        try (PlannerProcess planner =
                PlannerProcess.start(directory, NO_BROKER, Map.of("quarkus.http.host", "0.0.0.0"))) {
            await().atMost(Duration.ofMinutes(1)).until(planner::isOver);
            assertThat(planner.log())
                    .contains("knows nobody: set planner.access.oidc.issuer", "planner.access.token-file");
        }
    }
}
