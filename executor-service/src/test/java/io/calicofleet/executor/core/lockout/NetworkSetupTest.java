package io.calicofleet.executor.core.lockout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.lockout.NetworkSetup.Overlay;
import io.calicofleet.model.address.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NetworkSetupTest {

    private static final JsonNode NO_FLANNEL = MissingNode.getInstance();
    private static final String IPIP = "{spec: {cidr: 10.244.0.0/16, ipipMode: Always}}";
    private static final String VXLAN = "{spec: {cidr: 10.244.0.0/16, vxlanMode: CrossSubnet}}";
    private static final String VXLAN_V6 = "{spec: {cidr: 'fd00:10:244::/56', vxlanMode: Always}}";

    @ParameterizedTest
    @CsvSource({"bird, true", "vxlan, false", "none, false", "'', true"})
    void packets_are_wrapped_in_ipip_where_bird_runs_and_a_pool_asks_for_it(String backend, boolean wrapped) {
        assertThat(wrapping(backend, IPIP).contains("IPIP protocol 4")).isEqualTo(wrapped);
        assertThat(wrapping(backend, "{spec: {cidr: 10.244.0.0/16, ipipMode: Never}}"))
                .doesNotContain("IPIP protocol 4");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bird  | true  | false | VXLAN udp/4789
            bird  | false | true  | VXLAN udp/4789 of IPv6
            bird  | true  | true  | VXLAN udp/4789, VXLAN udp/4789 of IPv6
            bird  | false | false | ''
            vxlan | true  | false | VXLAN udp/4789
            vxlan | false | true  | VXLAN udp/4789 of IPv6
            vxlan | true  | true  | VXLAN udp/4789, VXLAN udp/4789 of IPv6
            vxlan | false | false | VXLAN udp/4789
            none  | true  | true  | ''
            """)
    void packets_are_wrapped_in_vxlan_of_the_families_whose_pools_ask_for_it(
            String backend, boolean v4, boolean v6, String expected) {
        List<String> pools = new ArrayList<>();
        if (v4) {
            pools.add(VXLAN);
        }
        if (v6) {
            pools.add(VXLAN_V6);
        }
        assertThat(String.join(", ", wrapping(backend, pools.toArray(String[]::new))))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {Network: 10.244.0.0/16, Backend: {Type: vxlan}}                                    | VXLAN of flannel udp/8472
            {Network: 10.244.0.0/16, Backend: {Type: vxlan, Port: 8473}}                        | VXLAN of flannel udp/8473
            {Network: 10.244.0.0/16, EnableIPv6: true, Backend: {Type: vxlan}}                  | VXLAN of flannel udp/8472, VXLAN of flannel udp/8472 of IPv6
            {Network: 10.244.0.0/16, Backend: {Type: udp}}                                      | packets of flannel udp/8285
            {Network: 10.244.0.0/16}                                                            | packets of flannel udp/8285
            {Network: 10.244.0.0/16, Backend: {Type: host-gw}}                                  | ''
            {}                                                                                  | VXLAN of flannel udp/8472
            """)
    void flannel_wraps_packets_as_its_configuration_says(String flannel, String expected) {
        NetworkSetup setup = setup("none", List.of(), List.of(), Yaml.object(flannel));

        assertThat(String.join(", ", always(setup))).isEqualTo(expected);
    }

    @Test
    void a_node_takes_part_in_wireguard_of_the_families_it_is_switched_on_for() {
        NetworkSetup setup = setup(
                "bird",
                List.of(),
                List.of(
                        "{metadata: {name: default}, spec: {wireguardEnabled: true}}",
                        "{metadata: {name: node.n2}, spec: {wireguardEnabled: false, wireguardEnabledV6: true}}"),
                NO_FLANNEL);

        assertThat(setup.overlays().stream().map(NetworkSetupTest::said))
                .containsExactly("WireGuard udp/51820", "WireGuard of IPv6 udp/51821 of IPv6");
        assertThat(setup.overlays().stream()
                        .filter(overlay -> setup.takesPart("n1", overlay))
                        .map(Overlay::port))
                .containsExactly(51820);
        assertThat(setup.overlays().stream()
                        .filter(overlay -> setup.takesPart("n2", overlay))
                        .map(Overlay::port))
                .containsExactly(51821);
    }

    @Test
    void every_node_takes_part_in_what_a_pool_asks_for() {
        NetworkSetup setup = setup("bird", List.of(IPIP), List.of(), NO_FLANNEL);

        assertThat(setup.takesPart("n7", setup.overlays().getFirst())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"bird, true", "vxlan, false", "none, false", "'', true"})
    void nodes_speak_bgp_where_bird_runs(String backend, boolean speak) {
        NetworkSetup setup = setup(backend, List.of(), List.of(), NO_FLANNEL);

        assertThat(setup.bgp(hosts()).of("n1").isEmpty()).isEqualTo(!speak);
    }

    @Test
    void where_calico_node_does_not_run_there_is_no_bird() {
        NetworkSetup setup = new NetworkSetup(Map.of(), List.of(Yaml.object(IPIP)), List.of(), List.of(), NO_FLANNEL);

        assertThat(setup.bgp(hosts()).of("n1")).isEmpty();
        assertThat(always(setup)).isEmpty();
    }

    private static List<CalicoHost> hosts() {
        return List.of(
                new CalicoHost(
                        "n1", "n1", Map.of(), List.of(Cidr.read("10.0.0.1").orElseThrow()), ""),
                new CalicoHost(
                        "n2", "n2", Map.of(), List.of(Cidr.read("10.0.0.2").orElseThrow()), ""));
    }

    private static List<String> wrapping(String backend, String... pools) {
        return always(setup(backend, List.of(pools), List.of(), NO_FLANNEL));
    }

    private static NetworkSetup setup(String backend, List<String> pools, List<String> felix, JsonNode flannel) {
        return new NetworkSetup(
                Map.of("CALICO_NETWORKING_BACKEND", backend, "DATASTORE_TYPE", "kubernetes"),
                pools.stream().map(Yaml::object).toList(),
                felix.stream().map(Yaml::object).toList(),
                List.of(),
                flannel);
    }

    /** All but WireGuard, which is for nodes that have it on. */
    private static List<String> always(NetworkSetup setup) {
        return setup.overlays().stream()
                .filter(overlay -> !overlay.some())
                .map(NetworkSetupTest::said)
                .toList();
    }

    private static String said(Overlay overlay) {
        return overlay.service() + (overlay.v6() ? " of IPv6" : "");
    }
}
