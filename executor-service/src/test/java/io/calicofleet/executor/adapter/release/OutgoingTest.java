package io.calicofleet.executor.adapter.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an executor may fetch from, and where it may be led to. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OutgoingTest {

    private final Map<String, String> authorized = new ConcurrentHashMap<>();
    private HttpServer server;
    private String here;
    private String other;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        here = "http://127.0.0.1:" + server.getAddress().getPort();
        other = "http://localhost:" + server.getAddress().getPort();
        server.createContext("/file", exchange -> {
            authorized.put(
                    String.valueOf(exchange.getRequestHeaders().getFirst("Host")),
                    String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            byte[] body = "file".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data/",
                "http://[fe80::1]/",
                "http://[::ffff:169.254.169.254]/",
                "http://2852039166/",
                "http://0.0.0.0/",
                "http://[fd00:ec2::254]/",
                "http://100.100.100.200/",
                "http://168.63.129.16/",
                "http://224.0.0.1/"
            })
    void nothing_is_fetched_where_clouds_keep_their_metadata_however_that_is_written(String address) {
        assertThatThrownBy(() -> Outgoing.ANYWHERE.check(URI.create(address)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("metadata");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file:///etc/passwd", "ftp://127.0.0.1/x", "/charts", "http:///x", "jar:http://127.0.0.1/x"})
    void what_is_no_http_address_is_not_asked(String address) {
        assertThatThrownBy(() -> Outgoing.ANYWHERE.check(URI.create(address)))
                .isInstanceOf(IOException.class)
                .hasMessage("it is no address that can be asked: " + address);
    }

    @Test
    void a_server_of_ones_own_network_is_asked() {
        assertThatCode(() -> Outgoing.ANYWHERE.check(URI.create("https://10.1.2.3/charts")))
                .doesNotThrowAnyException();
    }

    @Test
    void only_the_hosts_that_are_named_are_asked() throws IOException {
        Outgoing outgoing = new Outgoing(List.of("LOCALHOST", "*.localhost"));
        outgoing.check(URI.create("http://localhost/x"));
        outgoing.check(URI.create("http://charts.localhost/x"));
        assertThatThrownBy(() -> outgoing.check(URI.create("http://127.0.0.1/x")))
                .hasMessage("nothing is fetched from 127.0.0.1: executor.allowed-hosts has localhost, *.localhost");
        assertThatThrownBy(() -> outgoing.check(URI.create("http://evillocalhost/x")))
                .hasMessageContaining("executor.allowed-hosts");
    }

    @Test
    void a_redirect_is_followed_and_its_host_gets_no_token() throws IOException {
        redirect("/elsewhere", other + "/file");
        redirect("/near", "/file");
        BoundedHttp http = http(Outgoing.ANYWHERE);

        assertThat(http.get(URI.create(here + "/near"), "secret").statusCode()).isEqualTo(200);
        assertThat(authorized).containsEntry(here.substring(7), "Bearer secret");

        assertThat(http.get(URI.create(here + "/elsewhere"), "secret").statusCode())
                .isEqualTo(200);
        assertThat(authorized).containsEntry(other.substring(7), "null");
    }

    @Test
    void a_redirect_to_where_nothing_is_fetched_from_is_not_followed() {
        redirect("/metadata", "http://169.254.169.254/latest/meta-data/iam");
        redirect("/file-of-this-machine", "file:///etc/passwd");
        redirect("/other", other + "/file");
        redirect("/round", "/round");
        redirect("/nonsense", "http://[");

        refused("/metadata", "metadata", Outgoing.ANYWHERE);
        refused("/file-of-this-machine", "no address that can be asked", Outgoing.ANYWHERE);
        refused("/other", "executor.allowed-hosts", new Outgoing(List.of("127.0.0.1")));
        refused("/round", "redirects more than 5 times", Outgoing.ANYWHERE);
        refused("/nonsense", "no address", Outgoing.ANYWHERE);
        assertThat(authorized).isEmpty();
    }

    @Test
    void a_server_elsewhere_does_not_lead_to_this_machine_nor_out_of_encryption() {
        assertThatThrownBy(() ->
                        Outgoing.ANYWHERE.checkRedirect(URI.create("http://10.1.2.3/x"), URI.create(here + "/file")))
                .hasMessageContaining("redirects to this machine");
        assertThatThrownBy(() -> Outgoing.ANYWHERE.checkRedirect(
                        URI.create("https://10.1.2.3/x"), URI.create("http://10.1.2.4/x")))
                .hasMessageContaining("not encrypted");
    }

    private void refused(String path, String why, Outgoing outgoing) {
        assertThatThrownBy(() -> http(outgoing).get(URI.create(here + path), ""))
                .as(path)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    private static BoundedHttp http(Outgoing outgoing) {
        return new BoundedHttp(outgoing, 1024, Duration.ofMinutes(1));
    }

    private void redirect(String path, String location) {
        server.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
    }
}
