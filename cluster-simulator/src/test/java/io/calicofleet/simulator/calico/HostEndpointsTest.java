package io.calicofleet.simulator.calico;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HostEndpointsTest {

    private static final ImageVersion OLD = ImageVersion.of("calico/node:v3.13.4");
    private static final ImageVersion NEW = ImageVersion.of("registry.example.com/calico/node:v3.22.5");
    private static final Connection KUBELET = new Connection(true, "tcp", "10.0.255.10", "10.0.0.2", 40000, 10250);
    private static final Connection NODE_PORT = new Connection(true, "tcp", "10.9.9.9", "10.0.0.2", 40000, 30080);
    private static final Connection SSH = new Connection(true, "tcp", "10.9.9.9", "10.0.0.2", 40000, 22);
    private static final Connection OUT = new Connection(false, "tcp", "10.0.0.2", "203.0.113.1", 40000, 443);

    private static final String ENDPOINT = "{metadata: {name: e, labels: {host: node, host-endpoint-upgrade: ''}},"
            + " spec: {node: n1, interfaceName: '*', expectedIPs: [10.0.0.2]}}";
    private static final String UPGRADE = "{metadata: {name: default.allow-all-upgrade}, spec: {selector:"
            + " has(host-endpoint-upgrade), types: [Ingress, Egress], ingress: [{action: Log}, {action: Allow}],"
            + " egress: [{action: Log}, {action: Allow}]}}";
    private static final String KUBELET_ONLY = "{metadata: {name: default.kubelet}, spec: {order: 10, selector:"
            + " host == 'node', types: [Ingress], ingress: [{action: Allow, protocol: TCP, source: {nets: [10.0.255.0/24]},"
            + " destination: {ports: ['10000:10300']}}]}}";
    private static final String DENY =
            "{metadata: {name: default.deny}, spec: {order: 1, selector: all(), types: [Ingress],"
                    + " ingress: [{action: Deny, destination: {ports: [30080]}}]}}";

    private static HostEndpoints with(String endpoint, String... policies) {
        List<JsonNode> all = new ArrayList<>();
        for (String policy : policies) {
            all.add(Json.yamlDocuments(policy).get(0));
        }
        return new HostEndpoints(Json.yamlDocuments(endpoint), all, List.of(), Json.object());
    }

    @Test
    void nothing_is_dropped_or_logged_before_v3_14() {
        HostEndpoints hosts = with(ENDPOINT, UPGRADE);
        assertThat(hosts.judge("n1", OLD, KUBELET)).isEqualTo(new HostEndpoints.Verdict("e", true, false));
    }

    @Test
    void from_v3_14_on_what_no_policy_allows_is_dropped_but_failsafe_ports() {
        HostEndpoints hosts = with(ENDPOINT);
        assertThat(hosts.judge("n1", NEW, KUBELET)).isEqualTo(new HostEndpoints.Verdict("e", false, false));
        assertThat(hosts.judge("n1", NEW, SSH)).isEqualTo(new HostEndpoints.Verdict("e", true, false));
        assertThat(hosts.judge("n2", NEW, KUBELET).allowed()).isTrue();
    }

    @Test
    void the_temporary_policy_logs_and_allows() {
        HostEndpoints hosts = with(ENDPOINT, UPGRADE, KUBELET_ONLY);
        assertThat(hosts.judge("n1", NEW, NODE_PORT)).isEqualTo(new HostEndpoints.Verdict("e", true, true));
        assertThat(hosts.judge("n1", NEW, OUT)).isEqualTo(new HostEndpoints.Verdict("e", true, true));
    }

    @Test
    void an_earlier_policy_decides_first() {
        HostEndpoints hosts = with(ENDPOINT, UPGRADE, KUBELET_ONLY, DENY);
        assertThat(hosts.judge("n1", NEW, KUBELET)).isEqualTo(new HostEndpoints.Verdict("e", true, false));
        assertThat(hosts.judge("n1", NEW, NODE_PORT)).isEqualTo(new HostEndpoints.Verdict("e", false, false));
    }

    @Test
    void the_default_allow_profile_acts_only_where_no_policy_selects() {
        String profiled = ENDPOINT.replace("expectedIPs", "profiles: [projectcalico-default-allow], expectedIPs");
        assertThat(with(profiled).judge("n1", NEW, NODE_PORT).allowed()).isTrue();
        assertThat(with(profiled, KUBELET_ONLY).judge("n1", NEW, NODE_PORT).allowed())
                .isFalse();
        assertThat(with(profiled, KUBELET_ONLY).judge("n1", NEW, OUT).allowed()).isTrue();
    }

    @Test
    void a_network_set_is_selected_by_its_labels_also_where_only_global_ones_are_asked_for() {
        String policy = "{metadata: {name: p}, spec: {selector: host == 'node', types: [Ingress],"
                + " ingress: [{action: Allow, source: {selector: role == 'x', namespaceSelector: NAMESPACES}}]}}";
        List<JsonNode> sets =
                Json.yamlDocuments("{metadata: {name: s, labels: {role: x}}, spec: {nets: [10.0.255.0/24]}}");
        for (String namespaces : List.of("global()", "all()")) {
            HostEndpoints hosts = new HostEndpoints(
                    Json.yamlDocuments(ENDPOINT),
                    Json.yamlDocuments(policy.replace("NAMESPACES", namespaces)),
                    sets,
                    Json.object());
            assertThat(hosts.judge("n1", NEW, KUBELET).allowed()).isEqualTo(namespaces.equals("global()"));
            assertThat(hosts.judge("n1", NEW, NODE_PORT).allowed()).isFalse();
        }
    }

    @Test
    void labels_in_the_annotation_win_as_from_v3_28_on() {
        String moved = "{metadata: {name: e, annotations: {projectcalico.org/metadata:"
                + " '{\"labels\":{\"host-endpoint-upgrade\":\"\"}}'}}, spec: {node: n1, interfaceName: '*'}}";
        assertThat(with(moved, UPGRADE).judge("n1", NEW, NODE_PORT).logged()).isTrue();
    }
}
