package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.event.Datastore;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.adapter.calico.RealEtcd;
import io.calicofleet.simulator.SimulatedCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same with the resources in an etcd of Debian, which the executor was given: locked, read, read again, unlocked there. The simulated
 * nodes have one of their own, that nobody locks.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MoveOffRealEtcdIT extends MoveOffEtcd {

    private static final String INFORMATION = ROOT + "clusterinformations/default";

    @TempDir
    private Path folder;

    @Test
    void from_an_etcd_process_everything_is_moved_also_what_is_written_while_the_nodes_roll() throws IOException {
        SimulatedCluster cluster = install("c01");
        try (RealEtcd real = filled(cluster)) {
            assertThat(facts(cluster).install().blockers()).isEmpty();
            succeed(cluster, StepKind.BACKUP);
            // When
            assertThat(fleet.executor(
                                    "moves",
                                    cluster,
                                    api -> new Meanwhile(
                                            api,
                                            () -> real.put(
                                                    ROOT + "globalnetworksets/late",
                                                    resource(
                                                            "GlobalNetworkSet",
                                                            "late",
                                                            "{\"nets\":[\"10.7.0.0/16\"]}"))))
                            .run(request(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.TAKE_NEW)))
                    .isInstanceOf(StepSucceeded.class);
            // Then
            assertThat(spec(cluster, "GlobalNetworkSet", "", "late")
                            .at("/nets/0")
                            .asText())
                    .isEqualTo("10.7.0.0/16");
            assertThat(spec(cluster, "IPAMBlock", "", "192-168-0-0-26")
                            .path("cidr")
                            .asText())
                    .isEqualTo("192.168.0.0/26");
            assertThat(real.entries(INFORMATION).get(INFORMATION)).contains("\"datastoreReady\":false");
            assertThat(facts(cluster).datastore()).isEqualTo(Datastore.KUBERNETES);
            assertThat(facts(cluster).datastoreReady()).isTrue();
        }
    }

    @Test
    void killed_while_the_nodes_roll_and_taken_back_the_etcd_process_holds_what_it_held() throws IOException {
        SimulatedCluster cluster = install("c01");
        try (RealEtcd real = filled(cluster)) {
            SortedMap<String, String> before = real.entries("/calico/");
            Map<String, String> manifests = state(cluster, MANIFESTS);
            succeed(cluster, StepKind.BACKUP);
            // When
            try {
                assertThat(fleet.executor(
                                        "dies",
                                        cluster,
                                        api -> new Killer(
                                                api,
                                                false,
                                                object -> !object.path("kind")
                                                        .asText()
                                                        .equals("DaemonSet")))
                                .run(request(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.TAKE_NEW)))
                        .as("it should have died")
                        .isNull();
            } catch (Killer.Killed expected) {
                assertThat(real.entries(INFORMATION).get(INFORMATION)).contains("\"datastoreReady\":false");
            }
            assertThat(cluster.list(STORED, "IPAMBlock", "")).hasSize(1);
            assertThat(run(cluster, StepKind.RESTORE, OnConflict.HOLD)).isInstanceOf(StepSucceeded.class);
            // Then
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(state(cluster, MANIFESTS)).isEqualTo(manifests));
            assertThat(comparable(real.entries("/calico/"))).isEqualTo(comparable(before));
            for (String kind : RESOURCES) {
                assertThat(cluster.list(STORED, kind, "")).as(kind).isEmpty();
            }
        }
    }

    private static Map<String, ?> comparable(SortedMap<String, String> entries) {
        Map<String, Object> trees = new TreeMap<>();
        entries.forEach((key, value) -> trees.put(key, json(value)));
        return trees;
    }

    private RealEtcd filled(SimulatedCluster cluster) throws IOException {
        RealEtcd real = RealEtcd.start(folder, true);
        await().atMost(LONG).ignoreExceptions().until(() -> {
            real.put("/ready", "");
            return true;
        });
        etcd(cluster).entries("/calico/").forEach(real::put);
        fleet.useEtcd(real.access());
        return real;
    }
}
