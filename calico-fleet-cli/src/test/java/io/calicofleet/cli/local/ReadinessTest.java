package io.calicofleet.cli.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReadinessTest {

    private static final String REPORT = """
            {"status":"DOWN","checks":[
              {"name":"decisions","status":"DOWN","data":{"missing 1":"its state is being restored"}},
              {"name":"other","status":"DOWN"},
              {"name":"executor","status":"DOWN","data":{"missing":"the verdicts topic","clusters":5,
                "unreachable c01":"connection refused","unusable c02.yaml":"it is no kubeconfig"}},
              {"name":"view","status":"UP"}]}""";

    private HttpServer server;

    @BeforeEach
    void answer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/q/health/ready", exchange -> {
            byte[] body = REPORT.getBytes(UTF_8);
            exchange.sendResponseHeaders(503, body.length);
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
    void says_what_is_missing_and_nothing_else() throws InterruptedException {
        assertThat(new Readiness().missing(address()))
                .containsExactly("its state is being restored", "other", "the verdicts topic");
    }

    @Test
    void notes_which_clusters_are_not_served() throws InterruptedException {
        assertThat(new Readiness().notes(address()).orElseThrow())
                .containsExactlyInAnyOrder(
                        "c01 is unreachable: connection refused", "c02.yaml is unusable: it is no kubeconfig");
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }
}
