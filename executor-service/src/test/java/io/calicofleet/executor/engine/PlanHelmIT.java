package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.simulator.SimulatedCluster;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a plan says that Helm will do is what the real Helm does. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlanHelmIT extends HelmFleet {

    @Test
    void what_is_planned_for_a_helm_release_is_what_is_done_also_where_it_moves() {
        // Given
        SimulatedCluster cluster = installed("planned", VALUES);
        // When
        PlanMade first = PlanIT.assertPlannedIsDone(
                fleet,
                cluster,
                StepParameters.ofUpgrade(InstallMethod.HELM, V3_20, V3_22, OnConflict.HOLD),
                StepKind.UPGRADE_HELM_RELEASE);
        // Then
        assertThat(first.writes())
                .extracting(write -> write.action() + " " + write.object())
                .contains(
                        "create Secret default/sh.helm.release.v1.calico.v2",
                        "update Deployment tigera-operator/tigera-operator");
        assertThat(first.writes().toString()).as("what Helm keeps is hidden").doesNotContain("H4sI");
        // When
        awaitCalico(cluster, V3_22);
        PlanMade second = PlanIT.assertPlannedIsDone(
                fleet,
                cluster,
                StepParameters.ofUpgrade(InstallMethod.HELM, V3_22, V3_28, OnConflict.HOLD),
                StepKind.UPGRADE_HELM_RELEASE);
        // Then
        assertThat(second.writes())
                .extracting(write -> write.action() + " " + write.object())
                .contains(
                        "create Secret tigera-operator/sh.helm.release.v1.calico.v1",
                        "delete Secret default/sh.helm.release.v1.calico.v2");
    }
}
