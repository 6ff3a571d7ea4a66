package io.calicofleet.planner.adapter.http;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.planner.BrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Over real sockets: what is too large, too slow or too many is refused, and nobody else notices. */
@QuarkusTest
@TestProfile(ConnectionLimitsIT.Impatient.class)
@QuarkusTestResource(BrokerResource.class)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ConnectionLimitsIT {

    private static final String CAMPAIGNS = "/api/v1/campaigns";
    private static final String SLOW_BODY = "POST " + CAMPAIGNS
            + " HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
    /** More than there are threads to serve requests. */
    private static final int MANY = 300;

    private static final int MAX_CONNECTIONS = 400;

    @TestHTTPResource
    URI rest;

    @TestHTTPResource(management = true)
    URI management;

    private final List<Socket> sockets = new ArrayList<>();

    /** Times short enough to wait for. */
    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "planner.http.header-timeout", "PT2S",
                    "planner.http.request-timeout", "PT4S",
                    "quarkus.http.limits.max-connections", String.valueOf(MAX_CONNECTIONS));
        }
    }

    @BeforeEach
    void awaitReady() {
        soon().untilAsserted(
                () -> when().get(management.resolve("/q/health/ready")).then().statusCode(200));
    }

    @AfterEach
    void closeAll() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void a_body_above_the_limit_is_refused_as_too_large() {
        given().contentType("application/json")
                .body("\"" + "x".repeat(5 * 1024 * 1024) + "\"")
                .post(CAMPAIGNS)
                .then()
                .statusCode(413);
    }

    @Test
    void a_header_above_the_limit_is_refused_as_too_large() {
        given().header("X-Actor", "x".repeat(20_000)).get(CAMPAIGNS).then().statusCode(431);
    }

    @Test
    void bodies_that_do_not_come_block_nobody_and_are_told_that_their_time_is_over() throws IOException {
        for (int i = 0; i < MANY; i++) {
            open(SLOW_BODY);
        }

        for (int i = 0; i < 10; i++) {
            given().when().get(CAMPAIGNS).then().statusCode(200);
            given().contentType("application/json")
                    .body("{}")
                    .post(CAMPAIGNS)
                    .then()
                    .statusCode(422);
        }
        when().get(management.resolve("/q/health/live")).then().statusCode(200);
        for (Socket socket : sockets) {
            assertThat(everythingFrom(socket)).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void headers_that_trickle_are_cut_off() throws IOException {
        Socket slow = open("GET " + CAMPAIGNS + " HTTP/1.1\r\n");

        soon().untilAsserted(() -> assertThat(stillTakes(slow, "X-More: 1\r\n")).isFalse());
    }

    @Test
    void a_connection_on_which_nothing_comes_is_closed() throws IOException {
        assertThat(everythingFrom(open(""))).startsWith("HTTP/1.1 408");
    }

    @Test
    void more_connections_than_allowed_are_closed_and_health_is_answered_all_the_same() throws IOException {
        for (int i = 0; i < MAX_CONNECTIONS + 50; i++) {
            open(SLOW_BODY);
        }

        when().get(management.resolve("/q/health/live")).then().statusCode(200);
        assertThat(sockets.subList(MAX_CONNECTIONS, sockets.size()))
                .anySatisfy(socket -> assertThat(everythingFrom(socket)).isEmpty());
        // When those that hold the places have been cut off, all is as before.
        soon().untilAsserted(() -> given().when().get(CAMPAIGNS).then().statusCode(200));
    }

    private Socket open(String text) throws IOException {
        Socket socket = new Socket(rest.getHost(), rest.getPort());
        socket.setSoTimeout(30_000);
        sockets.add(socket);
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (SocketException expected) {
            // One too many: closed already.
        }
        return socket;
    }

    /** What comes until the other side closes. */
    private static String everythingFrom(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException closed) {
            return "";
        }
    }

    private static boolean stillTakes(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofMinutes(1));
    }
}
