package io.calicofleet.model.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailsafePort;
import io.calicofleet.event.FlowDirection;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FailsafeDefaultsTest {

    @ParameterizedTest
    @CsvSource({
        "v3.13.4, tcp:22 udp:68 tcp:179 tcp:2379 tcp:2380 tcp:6666 tcp:6667",
        "v3.14.0, tcp:22 udp:68 tcp:179 tcp:2379 tcp:2380 tcp:6666 tcp:6667 tcp:6443",
        "v3.22.5, tcp:22 udp:68 tcp:179 tcp:2379 tcp:2380 tcp:6666 tcp:6667 tcp:6443 tcp:5473"
    })
    void the_defaults_are_those_of_the_version(String version, String inbound) {
        CalicoVersion release = CalicoVersion.parse(version);

        assertThat(FailsafeDefaults.of(release, FlowDirection.INGRESS))
                .extracting(FailsafePort::toString)
                .containsExactly(inbound.split(" "));
        assertThat(FailsafeDefaults.of(release, FlowDirection.EGRESS))
                .extracting(FailsafePort::toString)
                .containsExactly(
                        inbound.replace("tcp:22 udp:68", "udp:53 udp:67").split(" "));
        assertThat(FailsafeDefaults.of(release, FlowDirection.FORWARDED)).isEmpty();
    }

    @Test
    void of_an_unknown_version_the_defaults_are_the_shortest() {
        assertThat(FailsafeDefaults.of(null, FlowDirection.INGRESS))
                .isEqualTo(FailsafeDefaults.of(CalicoVersion.of(3, 0, 0), FlowDirection.INGRESS));
    }
}
