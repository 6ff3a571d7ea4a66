package io.calicofleet.executor.core.detect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
class RestartRisksTest {

    @Test
    void a_restart_with_ebpf_may_break_connections() {
        assertThat(notes("""
                {kind: FelixConfiguration, metadata: {name: default}, spec: {bpfEnabled: true}}
                """)).singleElement().asString().contains("eBPF", "calico#8646");
        assertThat(notes("""
                {kind: FelixConfiguration, metadata: {name: default}, spec: {bpfEnabled: false}}
                """)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"60s", "1m59s", "1m", "0.01h", "500ms"})
    void a_node_that_is_given_less_time_than_usual_may_lose_its_routes(String time) {
        assertThat(notes("{kind: BGPConfiguration, metadata: {name: default}, spec: {nodeMeshMaxRestartTime: " + time
                        + "}}"))
                .singleElement()
                .asString()
                .contains("BGPConfiguration default gives a node " + time + " to restart", "calico#6625");
        assertThat(notes("{kind: BGPPeer, metadata: {name: tor}, spec: {maxRestartTime: " + time + "}}"))
                .singleElement()
                .asString()
                .contains("BGPPeer tor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"120s", "2m", "2m0s", "1h", "soon", "''", "60"})
    void as_much_as_usual_or_more_or_what_is_no_time_is_no_risk(String time) {
        assertThat(notes("{kind: BGPConfiguration, metadata: {name: default}, spec: {nodeMeshMaxRestartTime: " + time
                        + "}}"))
                .isEmpty();
    }

    private static List<String> notes(String yaml) {
        List<JsonNode> objects = new ArrayList<>(Yaml.documents(yaml));
        return RestartRisks.notes(new ClusterSnapshot("v1.21.0", objects, Set.of(), List.of()));
    }
}
