package io.calicofleet.cli.local;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.cli.CliException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
}
