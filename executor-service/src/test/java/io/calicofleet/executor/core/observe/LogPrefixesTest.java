package io.calicofleet.executor.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LogPrefixesTest {

    private static ObjectNode configuration(String name, String prefix) {
        ObjectNode configuration = Json.object();
        configuration.putObject("metadata").put("name", name);
        configuration.putObject("spec").put("logPrefix", prefix);
        return configuration;
    }

    @Test
    void what_nobody_set_is_felixs_own() {
        assertThat(LogPrefixes.observe(List.of(), Map.of())).containsExactly("calico-packet");
        assertThat(LogPrefixes.observe(List.of(configuration("default", "")), Map.of()))
                .containsExactly("calico-packet");
    }

    @Test
    void the_environment_wins_everywhere_and_a_node_over_the_default() {
        List<ObjectNode> all = List.of(
                configuration("default", "of-all %n"),
                configuration("node.n7", "of-n7"),
                configuration("another", "of-none"));

        assertThat(LogPrefixes.observe(all, Map.of())).containsExactly("of-all %n", "of-n7");
        assertThat(LogPrefixes.observe(all, Map.of("FELIX_LOGPREFIX", "of-env")))
                .containsExactly("of-env");
    }
}
