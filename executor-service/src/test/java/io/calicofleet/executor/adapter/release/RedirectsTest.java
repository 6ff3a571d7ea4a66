package io.calicofleet.executor.adapter.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.calicofleet.runtime.http.Outgoing;
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

/** Where an executor may be led to. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RedirectsTest {

    private static final Outgoing ANYWHERE = new Outgoing(List.of(), "executor.allowed-hosts");

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

    @Test
    void a_redirect_is_followed_and_its_host_gets_no_token() throws IOException {
        redirect("/elsewhere", other + "/file");
        redirect("/near", "/file");
        BoundedHttp http = http(ANYWHERE);

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

        refused("/metadata", "metadata", ANYWHERE);
        refused("/file-of-this-machine", "no address that can be asked", ANYWHERE);
        refused("/other", "executor.allowed-hosts", new Outgoing(List.of("127.0.0.1"), "executor.allowed-hosts"));
        refused("/round", "redirects more than 5 times", ANYWHERE);
        refused("/nonsense", "no address", ANYWHERE);
        assertThat(authorized).isEmpty();
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
