package io.calicofleet.model.felix.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.Protocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Which packets a rule logs, and what is written before them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LoggedTest {

    private static final String LOG = "{'action': 'Log', 'protocol': 'TCP'}";
    private static final String ALLOW_80 = "{'action': 'Allow', 'protocol': 'TCP', 'destination': {'ports': [80]}}";

    @Test
    void a_rule_logs_what_comes_to_it_be_it_allowed_or_denied_later() {
        Felix felix = felix("v3.22.5", LOG + ", " + ALLOW_80);

        assertThat(logged(felix, 80)).isTrue();
        assertThat(logged(felix, 81)).isTrue();
    }

    @Test
    void what_an_earlier_rule_decides_or_a_failsafe_port_lets_through_is_not_logged() {
        Felix felix = felix("v3.22.5", ALLOW_80 + ", " + LOG);

        assertThat(logged(felix, 80)).isFalse();
        assertThat(logged(felix, 22)).isFalse();
        assertThat(logged(felix, 81)).isTrue();
    }

    @Test
    void nothing_is_logged_where_nothing_is_enforced_yet() {
        assertThat(logged(felix("v3.13.5", LOG), 80)).isFalse();
    }

    @Test
    void the_environment_decides_on_the_prefix_then_the_node_then_the_default() {
        List<JsonNode> configurations = List.of(
                json("{'metadata': {'name': 'default'}, 'spec': {'logPrefix': 'all'}}"),
                json("{'metadata': {'name': 'node.n1'}, 'spec': {'logPrefix': 'own'}}"));

        assertThat(new FelixSettings(List.of(), Map.of()).logPrefix("n1")).isEqualTo("calico-packet");
        assertThat(new FelixSettings(configurations, Map.of()).logPrefix("n1")).isEqualTo("own");
        assertThat(new FelixSettings(configurations, Map.of()).logPrefix("n2")).isEqualTo("all");
        assertThat(new FelixSettings(configurations, Map.of("FELIX_LOGPREFIX", "env")).logPrefix("n1"))
                .isEqualTo("env");
    }

    private static boolean logged(Felix felix, int port) {
        Flow flow = Flow.of(true, Protocol.TCP, port, Cidr.read("10.0.0.1"), Cidr.read("10.0.0.2"));
        return felix.isLogged(felix.forAllInterfaces("n1").orElseThrow(), flow);
    }

    private static Felix felix(String version, String ingress) {
        return new Felix(
                CalicoVersion.parse(version),
                new Resources(
                        List.of(json("{'metadata': {'name': 'h'}, 'spec': {'node': 'n1', 'interfaceName': '*'}}")),
                        List.of(json("{'metadata': {'name': 'p'}, 'spec': {'selector': 'all()', 'types': ['Ingress'],"
                                + " 'ingress': [" + ingress + "]}}")),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()),
                new Surroundings(Map.of(), Pools.of(List.of()), Set.of(), Services.UNKNOWN, false));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
