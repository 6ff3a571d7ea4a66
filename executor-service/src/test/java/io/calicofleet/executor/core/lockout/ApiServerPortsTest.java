package io.calicofleet.executor.core.lockout;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ApiServerObservation;
import io.calicofleet.executor.core.Yaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ApiServerPortsTest {

    private static final List<String> NODES = List.of("10.0.0.1", "fd00:0:0::1");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{addresses: [{ip: 10.0.0.1}], ports: [{name: https, port: 16443}]}] | 16443 | ''",
                "[{addresses: [{ip: 10.0.0.9}], ports: [{name: https, port: 443}]}] | '' | 443",
                "[{addresses: [{ip: 10.0.0.1}, {ip: 10.0.0.9}], ports: [{port: 27791}]}] | 27791 | ''",
                "[{addresses: [{ip: 10.0.0.1}], ports: [{name: x, port: 1}, {name: https, port: 2}]}] | 2 | ''",
                "[{addresses: [{ip: 10.0.0.1}], ports: [{name: x, port: 2}, {name: y, port: 1}]}] | 1,2 | ''",
                "[{addresses: [{ip: fd00::1}], ports: [{port: 2}]}, {addresses: [{ip: 10.9.0.1}], ports: [{port: 3}]}] | 2 | 3",
                "[{notReadyAddresses: [{ip: 10.0.0.1}], ports: [{port: 2}]}] | 2 | ''",
                "[{addresses: [{ip: 10.0.0.1}]}] | '' | ''",
                "[] | '' | ''"
            })
    void endpoints_say_at_which_ports_of_nodes_and_of_others_it_listens(
            String subsets, String onNodes, String elsewhere) {
        assertThat(observe("{subsets: " + subsets + "}", Map.of()))
                .isEqualTo(new ApiServerObservation(ports(onNodes), ports(elsewhere)));
    }

    @Test
    void what_kubelets_and_calico_node_are_told_comes_on_top_but_for_the_loopback() {
        String endpoints = "{subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 6443}]}]}";

        assertThat(observe(
                        endpoints,
                        Map.of("KUBERNETES_SERVICE_HOST", "lb.example", "KUBERNETES_SERVICE_PORT", "7443"),
                        "https://10.0.0.9:8443"))
                .isEqualTo(new ApiServerObservation(List.of(6443), List.of(7443, 8443)));
        assertThat(observe(
                        endpoints, Map.of(), "https://127.0.0.1:7443", "https://localhost:7444", "https://[::1]:7445"))
                .isEqualTo(new ApiServerObservation(List.of(6443), List.of()));
        assertThat(observe(endpoints, Map.of(), "https://10.0.0.1:6443"))
                .as("the control plane by its own address")
                .isEqualTo(new ApiServerObservation(List.of(6443), List.of()));
    }

    @Test
    void nothing_is_known_where_nothing_could_be_read() {
        assertThat(ApiServerPorts.observe(List.of(), NODES, NamedServers.of(Map.of(), List.of())))
                .isEqualTo(new ApiServerObservation(List.of(), List.of()));
    }

    private static ApiServerObservation observe(String endpoints, Map<String, String> environment, String... urls) {
        return ApiServerPorts.observe(
                List.of(Yaml.object(endpoints)),
                NODES,
                NamedServers.of(
                        environment,
                        List.of(urls).stream()
                                .map(url -> Yaml.object("{data: {kubeconfig: 'server: " + url + "'}}"))
                                .toList()));
    }

    private static List<Integer> ports(String text) {
        return text.isEmpty()
                ? List.of()
                : List.of(text.split(",", -1)).stream().map(Integer::valueOf).toList();
    }
}
