package io.calicofleet.model.felix.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.felix.evaluation.Felix.Crash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * One object that cannot be read, measured with Felix v3.22.5 and an API server of ours (2026-11-30): it never programmed
 * anything, and did with the others, and with etcd.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class UnlistedTest {

    private static final String PORT = "{'action': 'Allow', 'protocol': 'TCP', 'destination': {'ports': ['1:70000']}}";
    private static final String PROTOCOL = "{'action': 'Allow', 'protocol': 300}";

    @Test
    void a_policy_that_cannot_be_read_stops_all_where_Kubernetes_is_the_datastore() {
        for (String rule : List.of(PORT, PROTOCOL)) {
            assertThat(crashes(true, policy("", rule)))
                    .singleElement()
                    .satisfies(crash -> assertThat(crash.object()).isEqualTo("GlobalNetworkPolicy odd"))
                    .satisfies(crash -> assertThat(crash.why())
                            .startsWith("it cannot be read (spec.ingress[0]")
                            .endsWith("gets none then, and programs nothing"));
            assertThat(crashes(false, policy("", rule))).isEmpty();
        }
    }

    @Test
    void so_does_any_kind_that_is_listed() {
        assertThat(crashes(true, policy("'namespace': 'team',", PORT)))
                .extracting(Crash::object)
                .containsExactly("NetworkPolicy odd");
        assertThat(crashes(
                        true,
                        "{'kind': 'HostEndpoint', 'metadata': {'name': 'odd'},"
                                + " 'spec': {'node': 'n2', 'ports': [{'name': 'a', 'port': 80, 'protocol': 300}]}}"))
                .extracting(Crash::object)
                .containsExactly("HostEndpoint odd");
        assertThat(
                        crashes(
                                true,
                                "{'kind': 'FelixConfiguration', 'metadata': {'name': 'node.n2'}, 'spec': {'natPortRange': '5:1'}}"))
                .extracting(Crash::object)
                .containsExactly("FelixConfiguration node.n2");
        assertThat(crashes(true, "{'kind': 'GlobalNetworkSet', 'metadata': {'name': 'odd'}, 'spec': {'nets': [5]}}"))
                .extracting(Crash::object)
                .containsExactly("GlobalNetworkSet odd");
        assertThat(crashes(true, "{'kind': 'Tier', 'metadata': {'name': 'odd'}, 'spec': {'order': '5'}}"))
                .extracting(Crash::object)
                .containsExactly("Tier odd");
    }

    @Test
    void what_can_be_read_and_is_only_wrong_stops_nothing() {
        assertThat(crashes(true, policy("", "{'action': 'Allow', 'protocol': 'foo'}")))
                .isEmpty();
        assertThat(crashes(true, policy("", "{'action': 'Allow', 'source': {'nets': ['foo']}}")))
                .isEmpty();
    }

    private static String policy(String namespace, String rule) {
        return "{'kind': '" + (namespace.isEmpty() ? "GlobalNetworkPolicy" : "NetworkPolicy") + "', 'metadata': {"
                + namespace + " 'name': 'odd'}, 'spec': {'selector': 'has(nobody)', 'types': ['Ingress'], 'ingress': ["
                + rule + "]}}";
    }

    private static List<Crash> crashes(boolean kubernetes, String object) {
        JsonNode odd = json(object);
        Felix felix = new Felix(
                CalicoVersion.of(3, 30, 7),
                new Resources(
                        Stream.concat(
                                        Stream.of(json("{'kind': 'HostEndpoint', 'metadata': {'name': 'h'},"
                                                + " 'spec': {'node': 'n1', 'interfaceName': '*'}}")),
                                        of(odd, "HostEndpoint"))
                                .toList(),
                        of(odd, "GlobalNetworkPolicy", "NetworkPolicy").toList(),
                        of(odd, "Tier").toList(),
                        of(odd, "GlobalNetworkSet").toList(),
                        List.of(),
                        of(odd, "FelixConfiguration").toList()),
                new Surroundings(Map.of(), Pools.of(List.of()), Set.of(), Services.UNKNOWN, kubernetes));
        return felix.crashes("n1");
    }

    private static Stream<JsonNode> of(JsonNode object, String... kinds) {
        return Stream.of(object)
                .filter(one -> List.of(kinds).contains(one.path("kind").asText()));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
