package io.calicofleet.verifier.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailsafeObservation;
import io.calicofleet.event.FailsafePort;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.felix.flow.FlowKey;
import io.calicofleet.model.release.FailsafeDefaults;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FailsafePortsTest {

    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);

    @ParameterizedTest
    @CsvSource({
        "v3.13.4, ingress tcp 6443 10.0.0.9/32, false",
        "v3.14.0, ingress tcp 6443 10.0.0.9/32, true",
        "v3.14.2, ingress tcp 5473 10.0.0.9/32, false",
        "v3.22.5, ingress tcp 5473 10.0.0.9/32, true",
        "v3.22.5, ingress tcp 10250 10.0.0.9/32, false",
        "v3.22.5, ingress udp 22 10.0.0.9/32, false",
        "v3.22.5, egress tcp 22 10.0.0.9/32, false",
        "v3.22.5, forwarded tcp 22 10.0.0.9/32, false",
        ", ingress tcp 22 0.0.0.0/0, true"
    })
    void unobserved_they_are_those_of_the_version(CalicoVersion version, String flow, boolean contains) {
        FailsafePorts ports = new FailsafePorts(null, version);

        assertThat(ports.contains(FlowKey.parse(flow))).isEqualTo(contains);
        assertThat(ports.closed(FlowDirection.INGRESS)).isEmpty();
        assertThat(ports.note()).contains("were not observed");
    }

    @ParameterizedTest
    @CsvSource({
        "tcp:22, ingress tcp 22 203.0.113.7/32, true",
        "tcp:22, egress tcp 22 203.0.113.7/32, false",
        "tcp:10.0.0.0/8:22, ingress tcp 22 10.1.2.3/32, true",
        "tcp:10.0.0.0/8:22, ingress tcp 22 10.1.2.0/24, true",
        "tcp:10.0.0.0/8:22, ingress tcp 22 203.0.113.7/32, false",
        "tcp:10.0.0.0/8:22, ingress tcp 22 0.0.0.0/0, false",
        "tcp:0.0.0.0/0:22, ingress tcp 22 0.0.0.0/0, true",
        "tcp:0.0.0.0/0:22, ingress tcp 22 fd00::1/128, false",
        "tcp:[fd00::/8]:22, ingress tcp 22 fd00::1/128, true",
        "udp:68, ingress tcp 22 203.0.113.7/32, false"
    })
    void observed_they_are_those_of_the_cluster_and_no_others(String port, String flow, boolean contains) {
        assertThat(inbound(port).contains(FlowKey.parse(flow))).isEqualTo(contains);
    }

    @Test
    void closed_is_what_is_open_by_default_and_to_nobody_here() {
        FailsafePorts ports = inbound("tcp:10.0.0.0/8:22", "udp:68", "tcp:179", "tcp:2379", "tcp:2380", "tcp:5473");

        assertThat(ports.closed(FlowDirection.INGRESS))
                .extracting(FailsafePort::toString)
                .containsExactly("tcp:6666", "tcp:6667", "tcp:6443");
        assertThat(ports.closed(FlowDirection.EGRESS)).isEqualTo(FailsafeDefaults.of(TARGET, FlowDirection.EGRESS));
        assertThat(ports.closed(FlowDirection.FORWARDED)).isEmpty();
        assertThat(ports.note()).isEmpty();
    }

    private static FailsafePorts inbound(String... ports) {
        return new FailsafePorts(
                new FailsafeObservation(
                        Stream.of(ports).map(FailsafePort::parse).toList(), List.of(), false),
                TARGET);
    }
}
