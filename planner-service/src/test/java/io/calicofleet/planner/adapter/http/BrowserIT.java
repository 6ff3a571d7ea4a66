package io.calicofleet.planner.adapter.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.planner.BrokerResource;
import io.calicofleet.planner.People;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser may be made to send by a page that is not ours. The person it belongs to is known. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BrowserIT {

    private static final String CAMPAIGNS = "/api/v1/campaigns";

    @TestHTTPResource("/")
    URI planner;

    @TestHTTPResource(management = true)
    URI management;

    @BeforeEach
    void start() {
        People.askAsAda();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> given().get(management.resolve("/q/health/ready"))
                        .then()
                        .statusCode(200));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "evil.example:8080", "127.0.0.1.nip.io", "10.0.0.1", "localhost.evil.example"})
    void a_name_that_was_made_to_point_here_is_not_ours(String host) throws IOException {
        assertThat(raw("GET " + CAMPAIGNS + " HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + People.ADA
                        + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421")
                .contains("application/problem+json", "planner.http.hosts");
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://evil.example",
        "Origin, null",
        "Origin, http://localhost:1",
        "Origin, file://",
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site"
    })
    void a_page_of_another_origin_may_not_ask(String header, String value) {
        Response answer = given().header(header, value)
                .contentType("application/json")
                .body("{}")
                .post(CAMPAIGNS + "/some/pause");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(given().header(header, value).get(CAMPAIGNS).statusCode()).isEqualTo(403);
        assertThat(answer.headers().asList())
                .noneMatch(each -> each.getName().toLowerCase(Locale.ROOT).startsWith("access-control-"));
    }

    @Test
    void our_own_page_may_ask() {
        given().header("Origin", "http://" + planner.getAuthority())
                .header("Sec-Fetch-Site", "same-origin")
                .get(CAMPAIGNS)
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"})
    void a_body_of_a_kind_that_any_page_may_send_is_refused(String type) {
        for (String path : new String[] {
            CAMPAIGNS, CAMPAIGNS + "/some/pause", "/api/v1/fleet/stop", "/api/v1/plans", "/api/v1/clusters/some/restore"
        }) {
            String answer;
            try {
                answer = raw("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + People.ADA
                        + "\r\nContent-Type: " + type + "\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            assertThat(answer).as(path).startsWith("HTTP/1.1 415").contains("application/problem+json");
        }
    }

    @Test
    void every_answer_has_the_time_of_the_planner() {
        for (String path : new String[] {CAMPAIGNS, "/api/v1/nothing"}) {
            Instant told = Instant.from(
                    DateTimeFormatter.RFC_1123_DATE_TIME.parse(given().get(path).header("Date")));
            assertThat(told)
                    .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(1));
        }
    }

    @Test
    void a_body_that_does_not_say_what_it_is_is_refused() throws IOException {
        assertThat(raw("POST " + CAMPAIGNS + "/some/pause HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                        + People.ADA + "\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"))
                .startsWith("HTTP/1.1 415");
    }

    @Test
    void what_is_answered_is_never_run_or_framed_and_no_cookie_is_set() {
        for (String path : new String[] {CAMPAIGNS, "/api/v1/nothing", "/q/openapi"}) {
            Response answer = given().get(path);
            assertThat(answer.header("Content-Security-Policy"))
                    .startsWith("default-src 'none'; frame-ancestors 'none'");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.header("Set-Cookie")).isNull();
        }
    }

    @Test
    void the_page_is_there_for_everybody_and_may_run_nothing_but_its_own_files() {
        RestAssured.requestSpecification = null;
        Response page = given().accept("text/html").get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.header("Cache-Control")).isEqualTo("no-store");
        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.header("Set-Cookie")).isNull();
        assertThat(given().accept("text/html")
                        .get("/campaigns/some/clusters/other")
                        .asString())
                .as("each view has an address")
                .isEqualTo(page.asString());
        Matcher script = Pattern.compile("src=\"(/assets/[^\"]+)\"").matcher(page.asString());
        if (script.find()) {
            Response file = given().get(script.group(1));
            assertThat(file.contentType()).startsWith("text/javascript");
            assertThat(file.header("Cache-Control")).contains("immutable");
            assertThat(file.header("Content-Encoding")).isEqualTo("gzip");
        } else {
            assertThat(page.contentType()).startsWith("text/plain");
            assertThat(page.asString()).startsWith("The page was not built");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/nothing", "/assets/nothing.js", "/assets/../application.yaml", "/index.html.gz", "/nothing.svg"
            })
    void what_is_no_file_of_the_page_is_not_there(String path) {
        RestAssured.requestSpecification = null;
        assertThat(given().urlEncodingEnabled(false).accept("*/*").get(path).statusCode())
                .isEqualTo(404);
    }

    @Test
    void the_page_is_no_answer_of_rest() {
        Response answer = given().accept("text/html").get("/api/v1/nothing");
        assertThat(answer.statusCode()).isNotEqualTo(200);
        assertThat(answer.header("Content-Security-Policy")).startsWith("default-src 'none'; frame-ancestors");
        assertThat(given().accept("text/html")
                        .contentType("application/json")
                        .body("{}")
                        .post("/campaigns")
                        .statusCode())
                .isIn(404, 405);
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(planner.getHost(), planner.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
