package io.calicofleet.executor.core.lockout;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.LockoutFact;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Felix lets through by itself, by version: each upgrade is from a v3.13 without protection, with no policy at all. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EncapsulationTest {

    @ParameterizedTest(name = "{0} with {1}: cut {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "v3.14.2 | ipipEnabled: true  | false",
                "v3.22.5 | ipipEnabled: true  | false",
                "v3.22.5 | logPrefix: x       | true",
                "v3.22.5 | ipipEnabled: false | true",
                "v3.23.0 | logPrefix: x       | false",
                "v3.30.2 | logPrefix: x       | false",
                "v3.30.2 | ipipEnabled: false | true",
            })
    void ipip_between_nodes_passes_where_felix_has_it_on(String target, String felix, boolean cut) {
        Scene scene = Scene.plain().felix("default", felix);

        assertThat(isCut(scene, target, "IPIP protocol 4")).isEqualTo(cut);
        assertThat(isCut(scene, target, "IPIP protocol 4 elsewhere")).isEqualTo(cut);
        assertThat(isCut(scene, target, "kubelet tcp/10250")).isTrue();
    }

    @ParameterizedTest(name = "{0} with {1}: cut {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "v3.14.2 | vxlanEnabled: true                    | false",
                "v3.22.5 | logPrefix: x                          | true",
                "v3.23.0 | logPrefix: x                          | false",
                "v3.30.2 | 'vxlanPort: 5000'                     | false",
                "v3.30.2 | vxlanEnabled: false                   | true",
            })
    void vxlan_between_nodes_passes_on_the_port_felix_has(String target, String felix, boolean cut) {
        Scene scene = Scene.plain().felix("default", felix.replace("'", ""));
        scene.environment = java.util.Map.of("CALICO_NETWORKING_BACKEND", "vxlan");
        scene.ipPools = "{metadata: {name: p}, spec: {cidr: 192.168.0.0/16, vxlanMode: CrossSubnet}}";
        String service = "VXLAN udp/" + (felix.contains("5000") ? 5000 : 4789);

        assertThat(isCut(scene, target, service)).isEqualTo(cut);
        assertThat(isCut(scene, target, service + " elsewhere")).isEqualTo(cut);
    }

    @ParameterizedTest(name = "{0}: cut {1}")
    @CsvSource({"v3.14.2,true", "v3.15.0,false", "v3.23.5,false", "v3.24.0,false", "v3.30.2,false"})
    void wireguard_passes_as_a_failsafe_port_and_later_by_a_rule_of_its_own(String target, boolean cut) {
        Scene scene = Scene.plain().felix("default", "wireguardEnabled: true, failsafeInboundHostPorts: []");

        assertThat(isCut(scene, target, "WireGuard udp/51820")).isEqualTo(cut);
        assertThat(isCut(scene, target, "WireGuard udp/51820 elsewhere")).isEqualTo(cut);
    }

    @ParameterizedTest(name = "{0}: cut {1}")
    @CsvSource({"v3.22.5,false", "v3.30.2,true"})
    void a_policy_before_dnat_comes_first_but_not_before_the_failsafe_ports(String target, boolean cut) {
        Scene scene = Scene.plain()
                .felix("default", "wireguardEnabled: true, ipipEnabled: true")
                .policy(
                        "pre",
                        "selector: role == 'new', preDNAT: true, applyOnForward: true, types: [Ingress], ingress: [{action: Deny}]");
        CalicoState before = scene.at(Scene.OLD);
        scene.endpoints.forEach(
                endpoint -> endpoint.withObject("/metadata/labels").put("role", "new"));
        CalicoState after = scene.at(io.calicofleet.event.CalicoVersion.parse(target));
        LockoutGuard.Findings findings =
                LockoutGuard.compare(scene.needs(), before.withHostEndpoints(Scene.plain().endpoints), after);

        assertThat(findings.facts())
                .filteredOn(fact -> fact.service().equals("IPIP protocol 4"))
                .extracting(LockoutFact::rule)
                .containsOnly("GlobalNetworkPolicy pre ingress rule 1");
        assertThat(findings.facts().stream().anyMatch(fact -> fact.service().equals("WireGuard udp/51820")))
                .isEqualTo(cut);
    }

    @Test
    void vxlan_of_flannel_is_none_of_felix() {
        Scene scene = Scene.plain().felix("default", "vxlanEnabled: true");
        scene.flannel = "{Network: 10.244.0.0/16, Backend: {Type: vxlan}}";

        assertThat(isCut(scene, "v3.30.2", "VXLAN of flannel udp/8472")).isTrue();
    }

    @Test
    void ebpf_enforces_host_endpoints_from_v3_18_on_and_lets_packets_between_nodes_pass_before_any_policy() {
        Scene scene = Scene.plain()
                .felix("default", "bpfEnabled: true, wireguardEnabled: true, ipipEnabled: false")
                .policy(
                        "pre",
                        "selector: all(), preDNAT: true, applyOnForward: true, types: [Ingress], ingress: [{action: Deny}]");

        assertThat(scene.findings("v3.13.4", "v3.17.6").facts()).isEmpty();
        LockoutGuard.Findings later = scene.findings("v3.17.6", "v3.30.2");
        assertThat(later.facts())
                .extracting(LockoutFact::service)
                .contains("kubelet tcp/10250")
                .noneMatch(service -> service.contains("IPIP") || service.contains("WireGuard"));
        assertThat(later.notes())
                .contains(
                        "Felix uses eBPF on n1, n2, n3: there v3.30.2 lets IPIP, VXLAN and WireGuard between nodes pass"
                                + " before any policy");
    }

    private static boolean isCut(Scene scene, String target, String service) {
        return scene.findings("v3.13.4", target).facts().stream()
                .map(LockoutFact::service)
                .anyMatch(service::equals);
    }
}
