package io.calicofleet.planner.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.FieldSetting;
import io.calicofleet.event.IpPoolChange;
import io.calicofleet.event.RegistryChange;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.document.Reading;
import io.calicofleet.planner.core.revision.SpecDifference;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** {@code change} in place of {@code target}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChangeReaderTest {

    @Test
    void values_are_read_as_what_they_are_and_null_removes_a_field() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("wireguardEnabled", true);
        fields.put("bpfLogLevel", null);
        fields.put("failsafeInboundHostPorts", List.of(Map.of("protocol", "tcp", "port", 22)));
        fields.put("logSeverityScreen", "Warning");

        CampaignSpec spec = ((Reading.Read<CampaignSpec>) read("change", Map.of("felixConfiguration", fields))).value();

        assertThat(spec.target()).isNull();
        assertThat(spec.upgrade().change().felixConfiguration())
                .containsExactly(
                        new FieldSetting("bpfLogLevel", null),
                        new FieldSetting("failsafeInboundHostPorts", "[{\"port\":22,\"protocol\":\"tcp\"}]"),
                        new FieldSetting("logSeverityScreen", "\"Warning\""),
                        new FieldSetting("wireguardEnabled", "true"));
        assertThat(spec.goal())
                .isEqualTo(
                        "felixConfiguration: bpfLogLevel removed, failsafeInboundHostPorts=[{\"port\":22,\"protocol\":\"tcp\"}],"
                                + " logSeverityScreen=Warning, wireguardEnabled=true");
    }

    @Test
    void the_same_fields_in_another_order_are_the_same_change_and_another_value_is_another_campaign() {
        CampaignSpec one = spec(Map.of("a", 1, "b", "2"));
        Map<String, Object> turned = new LinkedHashMap<>();
        turned.put("b", "2");
        turned.put("a", 1);

        assertThat(spec(turned)).isEqualTo(one);
        assertThat(SpecDifference.between(one, spec(Map.of("a", 1, "b", 2))))
                .singleElement()
                .satisfies(difference -> {
                    assertThat(difference.path()).isEqualTo("change.felixConfiguration");
                    assertThat(difference.line()).contains("b=\"2\"", "b=2");
                });
    }

    @Test
    void pools_are_said_by_name_or_network_and_all_kinds_stand_in_what_is_approved() {
        Map<String, Object> change = Map.of(
                "ipPools",
                List.of(
                        Map.of("names", List.of("b", "a"), "fields", Map.of("natOutgoing", true)),
                        Map.of("cidrs", List.of("10.1.2.3/8", "::/0"), "fields", Map.of("vxlanMode", "Always"))),
                "bgpConfiguration",
                Map.of("nodeToNodeMeshEnabled", false),
                "typha",
                Map.of("replicas", 3));

        CampaignSpec spec = ((Reading.Read<CampaignSpec>) read("change", change)).value();

        assertThat(spec.upgrade().change().ipPools())
                .containsExactly(
                        new IpPoolChange(
                                List.of("a", "b"), List.of(), List.of(new FieldSetting("natOutgoing", "true"))),
                        new IpPoolChange(
                                List.of(),
                                List.of("10.0.0.0/8", "::/0"),
                                List.of(new FieldSetting("vxlanMode", "\"Always\""))));
        assertThat(spec.goal())
                .isEqualTo("bgpConfiguration: nodeToNodeMeshEnabled=false; ipPools a, b: natOutgoing=true;"
                        + " ipPools within 10.0.0.0/8, within ::/0: vxlanMode=Always; typha: replicas=3");
        assertThat(SpecDifference.between(spec, spec(Map.of("a", 1))))
                .extracting(SpecDifference::path)
                .containsExactly(
                        "change.felixConfiguration", "change.bgpConfiguration", "change.ipPools", "change.typha");
    }

    @Test
    void says_what_is_wrong_with_pools() {
        Map<String, Object> fields = Map.of("natOutgoing", true);

        assertThat(pools(Map.of("fields", fields))).containsExactly("change.ipPools[0]");
        assertThat(pools(Map.of("names", List.of("a"), "cidrs", List.of("::/0"), "fields", fields)))
                .containsExactly("change.ipPools[0]");
        assertThat(pools(Map.of("names", List.of(), "fields", fields))).containsExactly("change.ipPools[0].names");
        assertThat(pools(Map.of("names", List.of("A b"), "fields", fields)))
                .containsExactly("change.ipPools[0].names[0]");
        assertThat(pools(Map.of("cidrs", List.of("10.0.0.1"), "fields", fields)))
                .containsExactly("change.ipPools[0].cidrs[0]");
        assertThat(pools(Map.of("names", List.of("a")))).containsExactly("change.ipPools[0].fields");
        assertThat(pools(Map.of("names", List.of("a"), "fields", Map.of())))
                .containsExactly("change.ipPools[0].fields");
        assertThat(pools(Map.of("names", List.of("a"), "feilds", fields, "fields", fields)))
                .containsExactly("change.ipPools[0].feilds");
        assertThat(pools(
                        Map.of("names", List.of("a"), "fields", fields),
                        Map.of("names", List.of("a", "b"), "fields", fields)))
                .containsExactly("change.ipPools[1].fields");
        assertThat(pools()).containsExactly("change.ipPools");
        assertThat(problems("change", Map.of("typha", Map.of()))).containsExactly("change.typha.replicas");
        assertThat(problems("change", Map.of("typha", Map.of("replicas", -1))))
                .containsExactly("change.typha.replicas");
        assertThat(problems("change", Map.of("typha", Map.of("replica", 3, "replicas", 3))))
                .containsExactly("change.typha.replica");
        assertThat(problems("change", Map.of("bgpConfiguration", Map.of()))).containsExactly("change.bgpConfiguration");
    }

    @Test
    void a_registry_is_said_as_an_Installation_says_it_and_canary_nodes_go_with_it() {
        Map<String, Object> registry = Map.of(
                "registry", "reg.example:5000/mirror/",
                "imagePath", "net/calico",
                "imagePrefix", "acme-",
                "imagePullSecrets", List.of("b", "a"));
        Map<String, Object> change = Map.of("registry", registry);

        CampaignSpec spec = ((Reading.Read<CampaignSpec>) read(
                        "change", change, "canaryNodes", Map.of("count", 1), "rollouts", Map.of("accept", List.of())))
                .value();

        assertThat(spec.upgrade().change().registry())
                .isEqualTo(new RegistryChange("reg.example:5000/mirror", "net/calico", "acme-", List.of("a", "b")));
        assertThat(spec.goal())
                .isEqualTo("registry: reg.example:5000/mirror, imagePath=net/calico, imagePrefix=acme-,"
                        + " imagePullSecrets=[a, b]");
        assertThat(SpecDifference.between(spec, spec(Map.of("a", 1))))
                .extracting(SpecDifference::path)
                .contains("change.registry");
    }

    @Test
    void says_what_is_wrong_with_a_registry() {
        assertThat(registry(Map.of())).containsExactly("change.registry.registry");
        assertThat(registry(Map.of("registry", "reg.example", "path", "a"))).containsExactly("change.registry.path");
        for (String wrong :
                List.of("calico", "https://reg.example", "reg.example/A", "reg.example/a//b", "reg.example a")) {
            assertThat(registry(Map.of("registry", wrong))).containsExactly("change.registry.registry");
        }
        assertThat(registry(Map.of("registry", "a.b", "imagePath", "/x"))).containsExactly("change.registry.imagePath");
        assertThat(registry(Map.of("registry", "a.b", "imagePrefix", "x/")))
                .containsExactly("change.registry.imagePrefix");
        assertThat(registry(Map.of("registry", "a.b", "imagePullSecrets", List.of())))
                .containsExactly("change.registry.imagePullSecrets");
        assertThat(registry(Map.of("registry", "a.b", "imagePullSecrets", List.of("A"))))
                .containsExactly("change.registry.imagePullSecrets[0]");
        assertThat(problems("change", Map.of("felixConfiguration", Map.of("a", 1)), "canaryNodes", Map.of("count", 1)))
                .containsExactly("canaryNodes");
    }

    private static List<String> registry(Map<String, Object> registry) {
        return problems("change", Map.of("registry", registry));
    }

    private static List<String> pools(Object... entries) {
        return problems("change", Map.of("ipPools", List.of(entries)));
    }

    @Test
    void says_what_does_not_go_with_a_change_and_what_is_no_change() {
        Map<String, Object> change = Map.of("felixConfiguration", Map.of("a", 1));

        assertThat(problems("change", change, "target", "v3.22.5")).containsExactly("target");
        assertThat(problems(
                        "change", change, "migrate", "to-operator", "apply", "external", "helm", Map.of("chart", "x")))
                .containsExactlyInAnyOrder("migrate", "apply", "helm");
        assertThat(problems("change", Map.of("felixConfiguration", Map.of())))
                .containsExactly("change.felixConfiguration");
        assertThat(problems("change", Map.of())).containsExactly("change.felixConfiguration");
        assertThat(problems("change", Map.of("bgp", 1, "felixConfiguration", Map.of("a", 1))))
                .containsExactly("change.bgp");
        assertThat(problems("change", Map.of("felixConfiguration", Map.of("a.b", 1))))
                .containsExactly("change.felixConfiguration.a.b");
        assertThat(problems("change", Map.of("felixConfiguration", List.of()))).contains("change.felixConfiguration");
        assertThat(problems("procedure", "restore", "change", change)).contains("change");
        assertThat(problems()).containsExactly("target");
    }

    @Test
    void a_text_never_reads_as_another_value() {
        assertThat(List.of(
                        new FieldSetting("a", "true").toString(),
                        new FieldSetting("a", "\"true\"").toString(),
                        new FieldSetting("a", "\"x, b=1\"").toString(),
                        new FieldSetting("a", "\"x\"").toString(),
                        new FieldSetting("a", null).toString(),
                        new FieldSetting("a", "\"null\"").toString(),
                        new FieldSetting("a", "1").toString(),
                        new FieldSetting("a", "\"1\"").toString()))
                .doesNotHaveDuplicates()
                .contains("a=\"x, b=1\"", "a=x", "a removed");
    }

    private static CampaignSpec spec(Map<String, Object> fields) {
        return ((Reading.Read<CampaignSpec>) read("change", Map.of("felixConfiguration", fields))).value();
    }

    private static List<String> problems(Object... fields) {
        return ((Reading.Refused<CampaignSpec>) read(fields))
                .problems().stream().map(Problem::field).toList();
    }

    private static Reading<CampaignSpec> read(Object... fields) {
        Map<String, Object> document = new HashMap<>(Map.of(
                "apiVersion", "calico-fleet/v1", "kind", "Campaign", "name", "x", "clusters", Map.of("all", true)));
        List<Object> all = Arrays.asList(fields);
        for (int i = 0; i < all.size(); i += 2) {
            document.put((String) all.get(i), all.get(i + 1));
        }
        return CampaignSpecReader.read(document);
    }
}
