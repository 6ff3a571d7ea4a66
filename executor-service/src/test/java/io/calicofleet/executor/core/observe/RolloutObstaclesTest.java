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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            maxUnavailable: 0      | true
            maxUnavailable: "0"    | true
            maxUnavailable: "25%"  | true
            maxUnavailable: "50%"  | false
            maxUnavailable: "1"    | false
            maxSurge: 1            | true
            """)
    void of_two_replicas_a_quarter_is_none(String rolling, boolean stuck) {
        assertThat(of("Deployment", "replicas: 2, strategy: {rollingUpdate: {" + rolling + "}}")
                        .isEmpty())
                .isEqualTo(!stuck);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            replicas: 2 | hostNetwork: true, containers: [{name: c, ports: [{containerPort: 5473}]}, {name: sidecar}] | true
            replicas: 2 | hostNetwork: true, containers: [{name: c}]                                                  | false
            replicas: 2 | hostNetwork: false, containers: [{name: c, ports: [{containerPort: 5473}]}]                 | false
            replicas: 0 | hostNetwork: true, nodeSelector: {pool: none}, containers: [{name: c, ports: [{containerPort: 5473}]}] | false
            replicas: 1 | hostNetwork: true, nodeSelector: {pool: none}, containers: [{name: c, ports: [{containerPort: 5473}]}] | true
            """)
    void only_pods_whose_ports_are_the_hosts_are_in_each_others_way(String spec, String pod, boolean stuck) {
        JsonNode workload = Yaml.object("{kind: Deployment, metadata: {name: x}, spec: {" + spec
                + ", strategy: {rollingUpdate: {maxUnavailable: 0}}, template: {spec: {" + pod + "}}}}");

        assertThat(RolloutObstacles.of(workload, NODES).isEmpty()).isEqualTo(!stuck);
    }

    @Test
    void of_a_cluster_whose_nodes_are_not_known_nothing_is_said_of_their_ports() {
        JsonNode workload = Yaml.object(
                "{kind: Deployment, spec: {replicas: 2, strategy: {rollingUpdate: {maxUnavailable: 0}}, template: {spec:"
                        + " {hostNetwork: true, containers: [{name: c, ports: [{containerPort: 5473}]}]}}}}");

        assertThat(RolloutObstacles.of(workload, List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {kind: DaemonSet, spec: {updateStrategy: {type: OnDelete}}}      | true
            {kind: DaemonSet, spec: {updateStrategy: {type: RollingUpdate}}} | false
            {kind: DaemonSet, spec: {}}                                      | false
            {kind: Deployment, spec: {strategy: {type: Recreate}}}           | false
            """)
    void that_a_person_has_to_delete_the_pods_is_known_of_daemon_sets(String workload, boolean onDelete) {
        assertThat(RolloutObstacles.onDelete(Yaml.object(workload)).isPresent()).isEqualTo(onDelete);
    }

    @Test
    void a_daemon_set_that_may_lose_no_pod_rolls_where_its_pods_have_a_network_of_their_own() {
        JsonNode workload = Yaml.object(
                "{kind: DaemonSet, spec: {updateStrategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}, template:"
                        + " {spec: {containers: [{name: c}]}}}}");

        assertThat(RolloutObstacles.of(workload, NODES)).isEmpty();
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
