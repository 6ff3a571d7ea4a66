package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ChangeEffect;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ReleaseChangeFact;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepSucceeded;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a target changes for a cluster, by the files of both releases and what the cluster has. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TargetChangesIT extends PlannedCluster {

    private ClusterFacts inspected(int ordinal) {
        return requireNonNull(succeeded(StepKind.INSPECT, "c1", ordinal, parameters(OLD, MIDDLE))
                .facts());
    }

    private static List<String> sentences(ClusterFacts facts, ChangeEffect effect) {
        return facts.releaseChanges().stream()
                .filter(change -> change.effect() == effect)
                .map(ReleaseChangeFact::sentence)
                .toList();
    }

    @Test
    void a_cluster_as_released_is_told_what_changes_and_nothing_blocks() throws IOException {
        // Given
        bring(OLD, FILE);

        // When
        StepSucceeded inspected = succeeded(StepKind.INSPECT, "c1", 1, parameters(OLD, MIDDLE));

        // Then
        ClusterFacts facts = requireNonNull(inspected.facts());
        assertThat(sentences(facts, ChangeEffect.BLOCKS)).isEmpty();
        assertThat(sentences(facts, ChangeEffect.TELLS))
                .contains("objects: + CustomResourceDefinition caliconodestatuses.crd.projectcalico.org"
                        + " (CalicoNodeStatus of crd.projectcalico.org/v1)");
        assertThat(inspected.notes())
                .anyMatch(note -> note.startsWith("calico.yaml of v3.22.5 changes, against v3.13.4"));
    }

    @Test
    void what_a_resource_has_and_the_target_refuses_or_drops_is_found() throws IOException {
        // Given
        bring(OLD, FILE);
        cluster.apply("""
            apiVersion: crd.projectcalico.org/v1
            kind: BGPConfiguration
            metadata: {name: default}
            spec: {asNumber: many, ofMine: true}
            """);

        // When
        ClusterFacts facts = inspected(1);

        // Then: a definition without a schema does not tell what the old release knew
        assertThat(sentences(facts, ChangeEffect.BLOCKS))
                .containsExactly(
                        "BGPConfiguration default has many at spec.asNumber, which the definition of v3.22.5 refuses:"
                                + " it is no integer. Change it to what it takes, then retry.");
        assertThat(sentences(facts, ChangeEffect.WARNS))
                .anyMatch(
                        text -> text.startsWith("BGPConfiguration default sets spec.ofMine (true), which the definition"
                                + " of v3.22.5 does not know"));
    }

    @Test
    void a_role_that_people_deleted_is_told_with_what_Calico_would_lack() throws IOException {
        // Given
        bring(OLD, FILE);
        cluster.delete("rbac.authorization.k8s.io/v1", "ClusterRole", "", "calico-kube-controllers");

        // When
        ClusterFacts facts = inspected(1);

        // Then
        assertThat(sentences(facts, ChangeEffect.WARNS))
                .anyMatch(text -> text.startsWith("ClusterRole calico-kube-controllers is not here, and stays away.")
                        && text.contains("kubecontrollersconfigurations"));
    }
}
