package io.calicofleet.executor.engine;

import static io.calicofleet.executor.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.step.Steps;
import io.calicofleet.simulator.SimulatedCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
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

    @Test
    void what_people_changed_by_hand_is_planned_as_helm_treats_it() {
        // Given
        SimulatedCluster cluster = installed("drifted", VALUES);
        ObjectNode container = (ObjectNode) cluster.get("apps/v1", "Deployment", "tigera-operator", "tigera-operator")
                .at("/spec/template/spec/containers/0")
                .deepCopy();
        container.put("imagePullPolicy", "Always");
        container.putObject("resources").putObject("limits").put("memory", "1Gi");
        ArrayNode env = (ArrayNode) container.path("env");
        env.insertObject(0).put("name", "MINE").put("value", "1");
        ((ObjectNode) env.get(env.size() - 1)).put("value", "other");
        cluster.patch("apps/v1", "Deployment", "tigera-operator", "tigera-operator", """
                {"metadata": {"annotations": {"example.com/owner": "network"}},
                 "spec": {"replicas": 2, "revisionHistoryLimit": 4, "template": {"spec": {
                   "nodeSelector": {"example.com/pool": "system"}, "containers": [%s]}}}}""".formatted(container));
        cluster.patch("operator.tigera.io/v1", "Installation", "", "default", """
                {"spec": {"calicoNetwork": {"mtu": 1400, "bgp": "Disabled"}}}""");
        awaitSettled(cluster);
        // When
        PlanMade plan = PlanIT.assertPlannedIsDone(
                fleet,
                cluster,
                StepParameters.ofUpgrade(InstallMethod.HELM, V3_20, V3_22, OnConflict.TAKE_NEW),
                StepKind.UPGRADE_HELM_RELEASE);
        // Then
        assertThat(plan.writes())
                .filteredOn(write -> write.object().equals("Deployment tigera-operator/tigera-operator"))
                .flatExtracting(write -> write.fields())
                .extracting(field -> field.path() + ": " + field.before() + " to " + field.after())
                .contains(
                        "spec.replicas: 2 to ",
                        "spec.template.spec.containers[tigera-operator].resources.requests:  to {\"memory\":\"128Mi\"}");
        assertThat(cluster.get("apps/v1", "Deployment", "tigera-operator", "tigera-operator")
                        .at("/spec/template/spec/nodeSelector")
                        .has("example.com/pool"))
                .as("what the chart does not name stays")
                .isTrue();
    }

    @Test
    void a_release_that_others_upgrade_by_helm_is_waited_for() {
        // Given
        SimulatedCluster cluster = installed("others", VALUES);
        StepParameters asked = StepParameters.ofUpgrade(InstallMethod.HELM, V3_20, V3_22, OnConflict.HOLD)
                .withAppliedByOthers(true);
        PlanMade plan =
                PlanIT.plan(fleet, cluster, asked.withPlanned(PlanIT.steps(asked, StepKind.UPGRADE_HELM_RELEASE)));
        assertThat(plan.manifest()).isNotNull().satisfies(values -> {
            assertThat(values.file()).isEqualTo("values.yaml");
            assertThat(values.leftOut()).isEmpty();
        });
        // When
        SimulatedFleet.Running executor =
                fleet.executor("others", cluster, UnaryOperator.identity(), Steps.all(Duration.ofMillis(100)));
        CompletableFuture<StepProgress> step = CompletableFuture.supplyAsync(
                () -> executor.run(PlanIT.request(cluster, StepKind.UPGRADE_HELM_RELEASE, asked)));
        HelmChart chart = chart(V3_22);
        cluster.apply(new String(chart.files().get("crds/crds.yaml"), StandardCharsets.UTF_8));
        fleet.api(cluster)
                .helm()
                .upgrade(new HelmCall("calico", "default", chart, json(VALUES), "v1.21.14", "by others"));
        // Then
        assertThat(step).succeedsWithin(Duration.ofSeconds(60)).isInstanceOf(StepSucceeded.class);
    }

    /** The operator has seen the Installation and says nothing more about it. */
    private static void awaitSettled(SimulatedCluster cluster) {
        String[] seen = {""};
        await().during(Duration.ofSeconds(3)).atMost(Duration.ofMinutes(1)).until(() -> {
            String before = seen[0];
            seen[0] = cluster.get("operator.tigera.io/v1", "Installation", "", "default")
                    .at("/metadata/resourceVersion")
                    .asText();
            return seen[0].equals(before);
        });
    }
}
