package io.calicofleet.executor.core.istio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.Yaml;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RestartTest {

    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 2} | true
            {observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2} | false
            {observedGeneration: 3, replicas: 3, updatedReplicas: 2, availableReplicas: 2} | false
            {observedGeneration: 3, replicas: 2, updatedReplicas: 1, availableReplicas: 2} | false
            {observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 1} | false
            {} | false
            """)
    void a_deployment_has_rolled_out_when_every_pod_is_new_and_available(String status, boolean expected) {
        assertThat(Restart.isRolledOut(Yaml.object(
                        "{kind: Deployment, metadata: {generation: 3}, spec: {replicas: 2}, status: " + status + "}")))
                .isEqualTo(expected);
    }

    @Test
    void daemon_sets_and_stateful_sets_have_counts_of_their_own() {
        assertThat(Restart.isRolledOut(Yaml.object("""
                {kind: DaemonSet, metadata: {generation: 1},
                 status: {observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2}}
                """))).isTrue();
        assertThat(Restart.isRolledOut(Yaml.object("""
                {kind: DaemonSet, metadata: {generation: 1},
                 status: {observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2}}
                """))).isFalse();
        assertThat(Restart.isRolledOut(Yaml.object("""
                {kind: StatefulSet, metadata: {generation: 1}, spec: {replicas: 2},
                 status: {observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2}}
                """))).isTrue();
    }

    @Test
    void what_a_restart_does_not_change_is_told() {
        assertThat(Restart.hindrance(Yaml.object("{spec: {paused: true}}"), TARGET))
                .get()
                .asString()
                .contains("paused");
        assertThat(Restart.hindrance(Yaml.object("{spec: {updateStrategy: {type: OnDelete}}}"), TARGET))
                .get()
                .asString()
                .contains("deletion");
        assertThat(Restart.hindrance(Yaml.object("{spec: {updateStrategy: {rollingUpdate: {partition: 2}}}}"), TARGET))
                .get()
                .asString()
                .contains("partition");
        assertThat(Restart.hindrance(template("calico/dikastes:v3.13.4"), TARGET))
                .get()
                .asString()
                .contains("own template");
        assertThat(Restart.hindrance(template("calico/dikastes:v3.22.5"), TARGET))
                .isEmpty();
        assertThat(Restart.hindrance(Yaml.object("{spec: {template: {spec: {}}}}"), TARGET))
                .isEmpty();
    }

    @Test
    void a_restart_changes_the_template_and_can_be_taken_back() {
        ObjectNode before =
                Yaml.object("{metadata: {name: cart}, spec: {template: {metadata: {annotations: {a: b}}}}}");
        ObjectNode restarted = Restart.with(before, "2026-11-23T10:00:00Z");

        assertThat(Restart.at(before)).isNull();
        assertThat(Restart.at(restarted)).isEqualTo("2026-11-23T10:00:00Z");
        assertThat(Restart.with(restarted, null)).isEqualTo(before);
    }

    private static ObjectNode template(String image) {
        return Yaml.object("{spec: {template: {spec: {containers: [{name: dikastes, image: \"" + image + "\"}]}}}}");
    }
}
