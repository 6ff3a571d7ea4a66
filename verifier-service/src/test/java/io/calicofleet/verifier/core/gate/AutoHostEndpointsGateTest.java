package io.calicofleet.verifier.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.GateKind;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AutoHostEndpointsGateTest {

    private static final GateCase MISSES_N2 =
            GateCase.of(GateKind.AUTO_HOST_ENDPOINTS, "misses-the-automatic-one-of-a-node");

    @Test
    void an_automatic_host_endpoint_of_one_interface_is_not_the_one_of_the_node() {
        assertThat(MISSES_N2
                        .with(
                                "/hostEndpoints/-",
                                "{name: n2-auto-eth0, node: n2, interfaceName: eth0, automatic: true, labelled: false}")
                        .missing())
                .containsExactly("an automatic host endpoint of n2");
    }

    @Test
    void a_host_endpoint_of_all_interfaces_that_people_made_is_not_the_automatic_one() {
        assertThat(MISSES_N2
                        .with(
                                "/hostEndpoints/-",
                                "{name: n2-all, node: n2, interfaceName: '*', automatic: false, labelled: false}")
                        .missing())
                .containsExactly(
                        "an automatic host endpoint of n2", "the end of the host endpoints of all interfaces n2-all");
    }

    @Test
    void nodes_and_host_endpoints_are_named_in_their_order() {
        GateCase two = MISSES_N2
                .with("/nodeAddresses", "{n3: [10.0.0.3], n2: [10.0.0.2], n1: [10.0.0.1]}")
                .with("/hostEndpoints/-", "{name: b, node: n1, interfaceName: '*', automatic: false, labelled: false}")
                .with("/hostEndpoints/-", "{name: a, node: n1, interfaceName: '*', automatic: false, labelled: false}");

        assertThat(two.missing())
                .containsExactly(
                        "an automatic host endpoint of n2, n3", "the end of the host endpoints of all interfaces a, b");
    }
}
