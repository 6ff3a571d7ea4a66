package io.calicofleet.executor.core.detect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.PlatformFacts;
import io.calicofleet.executor.core.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlatformTest {

    private static PlatformFacts facts(String yaml) {
        List<JsonNode> objects = new ArrayList<>(Yaml.documents(yaml));
        return Platform.facts(new ClusterSnapshot("v1.34.0", objects, Set.of(), List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{kind: FelixConfiguration, metadata: {name: node.a}, spec: {bpfEnabled: true}}",
                "{kind: Installation, metadata: {name: default}, spec: {calicoNetwork: {linuxDataplane: BPF}}}"
            })
    void felix_uses_ebpf_where_a_configuration_or_the_installation_says_so(String object) {
        assertThat(facts(object).ebpf()).isTrue();
        assertThat(facts(object.replace("true", "false").replace("BPF", "Iptables"))
                        .ebpf())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{kind: FelixConfiguration, metadata: {name: default}, spec: {iptablesBackend: NFT}}",
                "{kind: FelixConfiguration, metadata: {name: default}, spec: {nftablesMode: Enabled}}",
                "{kind: Installation, metadata: {name: default}, spec: {calicoNetwork: {linuxDataplane: Nftables}}}"
            })
    void felix_uses_nftables_where_it_is_told_to(String object) {
        assertThat(facts(object).nftables()).isTrue();
        assertThat(facts(object.replaceAll("NFT|Enabled|Nftables", "Other")).nftables())
                .isFalse();
    }

    @Test
    void vxlan_is_used_where_a_pool_says_when() {
        assertThat(facts("{kind: IPPool, metadata: {name: a}, spec: {vxlanMode: CrossSubnet}}")
                        .vxlan())
                .isTrue();
        assertThat(facts("{kind: IPPool, metadata: {name: a}, spec: {vxlanMode: Never}}")
                        .vxlan())
                .isFalse();
        assertThat(facts("{kind: IPPool, metadata: {name: a}, spec: {ipipMode: Always}}")
                        .vxlan())
                .isFalse();
    }

    @Test
    void whether_there_is_an_api_server_is_unknown_where_no_service_of_one_can_be_seen() {
        String others = "{kind: APIService, metadata: {name: v1.apps}, spec: {}}";

        assertThat(facts("{kind: Node, metadata: {name: a}}").apiServer()).isNull();
        assertThat(facts(others).apiServer()).isFalse();
        assertThat(facts(others + "\n---\n{kind: APIService, metadata: {name: v3.projectcalico.org}, spec: {}}")
                        .apiServer())
                .isFalse();
        assertThat(facts(others + "\n---\n{kind: APIService, metadata: {name: v3.projectcalico.org}, spec: {service:"
                                + " {name: calico-api}}}")
                        .apiServer())
                .isTrue();
    }

    @Test
    void pools_of_the_installation_without_an_assignment_mode_are_named() {
        String installation = """
                {kind: Installation, metadata: {name: default}, spec: {calicoNetwork: {ipPools: [
                  {cidr: 10.0.0.0/16}, {cidr: 10.1.0.0/16}, {cidr: 10.2.0.0/16}]}}}
                ---
                """;
        String pools = """
                {kind: IPPool, metadata: {name: a}, spec: {cidr: 10.0.0.0/16}}
                ---
                {kind: IPPool, metadata: {name: b}, spec: {cidr: 10.1.0.0/16, assignmentMode: Automatic}}
                ---
                {kind: IPPool, metadata: {name: of-somebody}, spec: {cidr: 10.3.0.0/16}}
                """;

        assertThat(facts(installation + pools).poolsWithoutMode()).containsExactly("IPPool a");
        assertThat(facts(pools).poolsWithoutMode()).isEmpty();
    }

    @Test
    void gateway_api_is_there_with_its_definitions() {
        assertThat(facts("{kind: CustomResourceDefinition, metadata: {name: gateways.gateway.networking.k8s.io}, spec:"
                                + " {group: gateway.networking.k8s.io}}")
                        .gatewayApi())
                .isTrue();
        assertThat(facts("{kind: CustomResourceDefinition, metadata: {name: a.b}, spec: {group: b}}")
                        .gatewayApi())
                .isFalse();
    }
}
