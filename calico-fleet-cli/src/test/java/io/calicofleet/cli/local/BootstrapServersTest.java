package io.calicofleet.cli.local;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.calicofleet.cli.CliException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BootstrapServersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "kafka",
                "kafka:",
                ":9092",
                "kafka:0",
                "kafka:99999",
                "kafka:9092,",
                "http://kafka:9092",
                "a b:1"
            })
    void what_is_no_address_is_told(String text) {
        assertThatThrownBy(() -> BootstrapServers.check(text))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("HOST:PORT");
    }

    @Test
    void one_of_them_that_listens_is_enough_and_none_is_told_at_once() throws IOException {
        int closed = Ports.free(1).getFirst();
        try (ServerSocket open = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatCode(() -> BootstrapServers.check("127.0.0.1:" + closed + ", 127.0.0.1:" + open.getLocalPort()))
                    .doesNotThrowAnyException();
        }
        assertThatThrownBy(() -> BootstrapServers.check("127.0.0.1:" + closed + ",no-such-host.invalid:9092"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("127.0.0.1:" + closed + " does not answer")
                .hasMessageContaining("no-such-host.invalid:9092 is no known host");
    }

    @Test
    void what_answers_otherwise_than_kafka_is_told_at_once() throws IOException {
        assertThatThrownBy(() -> answered("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("answers, but not as Kafka does");
    }

    @Test
    void a_web_server_that_waits_for_the_end_of_a_line_is_told_too() throws IOException {
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.start();
        try {
            assertThatThrownBy(() -> BootstrapServers.check(
                            "127.0.0.1:" + web.getAddress().getPort()))
                    .isInstanceOf(CliException.class)
                    .hasMessageContaining("answers, but not as Kafka does");
        } finally {
            web.stop(0);
        }
    }

    @Test
    void a_broker_and_one_that_wants_tls_or_hangs_up_are_taken() {
        for (byte[] answer : List.of(
                ByteBuffer.allocate(10).putInt(6).putInt(0x0ca11c0).array(),
                new byte[] {0x15, 3, 3, 0, 2, 2, 70, 0},
                new byte[0])) {
            assertThatCode(() -> answered(answer)).doesNotThrowAnyException();
        }
    }

    /** Checks a server that answers so. */
    private static void answered(byte[] answer) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> {
                try (Socket client = server.accept()) {
                    var unused = client.getInputStream().readNBytes(14);
                    client.getOutputStream().write(answer);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            BootstrapServers.check("127.0.0.1:" + server.getLocalPort());
        }
    }
}
