package io.calicofleet.executor.engine;

import static io.calicofleet.executor.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.FailureReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore brings back of what is Calico's: all that the campaign deleted, nothing that people did. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RestoredHostEndpointsIT {

    private static final String CALICO = "crd.projectcalico.org/v1";
    private static final String ENDPOINT = "HostEndpoint";

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;
    private SimulatedFleet.Running executor;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory);
        cluster = fleet.cluster(ClusterTemplate.named("c01")
                .withManifest(SimulatedFleet.manifest(SimulatedFleet.TARGET, "calico.yaml")));
        for (int node = 1; node <= 3; node++) {
            endpoint("all-" + node, "c01-node-" + node);
        }
        policy("default.prod", "env == 'prod'", "{action: Allow}");
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            assertThat(cluster.get(CALICO, "KubeControllersConfiguration", "", "default"))
                    .isNotNull();
            assertThat(cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                            .at("/status/numberReady")
                            .asInt())
                    .isEqualTo(3);
            assertThat(cluster.get("apps/v1", "Deployment", "kube-system", "calico-kube-controllers")
                            .at("/status/readyReplicas")
                            .asInt())
                    .isEqualTo(1);
        });
        executor = fleet.executor("run1", cluster);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void the_old_ones_are_there_before_automatic_ones_are_turned_off() {
        succeed(StepKind.BACKUP);
        succeed(StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS);
        succeed(StepKind.RESTORE);

        assertThat(names()).containsExactly("all-1", "all-2", "all-3");
        List<String> writes = cluster.audit().stream()
                .filter(entry -> entry.succeeded() && !entry.dryRun())
                .map(entry -> entry.verb() + " " + entry.resource().split("\\.", 2)[0] + " " + entry.name())
                .filter(write -> write.contains("hostendpoints") || write.contains("kubecontrollersconfigurations"))
                .toList();
        int off = lastIndex(writes, "kubecontrollersconfigurations default");
        for (String name : List.of("all-1", "all-2", "all-3")) {
            assertThat(lastIndex(writes, "hostendpoints " + name))
                    .as(writes.toString())
                    .isBetween(0, off - 1);
        }
        assertThat(writes.subList(off + 1, writes.size())).allMatch(write -> write.startsWith("delete "));
    }

    @Test
    void one_that_people_made_after_the_backup_comes_back_and_one_they_deleted_does_not() {
        succeed(StepKind.BACKUP);
        cluster.delete(CALICO, ENDPOINT, "", "all-3");
        endpoint("late", "c01-node-3");
        succeed(StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS);
        assertThat(names()).containsExactly("c01-node-1-auto-hep", "c01-node-2-auto-hep", "c01-node-3-auto-hep");

        StepProgress restored = succeed(StepKind.RESTORE);

        assertThat(names()).containsExactly("all-1", "all-2", "late");
        assertThat(((StepSucceeded) restored).notes())
                .contains(
                        "HostEndpoint all-3 was there before the upgrade and is not now; the campaign did not delete it,"
                                + " so the restore does not bring it back");
    }

    @Test
    void where_people_had_automatic_ones_made_before_they_stay_beside_the_old_ones() {
        cluster.patch(CALICO, "KubeControllersConfiguration", "", "default", """
                {"spec":{"controllers":{"node":{"hostEndpoint":{"autoCreate":"Enabled"}}}}}""");
        await().untilAsserted(() -> assertThat(names()).hasSize(6));
        succeed(StepKind.BACKUP);
        succeed(StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS);

        succeed(StepKind.RESTORE);

        assertThat(names())
                .containsExactly(
                        "all-1", "all-2", "all-3", "c01-node-1-auto-hep", "c01-node-2-auto-hep", "c01-node-3-auto-hep");
    }

    @Test
    void a_policy_that_would_lock_somebody_out_with_the_old_ones_stops_it_and_goes_on_once_it_is_gone() {
        succeed(StepKind.BACKUP);
        succeed(StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS);
        policy(
                "default.strict",
                "env == 'prod' && !has(projectcalico.org/created-by)",
                "{action: Deny, protocol: TCP, destination: {ports: [10250]}}");

        assertThat(executor.run(request(StepKind.RESTORE, 1))).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.WOULD_LOCK_OUT);
            assertThat(failed.evidence())
                    .anyMatch(line ->
                            line.contains("kubelet tcp/10250 on c01-node-1") && line.contains("HostEndpoint all-1"));
        });
        assertThat(names()).containsExactly("c01-node-1-auto-hep", "c01-node-2-auto-hep", "c01-node-3-auto-hep");

        cluster.delete(CALICO, "GlobalNetworkPolicy", "", "default.strict");
        assertThat(executor.run(request(StepKind.RESTORE, 2))).isInstanceOf(StepSucceeded.class);
        assertThat(names()).containsExactly("all-1", "all-2", "all-3");
    }

    @Test
    void a_temporary_policy_of_an_earlier_campaign_comes_back_if_it_was_released_and_not_if_people_deleted_it() {
        policy("default.allow-all-upgrade", "has(host-endpoint-upgrade)", "{action: Allow}");
        succeed(StepKind.BACKUP);
        cluster.delete(CALICO, "GlobalNetworkPolicy", "", "default.allow-all-upgrade");
        assertThat(((StepSucceeded) succeed(StepKind.RESTORE)).notes())
                .anyMatch(
                        note -> note.startsWith("GlobalNetworkPolicy allow-all-upgrade was there before the upgrade"));
        assertThat(cluster.get(CALICO, "GlobalNetworkPolicy", "", "default.allow-all-upgrade"))
                .isNull();

        policy("default.allow-all-upgrade", "has(host-endpoint-upgrade)", "{action: Allow}");
        succeed(StepKind.RELEASE_HOST_ENDPOINTS);
        assertThat(cluster.get(CALICO, "GlobalNetworkPolicy", "", "default.allow-all-upgrade"))
                .isNull();
        assertThat(executor.run(request(StepKind.RESTORE, 2))).isInstanceOf(StepSucceeded.class);
        assertThat(cluster.get(CALICO, "GlobalNetworkPolicy", "", "default.allow-all-upgrade"))
                .isNotNull();
    }

    private StepProgress succeed(StepKind step) {
        StepProgress outcome = executor.run(request(step, 1));
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        return outcome;
    }

    private StepRequested request(StepKind step, int ordinal) {
        StepParameters parameters = step == StepKind.RESTORE
                ? StepParameters.NONE
                : StepParameters.ofUpgrade(
                        InstallMethod.MANIFEST_KDD, SimulatedFleet.TARGET, SimulatedFleet.TARGET, null);
        return new StepRequested(executor.id(step, ordinal), List.of(), parameters, "please");
    }

    private void endpoint(String name, String node) {
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: HostEndpoint
                metadata: {name: %s, labels: {env: prod}}
                spec: {node: %s, interfaceName: "*"}
                """.formatted(name, node));
    }

    private void policy(String name, String selector, String rule) {
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: %s}
                spec:
                  order: %s
                  selector: "%s"
                  types: [Ingress, Egress]
                  ingress: [%s]
                  egress: [{action: Allow}]
                """.formatted(name, name.equals("default.strict") ? 1 : 100, selector, rule));
    }

    private List<String> names() {
        return new TreeSet<>(cluster.list(CALICO, ENDPOINT, "").stream()
                        .map(endpoint -> endpoint.at("/metadata/name").asText())
                        .toList())
                .stream().toList();
    }

    private static int lastIndex(List<String> writes, String what) {
        int found = -1;
        for (int i = 0; i < writes.size(); i++) {
            if (writes.get(i).endsWith(what)) {
                found = i;
            }
        }
        return found;
    }
}
