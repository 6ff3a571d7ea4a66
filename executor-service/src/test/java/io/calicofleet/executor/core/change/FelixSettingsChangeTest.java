package io.calicofleet.executor.core.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.FieldSetting;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FelixSettingsChangeTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String DEFINITION = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: felixconfigurations.crd.projectcalico.org}
            spec:
              group: crd.projectcalico.org
              names: {kind: FelixConfiguration}
              versions:
              - name: v1
                schema:
                  openAPIV3Schema:
                    properties:
                      spec:
                        properties:
                          bpfEnabled: {type: boolean}
                          bpfKubeProxyIptablesCleanupEnabled: {type: boolean}
                          bpfMapSizeRoute: {type: integer, minimum: 1, maximum: 9}
                          failsafeInboundHostPorts:
                            type: array
                            items:
                              type: object
                              required: [port]
                              properties: {net: {type: string}, port: {type: integer}, protocol: {type: string}}
                          floatingIPs: {type: string, enum: [Enabled, Disabled], default: Disabled}
                          healthPort: {type: integer}
                          healthTimeoutOverrides: {type: array, items: {type: object}}
                          logFilePath: {type: string}
                          logSeverityScreen: {type: string, pattern: "^(?i)(Debug|Info|Warning|Error|Fatal)?$"}
                          natPortRange: {pattern: "^.*", x-kubernetes-int-or-string: true}
                          nftablesMode: {type: string}
                          reportingInterval: {type: string}
                          somethingNew: {type: string}
                          vxlanMTU: {type: integer}
                          vxlanVNI: {type: integer}
                          wireguardEnabled: {type: boolean}
            """;

    private final List<ObjectNode> objects = new ArrayList<>(List.of(
            yaml(DEFINITION),
            felix("default", "{logSeverityScreen: Info, floatingIPs: Disabled}"),
            node("n1", "5.15.0-1")));
    private ObjectNode daemonSet = daemonSet("kube-system", "");

    @Test
    void what_is_so_already_is_not_touched_and_what_touches_no_packet_is_not_asked() {
        assertThat(change("logSeverityScreen", "\"Info\""))
                .isEqualTo(new SettingsChange(List.of(), List.of(), List.of(), List.of()));
        assertThat(change("reportingInterval", null).fields()).isEmpty();
        // What the API server fills in where it is absent
        assertThat(change("floatingIPs", null).fields()).isEmpty();

        SettingsChange quieter = change("logSeverityScreen", "\"Warning\"");
        assertThat(quieter.fields()).containsExactly("FelixConfiguration default logSeverityScreen: Info -> Warning");
        assertThat(quieter.refusals()).isEmpty();
        assertThat(quieter.questions()).isEmpty();
        assertThat(quieter.effects()).singleElement().asString().startsWith("Felix starts again on all nodes at once");
        assertThat(change("healthTimeoutOverrides", "[{}]").effects()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            logSeverityScren         | "Warning"                  | the nearest one is logSeverityScreen
            bpfEnabled               | "true"                     | bpfEnabled is "true", not true or false
            vxlanVNI                 | 4.5                        | vxlanVNI is 4.5, not a whole number
            logSeverityScreen        | "Loud"                     | which has not the form
            floatingIPs              | "On"                       | not one of Enabled, Disabled
            bpfMapSizeRoute          | 10                         | out of range: 1 to 9
            natPortRange             | true                       | not a whole number or a text
            failsafeInboundHostPorts | 22                         | not a list
            failsafeInboundHostPorts | [{"protocol": "tcp"}]      | failsafeInboundHostPorts[0].port is missing
            failsafeInboundHostPorts | [{"prot": 1, "port": 22}]  | failsafeInboundHostPorts[0].prot is no field
            healthPort               | 9098                       | the probes of calico-node
            logFilePath              | "/x"                       | felix.cfg
            vxlanMTU                 | 1400                       | environment variable FELIX_VXLANMTU of DaemonSet kube-system/calico-node says '0'
            reportingInterval        | "5s"                       | environment variable felix_ReportingIntervalSecs
            bpfEnabled               | true                       | kubernetes-services-endpoint
            """)
    void says_what_speaks_against_a_field_before_anything_is_written(String field, String value, String said) {
        daemonSet = daemonSet(
                "kube-system", "{name: FELIX_VXLANMTU, value: '0'}, {name: felix_ReportingIntervalSecs, value: '1'}");

        assertThat(change(field, value).refusals()).anyMatch(refusal -> refusal.contains(said));
    }

    @Test
    void without_a_schema_nothing_is_changed_and_that_of_the_release_at_hand_will_do() {
        ObjectNode definition = objects.removeFirst();

        assertThat(change("logSeverityScreen", "\"Warning\"").refusals())
                .singleElement()
                .asString()
                .startsWith("Which fields FelixConfiguration has here is not known");
        assertThat(change(List.of(definition), new FieldSetting("logSeverityScreen", "\"Warning\""))
                        .refusals())
                .isEmpty();
    }

    @Test
    void what_the_operator_keeps_is_changed_where_the_operator_reads_it() {
        daemonSet = daemonSet("calico-system", "");

        assertThat(change("nftablesMode", "\"Enabled\"").refusals())
                .singleElement()
                .asString()
                .contains("The operator keeps nftablesMode", "linuxDataplane");
        assertThat(change("vxlanVNI", "5000").refusals()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nftablesMode=\"Enabled\"",
                "wireguardEnabled=true",
                "vxlanVNI=5",
                "natPortRange=\"1:2\"",
                "somethingNew=\"x\""
            })
    void what_interrupts_traffic_or_is_not_known_is_asked(String setting) {
        SettingsChange found =
                change(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));

        assertThat(found.refusals()).isEmpty();
        assertThat(found.questions()).singleElement().satisfies(question -> {
            assertThat(question.object()).isEqualTo("FelixConfiguration default");
            assertThat(question.why()).endsWith(". take-new goes on.");
        });
        assertThat(found.effects()).hasSize(2);
    }

    @Test
    void failsafe_ports_are_asked_about_where_one_closes_and_not_where_they_only_open() {
        objects.add(felix("node.n1", "{failsafeInboundHostPorts: []}"));
        objects.set(1, felix("default", "{failsafeInboundHostPorts: [{protocol: tcp, port: 22}]}"));

        SettingsChange opened = change(
                "failsafeInboundHostPorts",
                "[{\"protocol\":\"tcp\",\"port\":22},{\"protocol\":\"tcp\",\"port\":6443}]");
        assertThat(opened.questions()).isEmpty();
        assertThat(opened.effects()).anyMatch(line -> line.endsWith("keep that: FelixConfiguration node.n1"));

        SettingsChange closed = change("failsafeInboundHostPorts", "[]");
        assertThat(closed.questions())
                .singleElement()
                .extracting(FieldConflict::why)
                .asString()
                .contains("tcp:22", "locked out");
        // Absent is Felix' own list, which has 22 and others
        objects.set(1, felix("default", "{}"));
        assertThat(change("failsafeInboundHostPorts", "[{\"protocol\":\"tcp\",\"port\":22}]")
                        .questions())
                .singleElement()
                .extracting(FieldConflict::why)
                .asString()
                .contains("tcp:6443")
                .doesNotContain("tcp:22,");
    }

    @Test
    void ebpf_needs_a_way_to_the_api_server_a_kernel_and_no_kube_proxy_that_writes_rules() {
        objects.add(yaml("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: kube-proxy, namespace: kube-system}
                status: {desiredNumberScheduled: 3}
                """));
        objects.add(yaml("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: kubernetes-services-endpoint, namespace: kube-system, creationTimestamp: "2026-01-02T00:00:00Z"}
                data: {KUBERNETES_SERVICE_HOST: 10.0.0.1, KUBERNETES_SERVICE_PORT: "6443"}
                """));
        objects.add(pod("2026-01-01T00:00:00Z"));
        objects.add(node("n2", "5.2.9"));
        objects.add(node("n3", "4.18.0-305.el8.x86_64"));

        assertThat(change("bpfEnabled", "true").refusals())
                .hasSize(3)
                .anyMatch(line -> line.contains("calico-node-1"))
                .anyMatch(line -> line.contains("bpfKubeProxyIptablesCleanupEnabled: false"))
                .anyMatch(line -> line.contains("n2 (5.2.9)") && !line.contains("n3"));

        objects.removeIf(object -> object.at("/metadata/name").asText().equals("n2"));
        objects.removeIf(object -> object.path("kind").asText().equals("Pod"));
        objects.add(pod("2026-01-03T00:00:00Z"));
        SettingsChange now = change(
                List.of(),
                new FieldSetting("bpfEnabled", "true"),
                new FieldSetting("bpfKubeProxyIptablesCleanupEnabled", "false"));
        assertThat(now.refusals()).isEmpty();
        assertThat(now.questions()).extracting(FieldConflict::path).contains("spec.bpfEnabled");
    }

    @Test
    void back_from_ebpf_somebody_has_to_serve_services() {
        objects.set(1, felix("default", "{bpfEnabled: true}"));

        assertThat(change("bpfEnabled", "false").refusals())
                .singleElement()
                .asString()
                .contains("kube-proxy");
    }

    @Test
    void a_kernel_without_wireguard_is_named_in_the_question() {
        objects.add(node("old", "5.4.0"));

        assertThat(change("wireguardEnabled", "true").questions().getFirst().why())
                .contains("old (5.4.0)")
                .doesNotContain("n1");
    }

    @Test
    void only_its_fields_change_and_a_second_time_nothing_is_left_whatever_the_values() {
        long seed = Long.getLong("calicofleet.seed", new Random().nextLong());
        Random random = new Random(seed);
        List<String> names =
                List.of("logSeverityScreen", "reportingInterval", "vxlanVNI", "bpfMapSizeRoute", "floatingIPs");
        for (int run = 0; run < 500; run++) {
            ObjectNode before = felix("default", "{}");
            names.forEach(name ->
                    value(random, name).ifPresent(value -> ((ObjectNode) before.path("spec")).set(name, value)));
            List<FieldSetting> settings = new ArrayList<>();
            names.stream()
                    .filter(name -> random.nextBoolean())
                    .forEach(name -> settings.add(new FieldSetting(
                            name, value(random, name).map(JsonNode::toString).orElse(null))));
            ChangeSpec change = ChangeSpec.ofFelix(settings);

            ObjectNode after = ChangedResource.of(CalicoKind.FELIX_CONFIGURATION, "default", settings)
                    .changed(before);

            objects.set(1, after);
            assertThat(SettingsChange.of(change, snapshot(), List.of()).fields().stream()
                            .filter(line -> !line.contains(" floatingIPs")))
                    .as("seed %d", seed)
                    .isEmpty();
            names.stream()
                    .filter(name -> settings.stream()
                            .noneMatch(setting -> setting.field().equals(name)))
                    .forEach(name -> assertThat(after.path("spec").path(name))
                            .as("seed %d", seed)
                            .isEqualTo(before.path("spec").path(name)));
        }
    }

    private static Optional<JsonNode> value(Random random, String name) {
        if (random.nextInt(3) == 0) {
            return Optional.empty();
        }
        return Optional.of(
                switch (name) {
                    case "logSeverityScreen" -> JSON.getNodeFactory().textNode(random.nextBoolean() ? "Info" : "Error");
                    case "reportingInterval" -> JSON.getNodeFactory().textNode(random.nextInt(9) + "s");
                    case "floatingIPs" -> JSON.getNodeFactory().textNode(random.nextBoolean() ? "Enabled" : "Disabled");
                    default -> JSON.getNodeFactory().numberNode(1 + random.nextInt(9));
                });
    }

    private SettingsChange change(String field, String value) {
        return change(List.of(), new FieldSetting(field, value));
    }

    private SettingsChange change(List<ObjectNode> released, FieldSetting... settings) {
        return SettingsChange.of(ChangeSpec.ofFelix(List.of(settings)), snapshot(), released);
    }

    private ClusterSnapshot snapshot() {
        List<JsonNode> all = new ArrayList<>(objects);
        all.add(daemonSet);
        return new ClusterSnapshot("v1.30.0", all, Set.of(), List.of());
    }

    private static ObjectNode daemonSet(String namespace, String environment) {
        return yaml("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: calico-node, namespace: %s, uid: set}
                spec:
                  template:
                    metadata: {labels: {k8s-app: calico-node}}
                    spec:
                      containers:
                      - name: calico-node
                        image: docker.io/calico/node:v3.28.5
                        envFrom: [{configMapRef: {name: kubernetes-services-endpoint, optional: true}}]
                        env: [{name: DATASTORE_TYPE, value: kubernetes}, %s]
                """.formatted(namespace, environment).replace(", ]", "]"));
    }

    private static ObjectNode felix(String name, String spec) {
        return yaml("{apiVersion: projectcalico.org/v3, kind: FelixConfiguration, metadata: {name: " + name
                + "}, spec: " + spec + "}");
    }

    private static ObjectNode node(String name, String kernel) {
        return yaml("{apiVersion: v1, kind: Node, metadata: {name: " + name
                + "}, status: {nodeInfo: {operatingSystem: linux, kernelVersion: " + kernel + "}}}");
    }

    private static ObjectNode pod(String since) {
        return yaml(
                "{apiVersion: v1, kind: Pod, metadata: {name: calico-node-1, namespace: kube-system, creationTimestamp: '"
                        + since + "', ownerReferences: [{uid: set}]}, spec: {containers: []}}");
    }

    private static ObjectNode yaml(String text) {
        try {
            return (ObjectNode) new YAMLMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
