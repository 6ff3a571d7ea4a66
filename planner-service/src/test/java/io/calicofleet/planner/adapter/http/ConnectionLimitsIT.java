package io.calicofleet.planner.adapter.http;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.Event;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.planner.People;
import io.calicofleet.planner.PlannerProcess;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged planner over real sockets: what is too large, too slow or too many is refused, and nobody else notices. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ConnectionLimitsIT {

    private static final String CAMPAIGNS = "/api/v1/campaigns";
    private static final String ADA = "Authorization: Bearer " + People.ADA + "\r\n";
    private static final String POST =
            "POST " + CAMPAIGNS + " HTTP/1.1\r\nHost: localhost\r\n" + ADA + "Content-Type: application/json\r\n";
    private static final String SLOW_BODY = POST + "Content-Length: 1000\r\n\r\n{";
    private static final String PROBLEM = "\"type\":\"urn:calico-fleet:problem:";
    /** More than there are threads to serve requests. */
    private static final int MANY = 300;

    private static final int MAX_CONNECTIONS = 400;

    @TempDir
    static Path directory;

    private static TemporaryBroker broker;
    private static PlannerProcess planner;
    private final List<Socket> sockets = new ArrayList<>();

    @BeforeAll
    static void start() {
        People.askAsAda();
        broker = TemporaryBroker.start();
        planner = PlannerProcess.start(
                directory,
                broker.bootstrapServers(),
                Map.of(
                        "planner.access.token-file", People.tokens().toString(),
                        // Times short enough to wait for.
                        "planner.http.header-timeout", "PT2S",
                        "planner.http.request-timeout", "PT4S",
                        "planner.live.write-timeout", "PT2S",
                        "quarkus.http.limits.max-connections", String.valueOf(MAX_CONNECTIONS)));
        soon().ignoreExceptions()
                .untilAsserted(() -> when().get(planner.management().resolve("/q/health/ready"))
                        .then()
                        .statusCode(200));
    }

    @AfterAll
    static void stop() {
        planner.close();
        broker.close();
    }

    @AfterEach
    void closeAll() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void a_body_in_parts_is_read_whole() throws IOException {
        Socket socket = open(POST.replace("json", "yaml") + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
        stillTakes(socket, "8\r\nname: a\n\r\n");
        stillTakes(socket, "7\r\nnme: b\n\r\n0\r\n\r\n");

        assertThat(everythingFrom(socket)).startsWith("HTTP/1.1 422").contains("\"field\":\"nme\"", "\"line\":2");
    }

    @Test
    void a_body_above_the_limit_is_refused_as_too_large() throws IOException {
        assertThat(everythingFrom(open(POST + "Content-Length: 5000000\r\n\r\n")))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void a_body_that_does_not_say_its_length_is_refused_where_it_gets_too_large() throws IOException {
        Socket socket = open(POST + "Transfer-Encoding: chunked\r\n\r\n");
        String part = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
        int sent = 0;
        while (sent < 200 && stillTakes(socket, part)) {
            sent++;
        }

        assertThat(everythingFrom(socket)).matches(answer -> answer.isEmpty() || answer.startsWith("HTTP/1.1 413"));
        assertThat(sent).isLessThan(200);
    }

    @Test
    void a_header_above_the_limit_is_refused_as_too_large() {
        given().header("X-Other", "x".repeat(20_000))
                .get(planner.rest().resolve(CAMPAIGNS))
                .then()
                .statusCode(431);
    }

    @Test
    void bodies_that_do_not_come_block_nobody_are_told_that_their_time_is_over_and_fill_no_log() throws IOException {
        for (int i = 0; i < MANY; i++) {
            open(SLOW_BODY);
        }

        for (int i = 0; i < 10; i++) {
            campaignsAreAnswered();
            given().contentType("application/json")
                    .body("{}")
                    .post(planner.rest().resolve(CAMPAIGNS))
                    .then()
                    .statusCode(422);
        }
        healthIsAnswered();
        for (Socket socket : sockets) {
            assertThat(everythingFrom(socket)).startsWith("HTTP/1.1 408");
        }
        campaignsAreAnswered();
        assertThat(planner.log()).doesNotContain("HttpClosedException");
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

        healthIsAnswered();
        assertThat(sockets.subList(MAX_CONNECTIONS, sockets.size()))
                .anySatisfy(socket -> assertThat(everythingFrom(socket)).isEmpty());
        // When those that hold the places have been cut off, all is as before.
        soon().ignoreExceptions().untilAsserted(ConnectionLimitsIT::campaignsAreAnswered);
    }

    @Test
    void a_live_stream_that_is_not_read_is_cut_off() throws IOException {
        open("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n" + ADA + "\r\n");
        soon().untilAsserted(() ->
                assertThat(metric("calico_fleet_planner_live_streams")).isEqualTo("1.0"));
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "max.request.size", 4_000_000);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < 30; i++) {
                var paused = new CampaignPaused(CampaignName.of("nobody"), "x".repeat(900_000), "paused");
                producer.send(EventCodec.record(Event.of("e" + i, "/test", Instant.now(), null, null, paused)));
            }
        }

        soon().untilAsserted(() ->
                assertThat(metric("calico_fleet_planner_live_streams")).isEqualTo("0.0"));
    }

    @ParameterizedTest(name = "{1} {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "GET /api/v1/campaigns/%zz | 400 | '%zz' in '/api/v1/campaigns/%zz' is no percent escape",
                "GET /api/v1/events?type=% | 400 | is no percent escape",
                "GET * | 404 | There is nothing at '*'",
                "GET /api/v1/campains | 404 | There is no path '/api/v1/campains'",
                "DELETE /api/v1/campaigns/ | 405 | Allowed: GET, POST",
                "DELETE /api/v1/clusters/c1/restore | 405 | Allowed: POST"
            })
    void a_request_that_is_refused_is_told_what_is_wrong_on_both_ports(String request, int status, String detail)
            throws IOException {
        String text = request + " HTTP/1.1\r\nHost: localhost\r\n" + ADA + "Connection: close\r\n\r\n";

        assertThat(everythingFrom(open(text))).startsWith("HTTP/1.1 " + status).contains(PROBLEM, detail);
        assertThat(everythingFrom(open(planner.management(), text)))
                .startsWith("HTTP/1.1 4")
                .contains(PROBLEM);
    }

    @Test
    void a_request_that_is_none_is_told_so_on_both_ports() throws IOException {
        for (URI port : List.of(planner.rest(), planner.management())) {
            assertThat(everythingFrom(open(port, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n")))
                    .startsWith("HTTP/1.1 400")
                    .contains(PROBLEM, "there are 0 Host headers");
            assertThat(everythingFrom(
                            open(port, "GET /" + "x".repeat(9000) + " HTTP/1.1\r\nHost: localhost\r\n" + ADA + "\r\n")))
                    .contains(" 414 ", PROBLEM, "An HTTP line is larger than 4096 bytes");
        }
        assertThat(planner.log()).doesNotContain("QuarkusErrorHandler", "RoutingContext");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "foo", "application/json, text/plain"})
    void a_body_whose_type_is_none_is_refused_with_those_there_are(String type) throws IOException {
        String pause = "POST " + CAMPAIGNS + "/some/pause HTTP/1.1\r\nHost: localhost\r\n" + ADA
                + "Connection: close\r\nContent-Length: 2\r\n";

        assertThat(everythingFrom(open(pause + "Content-Type: " + type + "\r\n\r\n{}")))
                .startsWith("HTTP/1.1 415")
                .contains(PROBLEM, "'" + type + "' is no media type", "application/json, application/yaml");
    }

    @Test
    void readers_that_leave_a_live_stream_end_it_and_are_no_error() throws IOException {
        int before = planner.log().length();
        for (int i = 0; i < 100; i++) {
            Socket reader = open("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n" + ADA + "\r\n");
            if (i % 2 == 0) {
                assertThat(reader.getInputStream().read()).isEqualTo('H');
            }
            reader.setSoLinger(i % 3 == 0, 0);
            reader.close();
        }

        soon().untilAsserted(() ->
                assertThat(metric("calico_fleet_planner_live_streams")).isEqualTo("0.0"));
        assertThat(planner.log().substring(before)).doesNotContain("ERROR", "exception");
    }

    private static String metric(String name) {
        return when().get(planner.management().resolve("/q/metrics"))
                .asString()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElse("");
    }

    private static void campaignsAreAnswered() {
        when().get(planner.rest().resolve(CAMPAIGNS)).then().statusCode(200);
    }

    private static void healthIsAnswered() {
        when().get(planner.management().resolve("/q/health/live")).then().statusCode(200);
    }

    private Socket open(String text) throws IOException {
        return open(planner.rest(), text);
    }

    private Socket open(URI port, String text) throws IOException {
        Socket socket = new Socket(port.getHost(), port.getPort());
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
