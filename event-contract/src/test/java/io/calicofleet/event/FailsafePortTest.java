package io.calicofleet.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
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

    @ParameterizedTest
    @CsvSource({
        "v3.13.4, tcp:22 udp:68 tcp:179 tcp:2379 tcp:2380 tcp:6666 tcp:6667",
        "v3.14.0, tcp:22 udp:68 tcp:179 tcp:2379 tcp:2380 tcp:6666 tcp:6667 tcp:6443",
        "v3.22.5, tcp:22 udp:68 tcp:179 tcp:2379 tcp:2380 tcp:6666 tcp:6667 tcp:6443 tcp:5473"
    })
    void the_defaults_are_those_of_the_version(String version, String inbound) {
        CalicoVersion release = CalicoVersion.parse(version);

        assertThat(FailsafePort.defaults(release, FlowDirection.INGRESS))
                .extracting(FailsafePort::toString)
                .containsExactly(inbound.split(" "));
        assertThat(FailsafePort.defaults(release, FlowDirection.EGRESS))
                .extracting(FailsafePort::toString)
                .containsExactly(
                        inbound.replace("tcp:22 udp:68", "udp:53 udp:67").split(" "));
        assertThat(FailsafePort.defaults(release, FlowDirection.FORWARDED)).isEmpty();
    }

    @Test
    void of_an_unknown_version_the_defaults_are_the_shortest() {
        assertThat(FailsafePort.defaults(null, FlowDirection.INGRESS))
                .isEqualTo(FailsafePort.defaults(CalicoVersion.of(3, 0, 0), FlowDirection.INGRESS));
    }
}
