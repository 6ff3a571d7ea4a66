package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.simulator.SimulatedCluster;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What others do while Calico's resources go from etcd to Kubernetes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MoveUnderLockIT extends MoveOffEtcd {

    private static final String INFORMATION = ROOT + "clusterinformations/default";

    /** Does something once, before the first write of a kind. */
    private static UnaryOperator<ClusterApi> before(String kind, Runnable act) {
        AtomicBoolean done = new AtomicBoolean();
        return api -> new ForwardingCluster(api) {
            @Override
            protected <T> T write(ObjectNode object, Supplier<T> call) {
                if (object.path("kind").asText().equals(kind) && done.compareAndSet(false, true)) {
                    act.run();
                }
                return call.get();
            }
        };
    }

    private StepProgress move(SimulatedCluster cluster, UnaryOperator<ClusterApi> around) {
        return fleet.executor(cluster.id() + "-move-" + cluster.audit().size(), cluster, around)
                .run(request(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.TAKE_NEW));
    }

    private void dies(SimulatedCluster cluster, String kind) {
        try {
            StepProgress unexpected = move(
                    cluster,
                    api -> new Killer(
                            api, false, object -> !object.path("kind").asText().equals(kind)));
            assertThat(unexpected).as("it should have died at " + kind).isNull();
        } catch (Killer.Killed expected) {
            assertThat(expected).hasMessageStartingWith(kind);
        }
    }

    private static void unlock(SimulatedCluster cluster, boolean ready) {
        etcd(cluster)
                .change(
                        INFORMATION,
                        value -> value.replace("\"datastoreReady\":" + !ready, "\"datastoreReady\":" + ready));
    }

    @Test
    void who_locks_etcd_after_it_was_looked_at_keeps_it() {
        // Given
        SimulatedCluster cluster = install("c01");
        succeed(cluster, StepKind.BACKUP);
        // When
        StepProgress refused = move(cluster, before("CustomResourceDefinition", () -> unlock(cluster, false)));
        // Then
        assertThat(refused)
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.message())
                                .contains("etcd is locked", "not by calico-fleet")
                                .doesNotContain("restore"));
        assertThat(etcd(cluster).get(INFORMATION))
                .contains("\"datastoreReady\":false")
                .doesNotContain("calico-fleet");
        assertThat(cluster.list(STORED, "ClusterInformation", "")).isEmpty();
    }

    @Test
    void what_goes_away_in_etcd_or_in_the_cluster_meanwhile_goes_away_in_kubernetes_as_well() {
        // Given
        SimulatedCluster cluster = install("c01");
        cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: team}}");
        etcd(cluster).put(ROOT + "networkpolicies/team/default.own", """
                {"kind":"NetworkPolicy","apiVersion":"projectcalico.org/v3","metadata":{"name":"default.own",\
                "namespace":"team","uid":"u9"},"spec":{"selector":"all()","types":["Ingress"]}}""");
        succeed(cluster, StepKind.BACKUP);
        dies(cluster, "Node");
        assertThat(cluster.list(STORED, "NetworkPolicy", "")).hasSize(2);
        // When
        etcd(cluster).delete(ROOT + "bgppeers/rack");
        cluster.delete("v1", "Namespace", "", "team");
        cluster.delete("v1", "Node", "", "c01-node-3");
        StepProgress done = move(cluster, api -> api);
        // Then
        assertThat(done).isInstanceOf(StepSucceeded.class);
        assertThat(cluster.list(STORED, "BGPPeer", "")).isEmpty();
        assertThat(cluster.list(STORED, "NetworkPolicy", "")).hasSize(1);
    }

    @Test
    void what_fails_under_the_lock_says_that_new_pods_wait_and_how_that_ends() {
        // Given
        SimulatedCluster cluster = install("c01");
        succeed(cluster, StepKind.BACKUP);
        // When
        StepProgress refused = move(cluster, before("IPAMBlock", () -> {
            throw new ClusterException(Problem.INVALID, "it is Monday", null);
        }));
        // Then
        assertThat(refused)
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.message())
                                .startsWith("it is Monday. ")
                                .contains("new pods wait", "calico-fleet restore --cluster c01"));
    }

    @Test
    void a_restore_takes_all_of_it_back_where_a_person_has_unlocked_etcd_before() {
        // Given
        SimulatedCluster cluster = install("c01");
        succeed(cluster, StepKind.BACKUP);
        dies(cluster, "Node");
        unlock(cluster, true);
        // When
        StepProgress back = run(cluster, StepKind.RESTORE, OnConflict.HOLD);
        // Then
        assertThat(back).isInstanceOf(StepSucceeded.class);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(etcd(cluster).get(INFORMATION))
                        .contains("\"datastoreReady\":true")
                        .doesNotContain("calico-fleet"));
        for (String kind : RESOURCES) {
            assertThat(cluster.list(STORED, kind, "")).as(kind).isEmpty();
        }
    }
}
