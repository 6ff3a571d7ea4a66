package io.calicofleet.planner.adapter.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.planner.PlannerProcess;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged planner, and tokens of an OpenID provider: right ones, and all kinds of wrong ones. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OpenIdIT {

    private static final String NO_BROKER = "127.0.0.1:1";

    @TempDir
    static Path directory;

    private static final String ROBOT = "cft_the-token-of-a-robot-that-has-no-provider";

    private static Issuer issuer;
    private static PlannerProcess planner;

    @BeforeAll
    static void start() throws Exception {
        RestAssured.requestSpecification = null;
        issuer = new Issuer();
        Path access = Files.writeString(directory.resolve("access.yaml"), """
                apiVersion: calico-fleet/v1
                kind: Access
                grants:
                  - {role: operator, groups: [net-ops], campaigns: ["web-*"]}
                  - {role: admin, groups: [local]}
                """);
        Path tokens = Files.writeString(directory.resolve("tokens"), "robot " + ROBOT + "\n");
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-------"));
        planner = PlannerProcess.start(
                directory,
                NO_BROKER,
                Map.of(
                        "planner.access.oidc.issuer",
                        issuer.url(),
                        "planner.access.oidc.origins",
                        "https://token.example.com:8443/oauth2/token",
                        "planner.access.file",
                        access.toString(),
                        "planner.access.token-file",
                        tokens.toString()));
        await().atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(given().get(planner.rest().resolve("/api/v1/login"))
                                .statusCode())
                        .isEqualTo(200));
    }

    @AfterAll
    static void stop() {
        planner.close();
        issuer.close();
    }

    @Test
    void whoever_has_a_token_of_the_provider_is_known_by_name_and_groups() throws Exception {
        Response me = whoami(issuer.signed(claims()));
        assertThat(me.statusCode()).as(me.asString()).isEqualTo(200);
        assertThat(me.jsonPath().getString("name")).isEqualTo("ada");
        assertThat(me.jsonPath().getString("subject")).isEqualTo("s-1");
        assertThat(me.jsonPath().getString("issuer")).isEqualTo(issuer.url());
        assertThat(me.jsonPath().getString("authenticatedBy")).isEqualTo("oidc");
        assertThat(me.jsonPath().getList("grants.role", String.class)).containsExactly("operator");
    }

    @Test
    void a_page_is_told_whom_to_ask_and_may() {
        Response login = given().get(planner.rest().resolve("/api/v1/login"));
        assertThat(login.jsonPath().getString("issuer")).isEqualTo(issuer.url());
        assertThat(login.jsonPath().getString("clientId")).isEqualTo("calico-fleet");
        assertThat(given().accept("text/html").get(planner.rest()).header("Content-Security-Policy"))
                .endsWith("; connect-src 'self' " + issuer.url() + " https://token.example.com:8443");
    }

    @Test
    void a_token_of_the_planners_own_counts_beside_the_provider() {
        Response me = whoami(ROBOT);
        assertThat(me.statusCode()).as(me.asString()).isEqualTo(200);
        assertThat(me.jsonPath().getString("name")).isEqualTo("robot");
    }

    @Test
    void no_list_is_answered_before_everything_was_read_once() throws Exception {
        String token = issuer.signed(claims());
        for (String list : List.of("campaigns", "clusters", "summary")) {
            Response answer = given().header("Authorization", "Bearer " + token)
                    .get(planner.rest().resolve("/api/v1/" + list));
            assertThat(answer.statusCode()).as(list).isEqualTo(503);
            assertThat(answer.header("Retry-After")).as(list).isEqualTo("5");
            assertThat(answer.jsonPath().getString("detail"))
                    .as(list)
                    .startsWith("The planner has not read everything");
        }
    }

    @Test
    void no_provider_puts_anybody_into_the_group_of_this_machine() throws Exception {
        JwtClaims claims = claims();
        claims.setStringListClaim("groups", "local");
        Response me = whoami(issuer.signed(claims));
        assertThat(me.jsonPath().getList("groups")).isEmpty();
        assertThat(me.jsonPath().getList("grants")).isEmpty();
    }

    @Test
    void a_token_that_does_not_count_is_401() throws Exception {
        JwtClaims expired = claims();
        expired.setExpirationTimeMinutesInTheFuture(-2);
        JwtClaims early = claims();
        early.setNotBeforeMinutesInThePast(-10);
        JwtClaims otherAudience = claims();
        otherAudience.setAudience("something-else");
        JwtClaims noAudience = claims();
        noAudience.unsetClaim("aud");
        JwtClaims otherIssuer = claims();
        otherIssuer.setIssuer("https://evil.example");
        JwtClaims noSubject = claims();
        noSubject.unsetClaim("sub");
        String right = issuer.signed(claims());
        for (Map.Entry<String, String> wrong : List.of(
                Map.entry("expired", issuer.signed(expired)),
                Map.entry("not yet", issuer.signed(early)),
                Map.entry("other audience", issuer.signed(otherAudience)),
                Map.entry("no audience", issuer.signed(noAudience)),
                Map.entry("other issuer", issuer.signed(otherIssuer)),
                Map.entry("no subject", issuer.signed(noSubject)),
                Map.entry("alg none", unsigned(claims())),
                Map.entry("alg HS256 with the public key", issuer.signedWithPublicKeyAsSecret(claims())),
                Map.entry("other key of the same id", issuer.signedByStranger(claims())),
                Map.entry("changed", right.substring(0, right.length() - 8) + "AAAAAAAA"),
                Map.entry("opaque", "3c3f8f4e6f7d4f0b"),
                Map.entry("empty", ""))) {
            Response answer = whoami(wrong.getValue());
            assertThat(answer.statusCode()).as(wrong.getKey()).isEqualTo(401);
            assertThat(answer.contentType()).as(wrong.getKey()).startsWith("application/problem+json");
        }
    }

    @Test
    void a_new_key_of_the_provider_counts() throws Exception {
        String before = issuer.signed(claims());
        assertThat(whoami(before).statusCode()).isEqualTo(200);
        issuer.rotate();
        String after = issuer.signed(claims());
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(whoami(after).statusCode()).isEqualTo(200));
        assertThat(planner.log()).doesNotContain(after.substring(after.lastIndexOf('.')));
    }

    @Test
    void where_people_log_in_and_nobody_has_a_role_it_does_not_start() {
        try (PlannerProcess other =
                PlannerProcess.start(directory, NO_BROKER, Map.of("planner.access.oidc.issuer", issuer.url()))) {
            await().atMost(Duration.ofMinutes(1)).until(other::isOver);
            assertThat(other.log()).contains("nobody has a role: set planner.access.file");
        }
    }

    private static Response whoami(String token) {
        return given().header("Authorization", "Bearer " + token)
                .get(planner.rest().resolve("/api/v1/whoami"));
    }

    private static JwtClaims claims() {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(issuer.url());
        claims.setSubject("s-1");
        claims.setAudience("calico-fleet");
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(5);
        claims.setStringClaim("preferred_username", "ada");
        claims.setStringListClaim("groups", "net-ops");
        return claims;
    }

    private static String unsigned(JwtClaims claims) throws IOException {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(claims.toJson().getBytes(StandardCharsets.UTF_8)) + ".";
    }
}
