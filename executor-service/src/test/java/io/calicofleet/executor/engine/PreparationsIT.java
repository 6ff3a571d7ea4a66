package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the upgrade must not begin without, and what it must not begin with. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PreparationsIT {

    private static final CalicoVersion OLD = CalicoVersion.parse("v3.13.4");
    private static final CalicoVersion MIDDLE = CalicoVersion.parse("v3.22.5");
    private static final CalicoVersion NEW = CalicoVersion.parse("v3.28.5");

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
    void a_job_that_still_runs_is_not_deleted_and_a_finished_one_only_where_its_template_changes() {
        // Given
        SimulatedCluster cluster = cluster("canal-etcd.yaml");
        List.of(1, 2, 3).forEach(node -> cluster.faults().neverReady("c01-node-" + node, "coreos/etcd:"));
        cluster.apply(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, "canal-etcd.yaml"));
        // When
        StepProgress running = run(cluster, StepKind.PREPARE, InstallMethod.MANIFEST_CANAL_ETCD, OLD, NEW, 1);
        // Then
        assertThat(running).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.UNEXPECTED_STATE);
            assertThat(failed.message()).contains("Job kube-system/configure-canal has not finished");
        });
        assertThat(jobs(cluster)).isEqualTo(1);
        // When
        cluster.faults().clear();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> cluster.get("batch/v1", "Job", "kube-system", "configure-canal")
                                .at("/status/succeeded")
                                .asInt()
                        == 1);
        StepProgress same = run(cluster, StepKind.PREPARE, InstallMethod.MANIFEST_CANAL_ETCD, OLD, MIDDLE, 2);
        // Then
        assertThat(succeeded(same).changes()).isEmpty();
        assertThat(jobs(cluster)).isEqualTo(1);
        // When
        StepProgress changed = run(cluster, StepKind.PREPARE, InstallMethod.MANIFEST_CANAL_ETCD, OLD, NEW, 3);
        StepProgress again = run(cluster, StepKind.PREPARE, InstallMethod.MANIFEST_CANAL_ETCD, OLD, NEW, 4);
        // Then
        assertThat(succeeded(changed).changes()).containsExactly("Job kube-system/configure-canal deleted");
        assertThat(succeeded(again).changes()).isEmpty();
        assertThat(jobs(cluster)).isZero();
    }

    @Test
    void a_definition_with_objects_in_a_version_the_target_lacks_stops_the_upgrade_before_it_begins() {
        // Given
        SimulatedCluster cluster = cluster("calico.yaml");
        cluster.apply(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, "calico.yaml"));
        // When
        StepProgress fine = run(cluster, StepKind.PREPARE, InstallMethod.MANIFEST_KDD, OLD, MIDDLE, 1);
        StepProgress stuck =
                run(cluster, StepKind.PREPARE, InstallMethod.MANIFEST_KDD, OLD, MIDDLE, 2, StoredInAlpha::new);
        // Then
        assertThat(succeeded(fine).notes())
                .containsExactly(
                        "14 definitions have let unknown fields be; from the upgrade on such fields go when their"
                                + " object is written");
        assertThat(stuck)
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.message())
                                .contains(
                                        "v3.22.5 does not have the version objects may be stored in",
                                        "ippools.crd.projectcalico.org (v1alpha1)"));
    }

    @Test
    void an_upgrade_that_would_take_calico_its_etcd_writes_nothing() {
        // Given: the way to etcd is not in the ConfigMap, so the release's placeholder would stand there
        SimulatedCluster cluster = cluster("calico-etcd.yaml");
        cluster.apply(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, "calico-etcd.yaml"));
        String before = cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                .at("/metadata/generation")
                .asText();
        // When
        StepProgress outcome = run(cluster, StepKind.UPGRADE, InstallMethod.MANIFEST_ETCD, OLD, MIDDLE, 1);
        // Then
        assertThat(outcome).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.UNEXPECTED_STATE);
            assertThat(failed.message()).contains("the endpoints of etcd would be http://<ETCD_IP>:<ETCD_PORT>");
        });
        assertThat(cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                        .at("/metadata/generation")
                        .asText())
                .isEqualTo(before);
        assertThat(cluster.get("policy/v1", "PodDisruptionBudget", "kube-system", "calico-kube-controllers"))
                .isNull();
    }

    @Test
    void a_calicoctl_of_unknown_origin_keeps_its_way_to_etcd() {
        // Given
        SimulatedCluster cluster = cluster("calico-etcd.yaml");
        cluster.apply(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, OLD, "calico-etcd.yaml"));
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: calicoctl, namespace: kube-system}
                spec:
                  hostNetwork: true
                  containers:
                  - name: calicoctl
                    image: reg.example/calico/ctl:v3.12.0
                    command: [/bin/sh, -c, sleep 3600]
                    env:
                      - {name: ETCD_ENDPOINTS, value: "https://10.0.0.7:2379"}
                      - {name: ETCD_CA_CERT_FILE, value: /calico-secrets/etcd-ca}
                    volumeMounts: [{mountPath: /calico-secrets, name: etcd-certs}]
                  volumes: [{name: etcd-certs, secret: {secretName: calico-etcd-secrets}}]
                """);
        cluster.patch(
                "v1",
                "Pod",
                "kube-system",
                "calicoctl",
                "{\"metadata\": {\"annotations\": {\"kubectl.kubernetes.io/last-applied-configuration\": null}}}");
        // When: of v3.12.0 there is no release at hand
        CalicoVersion unknown = CalicoVersion.parse("v3.12.0");
        StepProgress outcome =
                run(cluster, StepKind.REPLACE_CALICOCTL, InstallMethod.MANIFEST_ETCD, unknown, MIDDLE, 1);
        // Then
        assertThat(succeeded(outcome).changes()).containsExactly("Pod kube-system/calicoctl");
        var container = cluster.get("v1", "Pod", "kube-system", "calicoctl").at("/spec/containers/0");
        assertThat(container.path("image").asText()).isEqualTo("reg.example/calico/ctl:v3.22.5");
        assertThat(container.path("command").toString()).isEqualTo("[\"/calicoctl\"]");
        assertThat(container.path("env").toString()).contains("https://10.0.0.7:2379", "/calico-secrets/etcd-ca");
        assertThat(container.path("volumeMounts").toString()).contains("/calico-secrets");
    }

    private SimulatedCluster cluster(String file) {
        return fleet.cluster(ClusterTemplate.named("c01").withLabel("manifest", file));
    }

    private StepProgress run(
            SimulatedCluster cluster,
            StepKind kind,
            InstallMethod method,
            CalicoVersion from,
            CalicoVersion to,
            int ordinal) {
        return run(cluster, kind, method, from, to, ordinal, UnaryOperator.identity());
    }

    private StepProgress run(
            SimulatedCluster cluster,
            StepKind kind,
            InstallMethod method,
            CalicoVersion from,
            CalicoVersion to,
            int ordinal,
            UnaryOperator<ClusterApi> around) {
        return fleet.executor("run1", cluster, around)
                .run(new StepRequested(
                        new StepId(CampaignName.of("c1"), ClusterId.of(cluster.id()), kind, ordinal),
                        List.of(),
                        StepParameters.ofUpgrade(method, from, to, OnConflict.KEEP_MINE),
                        "please"));
    }

    private static int jobs(SimulatedCluster cluster) {
        return cluster.list("batch/v1", "Job", "kube-system").size();
    }

    private static StepSucceeded succeeded(StepProgress outcome) {
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        return (StepSucceeded) outcome;
    }

    /** An API server that has stored pools in an older version once. */
    private static final class StoredInAlpha extends ForwardingCluster {

        StoredInAlpha(ClusterApi cluster) {
            super(cluster);
        }

        @Override
        protected <T> T read(String what, Supplier<T> call) {
            T found = call.get();
            if (what.equals("CustomResourceDefinition ippools.crd.projectcalico.org")
                    && found instanceof Optional<?> object
                    && object.orElse(null) instanceof ObjectNode definition) {
                definition.withArray("/status/storedVersions").add("v1alpha1");
            }
            return found;
        }
    }
}
