package io.calicofleet.executor.core.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.FieldSetting;
import io.calicofleet.event.IpPoolChange;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** IPPools and BGPConfiguration. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NetworkSettingsChangeTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String POOL = "default-ipv4-ippool";

    private final List<ObjectNode> objects = new ArrayList<>(List.of(
            definition("IPPool", """
                    allowedUses: {type: array, items: {type: string}}
                    assignmentMode: {type: string}
                    blockSize: {type: integer}
                    cidr: {type: string}
                    disableBGPExport: {type: boolean}
                    disabled: {type: boolean}
                    ipip: {type: object}
                    ipipMode: {type: string}
                    natOutgoing: {type: boolean}
                    nodeSelector: {type: string}
                    somethingNew: {type: string}
                    vxlanMode: {type: string}
                    """),
            definition("BGPConfiguration", """
                    asNumber: {type: integer}
                    communities: {type: array, items: {type: object}}
                    listenPort: {type: integer}
                    logSeverityScreen: {type: string}
                    nodeMeshPassword: {type: object}
                    nodeToNodeMeshEnabled: {type: boolean}
                    prefixAdvertisements: {type: array, items: {type: object}}
                    programClusterRoutes: {type: string}
                    serviceClusterIPs: {type: array, items: {type: object, properties: {cidr: {type: string}}}}
                    somethingNew: {type: string}
                    """),
            definition("FelixConfiguration", "vxlanEnabled: {type: boolean}"),
            calico("IPPool", POOL, "{cidr: 10.244.0.0/16, ipipMode: Always, vxlanMode: Never, natOutgoing: true}"),
            calico("IPPool", "v6", "{cidr: 'fd00::/48', ipipMode: Never, vxlanMode: Never}"),
            node("n1", "{rack: a}"),
            node("n2", "{rack: b}")));
    private String release = "v3.28.5";
    private String backend = "bird";
    private String namespace = "kube-system";

    @Test
    void what_is_so_already_or_is_what_calico_takes_where_nothing_is_said_is_not_touched() {
        assertThat(pool("ipipMode", "\"Always\"", "vxlanMode", "\"Never\"")).isEqualTo(SettingsChange.NONE);
        assertThat(pool("disabled", "false", "nodeSelector", "\"all()\"")).isEqualTo(SettingsChange.NONE);
        assertThat(pool("vxlanMode", null)).isEqualTo(SettingsChange.NONE);
        assertThat(bgp("nodeToNodeMeshEnabled", "true", "asNumber", "64512", "logSeverityScreen", "\"Info\""))
                .isEqualTo(SettingsChange.NONE);
    }

    @Test
    void another_encapsulation_is_asked_once_with_what_it_does_and_what_is_not_looked_at() {
        SettingsChange found = pool("ipipMode", "\"Never\"", "vxlanMode", "\"CrossSubnet\"");

        assertThat(found.refusals()).isEmpty();
        assertThat(found.fields())
                .containsExactly(
                        "IPPool default-ipv4-ippool ipipMode: Always -> Never",
                        "IPPool default-ipv4-ippool vxlanMode: Never -> CrossSubnet");
        assertThat(found.questions()).singleElement().satisfies(question -> {
            assertThat(question.object()).isEqualTo("IPPool default-ipv4-ippool");
            assertThat(question.path()).isEqualTo("spec.vxlanMode");
            assertThat(question.why())
                    .contains(
                            "in VXLAN between subnets and unwrapped within one, and no more in IPIP",
                            "connections between nodes are lost",
                            "Felix starts again on all nodes",
                            "50 bytes of each packet, and took 20",
                            "UDP 4789")
                    .endsWith("take-new goes on.");
        });
        // Back to less: the MTU of pods that run leaves room
        objects.set(3, calico("IPPool", POOL, "{cidr: 10.244.0.0/16, ipipMode: Never, vxlanMode: Always}"));
        assertThat(pool("ipipMode", "\"CrossSubnet\"", "vxlanMode", "\"Never\"")
                        .questions()
                        .getFirst()
                        .why())
                .contains("IP protocol 4", "within a subnet")
                .doesNotContain("bytes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            vxlanMode        | "Always"               | of which Calico takes one only
            vxlanMode        | "Sometimes"            | not one of Never, Always, CrossSubnet
            vxlanMod         | "Never"                | no field of this cluster's IPPool; the nearest one is vxlanMode
            cidr             | "10.0.0.0/8"           | No campaign changes cidr
            blockSize        | 24                     | No campaign changes blockSize
            ipip             | {"enabled":true}       | Say ipipMode
            natOutgoing      | "yes"                  | not true or false
            nodeSelector     | "rack = 'a'"           | no selector of Calico
            nodeSelector     | "rack == 'a'"          | no address of IPv4 on these nodes, which no other pool is for: n2
            disabled         | true                   | no address of IPv4 on these nodes, which no other pool is for: n1, n2
            disableBGPExport | true                   | would be cut off
            allowedUses      | ["Workload"]           | The tunnels of ipipMode of IPv4
            allowedUses      | ["LoadBalancer"]       | from its beginning
            assignmentMode   | "Manual"               | no address of IPv4
            """)
    void says_what_speaks_against_a_field_of_a_pool(String field, String value, String said) {
        assertThat(pool(field, value).refusals()).anyMatch(refusal -> refusal.contains(said));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            natOutgoing  | false       | without a route back
            somethingNew | "x"         | is not known here
            """)
    void what_touches_packets_of_pods_or_is_not_known_is_asked(String field, String value, String said) {
        SettingsChange found = pool(field, value);

        assertThat(found.refusals()).isEmpty();
        assertThat(found.questions())
                .singleElement()
                .extracting(FieldConflict::why)
                .asString()
                .contains(said);
    }

    @Test
    void a_pool_that_others_stand_in_for_is_disabled_after_a_question_and_enabled_without_one() {
        objects.add(calico("IPPool", "second", "{cidr: 10.0.0.0/16, ipipMode: Always}"));

        SettingsChange disabled = pool("disabled", "true");
        assertThat(disabled.refusals()).isEmpty();
        assertThat(disabled.questions()).hasSize(1);

        objects.set(3, calico("IPPool", POOL, "{cidr: 10.244.0.0/16, ipipMode: Always, disabled: true}"));
        SettingsChange enabled = pool("disabled", "false");
        assertThat(enabled.questions()).isEmpty();
        assertThat(enabled.effects()).containsExactly("disabled: new pods get addresses of 10.244.0.0/16 again");
    }

    @ParameterizedTest
    @CsvSource({
        "vxlan, Always, Never, no BIRD runs here: CALICO_NETWORKING_BACKEND is vxlan",
        "none, Never, Always, Calico brings no packet from node to node here"
    })
    void a_backend_that_does_not_fit_is_told_before_anything_is_written(
            String runs, String ipip, String vxlan, String said) {
        backend = runs;
        objects.set(3, calico("IPPool", POOL, "{cidr: 10.244.0.0/16}"));

        assertThat(pool("ipipMode", quoted(ipip), "vxlanMode", quoted(vxlan)).refusals())
                .anyMatch(refusal -> refusal.contains(said));
    }

    @Test
    void before_felix_follows_the_pools_it_has_to_be_told_in_the_same_change() {
        release = "v3.22.5";
        List<FieldSetting> vxlan = settings("ipipMode", "\"Never\"", "vxlanMode", "\"Always\"");

        assertThat(change(ChangeSpec.ofResources(List.of(), List.of(), named(vxlan)))
                        .refusals())
                .singleElement()
                .asString()
                .contains("does not follow the pools", "felixConfiguration: {vxlanEnabled: true}");
        ChangeSpec both = ChangeSpec.ofResources(settings("vxlanEnabled", "true"), List.of(), named(vxlan));
        assertThat(change(both).refusals()).isEmpty();
        assertThat(ChangedResource.of(both, objects).stream().map(ChangedResource::object))
                .containsExactly("FelixConfiguration default", "IPPool default-ipv4-ippool");

        release = "v3.28.5";
        objects.add(calico("FelixConfiguration", "default", "{vxlanEnabled: false}"));
        assertThat(change(ChangeSpec.ofResources(List.of(), List.of(), named(vxlan)))
                        .refusals())
                .singleElement()
                .asString()
                .contains("Felix is told not to");
    }

    @Test
    void ipv6_has_no_ipip_and_vxlan_from_some_release_on() {
        assertThat(of("v6", settings("ipipMode", "\"Always\"")).refusals())
                .anyMatch(refusal -> refusal.contains("no IPIP for IPv6"));
        assertThat(of("v6", settings("vxlanMode", "\"Always\"")).refusals()).isEmpty();
        assertThat(of("v6", settings("vxlanMode", "\"Always\""))
                        .questions()
                        .getFirst()
                        .why())
                .contains("70 bytes");
        release = "v3.22.5";
        assertThat(of("v6", settings("vxlanMode", "\"Always\"")).refusals())
                .anyMatch(refusal -> refusal.startsWith("Calico has VXLAN of IPv6 from v3.23.0 on"));
    }

    @Test
    void pools_are_named_or_lie_in_a_network_and_none_is_told() {
        ChangeSpec all = within("0.0.0.0/0", settings("disabled", "false", "natOutgoing", "false"));
        assertThat(change(all).fields()).containsExactly("IPPool default-ipv4-ippool natOutgoing: true -> false");
        assertThat(change(within("192.168.0.0/16", settings("natOutgoing", "false")))
                        .refusals())
                .containsExactly("No IPPool here lies within 192.168.0.0/16");
        assertThat(of("defualt", settings("natOutgoing", "false")).refusals())
                .containsExactly("There is no IPPool defualt here. Those there are: default-ipv4-ippool, v6");
        ChangeSpec twice = ChangeSpec.ofResources(
                List.of(),
                List.of(),
                List.of(
                        new IpPoolChange(List.of(POOL), List.of(), settings("natOutgoing", "false")),
                        new IpPoolChange(List.of(), List.of("10.0.0.0/8"), settings("natOutgoing", "true"))));
        assertThat(change(twice).refusals()).anyMatch(refusal -> refusal.contains("different values of natOutgoing"));
    }

    @Test
    void what_the_operator_keeps_is_changed_where_the_operator_reads_it() {
        namespace = "calico-system";
        assertThat(pool("natOutgoing", "false").refusals()).isEmpty();

        objects.add(yaml("{apiVersion: operator.tigera.io/v1, kind: Installation, metadata: {name: default}, spec:"
                + " {calicoNetwork: {clusterRoutingMode: BIRD, ipPools: [{cidr: 10.244.0.0/16}]}}}"));
        assertThat(pool("natOutgoing", "false").refusals())
                .singleElement()
                .asString()
                .startsWith("The operator keeps IPPool default-ipv4-ippool");
        assertThat(of("v6", settings("natOutgoing", "true")).refusals()).isEmpty();
        assertThat(bgp("programClusterRoutes", "\"Enabled\"").refusals())
                .singleElement()
                .asString()
                .contains("clusterRoutingMode");
    }

    @Test
    void the_mesh_goes_only_where_every_node_has_a_peer_or_routes_are_felix_own() {
        assertThat(bgp("nodeToNodeMeshEnabled", "false").refusals())
                .singleElement()
                .asString()
                .contains("speak BGP with nobody", "n1, n2");

        objects.add(calico("BGPPeer", "rack-a", "{nodeSelector: \"rack == 'a'\", peerIP: 10.9.9.9, asNumber: 65000}"));
        assertThat(bgp("nodeToNodeMeshEnabled", "false").refusals())
                .singleElement()
                .asString()
                .endsWith("cut off: n2. Add BGPPeers for them first");

        objects.add(calico("BGPPeer", "rack-b", "{nodeSelector: \"rack == 'b'\", peerIP: 10.9.9.9, asNumber: 65000}"));
        SettingsChange found = bgp("nodeToNodeMeshEnabled", "false");
        assertThat(found.refusals()).isEmpty();
        assertThat(found.questions()).singleElement().satisfies(question -> {
            assertThat(question.object()).isEqualTo("BGPConfiguration default");
            assertThat(question.why()).contains("BGPPeers alone");
        });

        objects.removeIf(object -> object.path("kind").asText().equals("BGPPeer"));
        ChangeSpec vxlan = ChangeSpec.ofResources(
                List.of(),
                settings("nodeToNodeMeshEnabled", "false"),
                List.of(new IpPoolChange(
                        List.of(POOL, "v6"), List.of(), settings("ipipMode", "\"Never\"", "vxlanMode", "\"Always\""))));
        assertThat(change(vxlan).refusals()).isEmpty();
        assertThat(ChangedResource.of(vxlan, objects).getLast().object()).isEqualTo("BGPConfiguration default");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nodeToNodeMeshEnabld  | true                          | the nearest one is nodeToNodeMeshEnabled
            logSeverityScreen     | "Loud"                        | not one of Trace, Debug
            serviceClusterIPs     | [{"cidr":"10.96.0.0-12"}]     | no network such as
            asNumber              | "65001"                       | not a whole number
            communities           | [{"name":"a","value":"1:2"}]  | no prefixAdvertisements use
            """)
    void says_what_speaks_against_a_field_of_bgp(String field, String value, String said) {
        assertThat(bgp(field, value).refusals()).anyMatch(refusal -> refusal.contains(said));
    }

    @Test
    void bgp_is_asked_but_for_its_log_and_does_nothing_where_no_bird_runs() {
        assertThat(bgp("logSeverityScreen", "\"Debug\"").questions()).isEmpty();
        for (String field : List.of("asNumber", "listenPort", "serviceClusterIPs", "somethingNew")) {
            String value = field.equals("serviceClusterIPs")
                    ? "[{\"cidr\":\"10.96.0.0/12\"}]"
                    : field.equals("somethingNew") ? "\"x\"" : "1179";
            assertThat(bgp(field, value).refusals()).as(field).isEmpty();
            assertThat(bgp(field, value).questions()).as(field).hasSize(1);
        }
        backend = "vxlan";
        assertThat(bgp("logSeverityScreen", "\"Debug\"").refusals())
                .singleElement()
                .asString()
                .startsWith("No BIRD runs on the nodes");
    }

    @Test
    void only_its_fields_change_and_a_second_time_nothing_is_left_whatever_the_pools() {
        long seed = Long.getLong("calicofleet.seed", new Random().nextLong());
        Random random = new Random(seed);
        Map<String, List<String>> values = Map.of(
                "ipipMode", List.of("\"Never\"", "\"Always\"", "\"CrossSubnet\""),
                "vxlanMode", List.of("\"Never\"", "\"Always\"", "\"CrossSubnet\""),
                "natOutgoing", List.of("true", "false"),
                "disabled", List.of("true", "false"),
                "nodeSelector", List.of("\"all()\"", "\"rack == 'a'\""));
        List<String> fields = values.keySet().stream().sorted().toList();
        for (int run = 0; run < 500; run++) {
            objects.subList(3, objects.size()).clear();
            for (int i = 0; i < 3; i++) {
                ObjectNode pool = calico("IPPool", "p" + i, "{cidr: 10." + i + ".0.0/16}");
                fields.stream()
                        .filter(field -> random.nextBoolean())
                        .forEach(field ->
                                ((ObjectNode) pool.path("spec")).set(field, tree(pick(random, values.get(field)))));
                objects.add(pool);
            }
            List<FieldSetting> wanted = fields.stream()
                    .filter(field -> random.nextBoolean())
                    .map(field ->
                            new FieldSetting(field, random.nextInt(4) == 0 ? null : pick(random, values.get(field))))
                    .toList();
            ChangeSpec change = within("10.0.0.0/15", wanted);
            List<ObjectNode> before = List.copyOf(objects);

            for (ChangedResource resource : ChangedResource.of(change, objects)) {
                objects.replaceAll(object -> resource.is(object) ? resource.changed(object) : object);
            }

            assertThat(change(change).fields()).as("seed %d", seed).isEmpty();
            assertThat(objects.getLast())
                    .as("seed %d: outside of the network", seed)
                    .isEqualTo(before.getLast());
            for (int i = 0; i < objects.size(); i++) {
                for (String field : fields) {
                    if (wanted.stream().noneMatch(setting -> setting.field().equals(field))) {
                        assertThat(objects.get(i).path("spec").path(field))
                                .as("seed %d", seed)
                                .isEqualTo(before.get(i).path("spec").path(field));
                    }
                }
            }
        }
    }

    private static String pick(Random random, List<String> values) {
        return values.get(random.nextInt(values.size()));
    }

    private SettingsChange pool(String... fields) {
        return of(POOL, settings(fields));
    }

    private SettingsChange of(String name, List<FieldSetting> fields) {
        return change(ChangeSpec.ofResources(
                List.of(), List.of(), List.of(new IpPoolChange(List.of(name), List.of(), fields))));
    }

    private static List<IpPoolChange> named(List<FieldSetting> fields) {
        return List.of(new IpPoolChange(List.of(POOL), List.of(), fields));
    }

    private static ChangeSpec within(String cidr, List<FieldSetting> fields) {
        return ChangeSpec.ofResources(
                List.of(), List.of(), List.of(new IpPoolChange(List.of(), List.of(cidr), fields)));
    }

    private SettingsChange bgp(String... fields) {
        return change(ChangeSpec.ofResources(List.of(), settings(fields), List.of()));
    }

    private SettingsChange change(ChangeSpec change) {
        List<JsonNode> all = new ArrayList<>(objects);
        all.add(yaml("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: calico-node, namespace: %s, uid: set}
                spec:
                  template:
                    metadata: {labels: {k8s-app: calico-node}}
                    spec:
                      containers:
                      - name: calico-node
                        image: docker.io/calico/node:%s
                        env: [{name: DATASTORE_TYPE, value: kubernetes}, {name: CALICO_NETWORKING_BACKEND, value: %s}]
                """.formatted(namespace, release, backend)));
        return SettingsChange.of(change, new ClusterSnapshot("v1.30.0", all, Set.of(), List.of()), List.of());
    }

    private static List<FieldSetting> settings(String... fields) {
        Map<String, FieldSetting> settings = new LinkedHashMap<>();
        List<String> all = Arrays.asList(fields);
        for (int i = 0; i < all.size(); i += 2) {
            settings.put(all.get(i), new FieldSetting(all.get(i), all.get(i + 1)));
        }
        return List.copyOf(settings.values());
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    private static ObjectNode definition(String kind, String properties) {
        ObjectNode definition =
                yaml("{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: x}, spec:"
                        + " {group: crd.projectcalico.org, names: {kind: " + kind + "}, versions: [{name: v1}]}}");
        ((ObjectNode) definition.at("/spec/versions/0"))
                .withObject("/schema/openAPIV3Schema/properties/spec")
                .set("properties", yaml(properties));
        return definition;
    }

    private static ObjectNode calico(String kind, String name, String spec) {
        return yaml("{apiVersion: projectcalico.org/v3, kind: " + kind + ", metadata: {name: " + name + "}, spec: "
                + spec + "}");
    }

    private static ObjectNode node(String name, String labels) {
        return yaml("{apiVersion: projectcalico.org/v3, kind: Node, metadata: {name: " + name + ", labels: " + labels
                + "}, spec: {bgp: {ipv4Address: 10.0.0." + name.substring(1) + "/24}}}");
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode yaml(String text) {
        try {
            return (ObjectNode) new YAMLMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
