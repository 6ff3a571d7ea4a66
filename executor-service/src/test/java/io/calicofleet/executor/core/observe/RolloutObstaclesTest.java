package io.calicofleet.executor.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.Yaml;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RolloutObstaclesTest {

    private static final List<JsonNode> NODES = Yaml.documents("""
            {apiVersion: v1, kind: Node, metadata: {name: a, labels: {kubernetes.io/os: linux}}}
            ---
            {apiVersion: v1, kind: Node, metadata: {name: b, labels: {kubernetes.io/os: linux}}}
            """);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {type: OnDelete} | OnDelete
            {type: RollingUpdate, rollingUpdate: {maxUnavailable: 0, maxSurge: 1}} | allows no pod to be unavailable
            {type: RollingUpdate, rollingUpdate: {maxUnavailable: "0%", maxSurge: "10%"}} | allows no pod to be unavailable
            """)
    void a_daemon_set_that_does_not_roll_by_itself_is_told_with_its_strategy(String strategy, String expected) {
        assertThat(of("DaemonSet", "updateStrategy: " + strategy))
                .singleElement()
                .asString()
                .contains(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}
            {type: RollingUpdate}
            {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1, maxSurge: 0}}
            {type: RollingUpdate, rollingUpdate: {maxUnavailable: "10%"}}
            """)
    void one_that_rolls_has_no_obstacle(String strategy) {
        assertThat(of("DaemonSet", "updateStrategy: " + strategy)).isEmpty();
    }

    @Test
    void a_paused_deployment_is_told() {
        assertThat(of("Deployment", "paused: true")).singleElement().asString().startsWith("it is paused");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            replicas: 2 | true
            replicas: 3 | true
            replicas: 1 | false
            replicas: 2, strategy: {type: Recreate} | false
            replicas: 2, strategy: {rollingUpdate: {maxUnavailable: 1}} | false
            replicas: 4 | false
            """)
    void a_deployment_on_the_hosts_network_needs_a_free_node_or_a_pod_it_may_lose(String spec, boolean stuck) {
        assertThat(of("Deployment", spec).isEmpty()).isEqualTo(!stuck);
    }

    @Test
    void what_is_being_deleted_is_told_with_its_finalizers() {
        JsonNode workload = Yaml.object("""
                {kind: DaemonSet, metadata: {name: x, deletionTimestamp: "2026-11-28T10:00:00Z", finalizers: [example.com/keep]},
                 spec: {}}
                """);
        assertThat(RolloutObstacles.of(workload, NODES))
                .singleElement()
                .asString()
                .contains("being deleted since 2026-11-28T10:00:00Z", "example.com/keep");
    }

    @Test
    void a_daemon_set_for_nodes_there_are_none_of_is_known() {
        JsonNode windows =
                Yaml.object("{kind: DaemonSet, spec: {template: {spec: {nodeSelector: {kubernetes.io/os: windows}}}}}");
        assertThat(RolloutObstacles.matchesNoNode(windows, NODES)).isTrue();
        assertThat(RolloutObstacles.matchesNoNode(Yaml.object("{kind: DaemonSet, spec: {}}"), NODES))
                .isFalse();
    }

    private static List<String> of(String kind, String spec) {
        return RolloutObstacles.of(
                Yaml.object(
                        "{kind: " + kind + ", metadata: {name: x}, spec: {" + spec
                                + ", template: {spec: {hostNetwork: true, containers: [{name: c, ports: [{containerPort: 5473}]}]}}}}"),
                NODES);
    }
}
