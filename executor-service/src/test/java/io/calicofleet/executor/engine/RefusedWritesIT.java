package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others in a cluster refuse, or what its API server has never let be made. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RefusedWritesIT {

    private static final String WEBHOOKS = "admissionregistration.k8s.io/v1";
    private static final String CONFIGURATION = "ValidatingWebhookConfiguration";
    private static final CalicoVersion OLD = CalicoVersion.parse("v3.22.5");
    private static final CalicoVersion NEW = CalicoVersion.parse("v3.28.5");
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory, SimulatedFleet.OWN_RELEASES, SimulatorOptions.quick());
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void a_webhook_of_a_dead_service_is_told_in_its_own_words_and_once_it_is_gone_the_step_goes_on() {
        // Given
        SimulatedCluster cluster = withDeadWebhook();
        SimulatedFleet.Running executor = fleet.executor("a", cluster);
        String before = generation(cluster);
        // When
        CompletableFuture<StepProgress> outcome = CompletableFuture.supplyAsync(() -> executor.run(upgrade(cluster)));
        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(executor.outbox.events())
                        .anySatisfy(event -> assertThat(event)
                                .isInstanceOfSatisfying(
                                        StepProgressed.class,
                                        told -> assertThat(told.waitsFor())
                                                .contains("failed calling webhook \"daemonsets.example.com\""))));
        assertThat(generation(cluster)).isEqualTo(before);
        // When
        cluster.delete(WEBHOOKS, CONFIGURATION, "", "dead");
        // Then
        assertThat(outcome.join()).isInstanceOf(StepSucceeded.class);
        assertThat(generation(cluster)).isNotEqualTo(before);
    }

    @Test
    void a_webhook_that_stays_dead_fails_the_step_before_its_first_write() {
        // Given
        SimulatedCluster cluster = withDeadWebhook();
        String before = generation(cluster);
        int written =
                cluster.list("rbac.authorization.k8s.io/v1", "ClusterRole", "").size();
        // When
        StepProgress outcome = fleet.executor("a", cluster).run(upgrade(cluster));
        // Then
        assertThat(outcome).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.WRITE_REFUSED);
            assertThat(failed.message() + failed.evidence())
                    .contains("failed calling webhook \"daemonsets.example.com\"");
        });
        assertThat(generation(cluster)).isEqualTo(before);
        assertThat(cluster.list("rbac.authorization.k8s.io/v1", "ClusterRole", ""))
                .as("v3.28.5 has one more")
                .hasSize(written);
    }

    @Test
    void a_quota_that_is_used_up_is_no_missing_right_and_once_it_is_larger_the_step_goes_on() {
        // Given: v3.28.5 has one account more
        SimulatedCluster cluster = installed();
        int accounts = cluster.list("v1", "ServiceAccount", "kube-system").size();
        cluster.apply("""
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: few, namespace: kube-system}
                spec: {hard: {count/serviceaccounts: "%d"}}
                """.formatted(accounts));
        SimulatedFleet.Running executor = fleet.executor("a", cluster);
        // When
        CompletableFuture<StepProgress> outcome = CompletableFuture.supplyAsync(() -> executor.run(upgrade(cluster)));
        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(executor.outbox.events())
                        .anySatisfy(event -> assertThat(event)
                                .isInstanceOfSatisfying(
                                        StepProgressed.class,
                                        told -> assertThat(told.waitsFor()).contains("exceeded quota: few")))
                        .noneSatisfy(event -> assertThat(event).isInstanceOf(StepFailed.class)));
        // When
        cluster.delete("v1", "ResourceQuota", "kube-system", "few");
        // Then
        assertThat(outcome.join()).isInstanceOf(StepSucceeded.class);
        assertThat(cluster.list("v1", "ServiceAccount", "kube-system")).hasSize(accounts + 1);
    }

    @Test
    void what_the_api_server_could_never_make_of_the_installed_release_nobody_has_deleted() {
        // Given: policy/v1beta1 of v3.22.5 is not served any more
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named("c01").withKubernetes("v1.34.1"));
        String installed = SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, "calico.yaml");
        Json.yamlDocuments(installed).stream()
                .filter(object -> !Json.text(object, "apiVersion").equals("policy/v1beta1"))
                .forEach(object -> cluster.apply(object.toString()));
        await().atMost(SOON).until(() -> cluster.nodeVersions().size() == 3);
        assertThat(cluster.list("policy/v1", "PodDisruptionBudget", "")).isEmpty();
        // When
        StepProgress outcome = fleet.executor("a", cluster).run(upgrade(cluster));
        // Then
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        assertThat(cluster.get("policy/v1", "PodDisruptionBudget", "kube-system", "calico-kube-controllers"))
                .isNotNull();
    }

    private SimulatedCluster installed() {
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named("c01")
                .withManifest(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, "calico.yaml")));
        await().atMost(SOON).until(() -> cluster.nodeVersions().size() == 3);
        return cluster;
    }

    private SimulatedCluster withDeadWebhook() {
        SimulatedCluster cluster = installed();
        cluster.apply("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: dead}
                webhooks:
                - name: daemonsets.example.com
                  failurePolicy: Fail
                  sideEffects: None
                  admissionReviewVersions: [v1]
                  clientConfig: {service: {name: gone, namespace: default}}
                  rules: [{operations: [CREATE, UPDATE], apiGroups: [apps], apiVersions: [v1], resources: [daemonsets]}]
                """);
        return cluster;
    }

    private static StepRequested upgrade(SimulatedCluster cluster) {
        return new StepRequested(
                new StepId(CampaignName.of("c1"), ClusterId.of(cluster.id()), StepKind.UPGRADE, 1),
                List.of(),
                StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, OLD, NEW, OnConflict.KEEP_MINE),
                "please");
    }

    private static String generation(SimulatedCluster cluster) {
        return cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                .at("/metadata/generation")
                .asText();
    }
}
