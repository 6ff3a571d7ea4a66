package io.calicofleet.simulator.calico.felix;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.simulator.calico.datastore.EtcdResources;
import io.calicofleet.simulator.etcd.EtcdServer;
import io.calicofleet.simulator.fault.Faults;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What the simulated Felix does over time: what stays in the kernel, what is logged and counted, what its probes see. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FelixTest {

    private static final CalicoVersion OLD = CalicoVersion.parse("v3.13.4");
    private static final CalicoVersion NEW = CalicoVersion.parse("v3.22.5");
    private static final Packet WEB = Packet.first(
            true, 6, TrafficGenerator.address("10.0.253.5"), TrafficGenerator.address("10.0.0.2"), 40_000, 30_080);
    private static final String ENDPOINT =
            "{kind: HostEndpoint, metadata: {name: h, labels: {role: node}}, spec: {node: n1, interfaceName: '*'}}";
    private static final String LOG_ALL =
            "{kind: GlobalNetworkPolicy, metadata: {name: default.all}, spec: {selector: all(),"
                    + " types: [Ingress, Egress], ingress: [{action: Log}, {action: Allow}], egress: [{action: Log}, {action: Allow}]}}";
    private static final String POISON =
            "{kind: GlobalNetworkPolicy, metadata: {name: default.poison}, spec: {selector: all(),"
                    + " types: [Ingress], ingress: [{action: Accept}]}}";
    private static final String WITHOUT_DISCOVERY =
            "{kind: GlobalNetworkPolicy, metadata: {name: default.all}, spec: {selector:"
                    + " all(), types: [Ingress, Egress], ingress: [{action: Allow, protocol: TCP}, {action: Allow, protocol: UDP}],"
                    + " egress: [{action: Allow, protocol: TCP}, {action: Allow, protocol: UDP}]}}";

    private final EtcdServer etcd = EtcdServer.start(false);
    private final ObjectStore store = new ObjectStore();
    private final Faults faults = new Faults(store);
    private final List<String> lines = new ArrayList<>();
    private final Felix felix = new Felix(store, new EtcdResources(etcd), faults, (node, line) -> lines.add(line));

    @BeforeEach
    void node() {
        node("10.0.0.2");
    }

    @AfterEach
    void stop() {
        etcd.close();
    }

    @Test
    void an_interface_of_the_host_that_Felix_takes_for_that_of_a_pod_is_cut_without_a_host_endpoint_too() {
        run(NEW);
        assertThat(felix.judge("n1", WEB).allowed()).isTrue();

        put("{kind: FelixConfiguration, metadata: {name: default}, spec: {interfacePrefix: 'cali,eth'}}");
        felix.program();

        assertThat(felix.judge("n1", WEB)).isEqualTo(new NodeRules.Outcome("", false, false));
    }

    @Test
    void what_was_programmed_stays_while_a_poison_brings_Felix_down_and_changes_once_it_is_gone() {
        put(ENDPOINT);
        put(LOG_ALL);
        run(NEW);
        assertThat(felix.judge("n1", WEB).allowed()).isTrue();

        put(POISON);
        delete("globalnetworkpolicies/default.all");
        felix.program();

        assertThat(felix.crashes())
                .hasEntrySatisfying("n1", why -> assertThat(why).contains("GlobalNetworkPolicy poison", "accept"));
        assertThat(felix.failure("n1")).contains("connection refused");
        assertThat(felix.judge("n1", WEB).allowed()).isTrue();

        delete("globalnetworkpolicies/default.poison");
        felix.program();

        assertThat(felix.crashes()).isEmpty();
        assertThat(felix.judge("n1", WEB).allowed()).isFalse();
    }

    @Test
    void the_rules_of_the_release_before_stay_where_the_new_one_cannot_program_anything() {
        put(ENDPOINT);
        put("{kind: Profile, metadata: {name: x}, spec:"
                + " {ingress: [{action: Allow, source: {namespaceSelector: 'team = odd'}}]}}");
        run(OLD);
        assertThat(felix.crashes()).isEmpty();

        run(NEW);

        assertThat(felix.crashes()).containsKey("n1");
        assertThat(felix.judge("n1", WEB).allowed()).isTrue();
    }

    @Test
    void a_locked_datastore_changes_nothing() {
        put(ENDPOINT);
        put(LOG_ALL);
        run(NEW);
        put("{kind: ClusterInformation, metadata: {name: default}, spec: {datastoreReady: false}}");
        delete("globalnetworkpolicies/default.all");

        assertThat(felix.program()).isFalse();
        assertThat(felix.judge("n1", WEB).allowed()).isTrue();
    }

    @Test
    void the_loopback_interface_is_policed_which_cuts_the_probes_of_calico_node_too() {
        put(ENDPOINT);
        run(NEW);

        assertThat(felix.failure("n1")).contains("context deadline exceeded");
        rounds(40);
        assertThat(felix.drops()).containsKeys("h egress tcp/9099", "h egress tcp/10248", "h egress tcp/10250");

        run(OLD);
        assertThat(felix.failure("n1")).isEmpty();
    }

    @Test
    void a_host_endpoint_of_one_interface_leaves_the_loopback_interface_alone() {
        put(ENDPOINT.replace("'*'", "eth0"));
        run(NEW);

        assertThat(felix.failure("n1")).isEmpty();
        assertThat(felix.judge("n1", WEB).allowed()).isFalse();
    }

    @Test
    void loopback_is_logged_in_both_directions() {
        put(ENDPOINT);
        put(LOG_ALL);
        run(NEW);
        rounds(40);

        assertThat(lines)
                .anyMatch(line -> line.contains("calico-packet: IN= OUT=lo SRC=127.0.0.1 DST=127.0.0.1 "))
                .anyMatch(
                        line -> line.contains("calico-packet: IN=lo OUT= MAC=00:00:00:00:00:00:00:00:00:00:00:00:08:00"
                                + " SRC=127.0.0.1 DST=127.0.0.1 "));
    }

    @Test
    void who_lets_no_neighbour_discovery_through_loses_all_of_IPv6_and_nothing_of_IPv4() {
        node("10.0.0.2", "fd00:10::2");
        put(ENDPOINT);
        put(WITHOUT_DISCOVERY);
        run(NEW);
        rounds(40);

        assertThat(felix.drops()).containsOnlyKeys("h ingress tcp/10250", "h egress tcp/443", "h ingress icmp");
        assertThat(felix.allowed()).containsKeys("h ingress tcp/9100", "h egress udp/123");
    }

    @Test
    void neighbour_discovery_is_logged_with_what_it_asks_for_and_IPv6_gets_through() {
        node("10.0.0.2", "fd00:10::2");
        put(ENDPOINT);
        put(LOG_ALL);
        run(NEW);
        rounds(40);

        assertThat(felix.drops()).isEmpty();
        assertThat(lines)
                .anyMatch(line -> line.contains("DST=ff02:0000:0000:0000:0000:0001:ff00:0002 ")
                        && line.contains("PROTO=ICMPv6 TYPE=135 CODE=0"))
                .anyMatch(line -> line.contains("SRC=fd00:0010:0000:0000:0000:0000:0000:0002 ")
                        && line.contains("PROTO=ICMPv6 TYPE=136 CODE=0"));
    }

    @Test
    void IPv6_is_not_policed_where_Felix_has_it_off() {
        node("10.0.0.2", "fd00:10::2");
        put(ENDPOINT);
        put(WITHOUT_DISCOVERY);
        felix.started("n1", NEW, NEW.toString(), Map.of("FELIX_IPV6SUPPORT", "false"));
        felix.program();
        rounds(40);

        assertThat(felix.drops()).containsOnlyKeys("h ingress icmp");
    }

    @Test
    void packets_of_no_connection_are_dropped_without_a_line_whatever_policies_say() {
        put(ENDPOINT);
        put(LOG_ALL);
        faults.asymmetricNodes("n1");
        run(OLD);
        rounds(3);
        assertThat(felix.drops()).isEmpty();

        run(NEW);
        rounds(3);

        assertThat(felix.drops()).containsOnlyKeys("h ingress invalid");
        assertThat(lines).noneMatch(line -> line.contains("invalid"));
    }

    @Test
    void a_log_prefix_is_cut_to_the_characters_iptables_keeps_and_runs_into_the_next_word() {
        put(ENDPOINT);
        put(LOG_ALL);
        put(
                "{kind: FelixConfiguration, metadata: {name: default}, spec: {logPrefix: 'a-prefix-of-more-than-29-characters'}}");
        run(NEW);
        rounds(3);

        assertThat(lines).isNotEmpty().allMatch(line -> line.contains(" kernel: a-prefix-of-more-than-29-charIN="));
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            felix.round();
        }
        lines.removeIf(line -> line.contains("ADDRCONF"));
    }

    private void run(CalicoVersion version) {
        felix.started("n1", version, version.toString(), Map.of());
        felix.program();
    }

    private void node(String... addresses) {
        ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
        node.putObject("metadata").put("name", "n1");
        for (String address : addresses) {
            Json.list(Json.child(node, "status"), "addresses")
                    .addObject()
                    .put("type", "InternalIP")
                    .put("address", address);
        }
        store.put(new GroupResource("", "nodes"), node);
    }

    private void put(String yaml) {
        JsonNode object = Json.yamlDocuments(yaml).get(0);
        String plural = switch (object.path("kind").asText()) {
            case "HostEndpoint" -> "hostendpoints";
            case "GlobalNetworkPolicy" -> "globalnetworkpolicies";
            case "FelixConfiguration" -> "felixconfigurations";
            case "Profile" -> "profiles";
            default -> "clusterinformations";
        };
        etcd.put(key(plural + "/" + Json.text(object, "metadata", "name")), object.toString());
    }

    private void delete(String what) {
        etcd.delete(key(what));
    }

    private static String key(String what) {
        return "/calico/resources/v3/projectcalico.org/" + what;
    }
}
