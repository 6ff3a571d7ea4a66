package io.calicofleet.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FailsafePortTest {

    @ParameterizedTest
    @CsvSource({
        "22, tcp, 22, '', tcp:22",
        "' udp:68', udp, 68, '', udp:68",
        "TCP:6443, tcp, 6443, '', tcp:6443",
        "tcp:0.0.0.0/0:22, tcp, 22, 0.0.0.0/0, tcp:0.0.0.0/0:22",
        "tcp:10.0.0.1:22, tcp, 22, 10.0.0.1, tcp:10.0.0.1:22",
        "udp:[fd00::/8]:546, udp, 546, fd00::/8, udp:[fd00::/8]:546"
    })
    void is_read_as_felix_reads_its_lists(String text, String protocol, int port, String net, String written) {
        FailsafePort read = FailsafePort.parse(text);

        assertThat(read).isEqualTo(new FailsafePort(protocol, port, net));
        assertThat(read).hasToString(written);
        assertThat(FailsafePort.parse(written)).isEqualTo(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "none", "tcp", "tcp:", "tcp:70000", "tcp:fd00::/8:22", "tcp:[fd00::/8]22", "a:b:c:1"})
    void what_felix_would_not_take_is_none(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FailsafePort.parse(text))
                .withMessageContaining("write it like tcp:22");
    }
}
