package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.SimulatedCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calico's resources go from etcd to Kubernetes: as a whole, refused, killed in between, taken back. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MigrateToKubernetesDatastoreIT extends MoveOffEtcd {

    @Test
    void from_preflight_to_done_with_all_that_etcd_held_and_what_people_changed() {
        // Given
        SimulatedCluster cluster = install("c01");
        cluster.patch("apps/v1", "DaemonSet", NAMESPACE, "calico-node", """
                {"spec":{"updateStrategy":{"rollingUpdate":{"maxUnavailable":2}}}}""");
        cluster.patch("v1", "ConfigMap", NAMESPACE, "calico-config", "{\"data\":{\"veth_mtu\":\"1400\"}}");
        awaitNodes(cluster);
        // When it is inspected
        ClusterFacts facts = facts(cluster);
        assertThat(facts.install().blockers()).isEmpty();
        assertThat(facts.missingPermissions()).isEmpty();
        succeed(cluster, StepKind.BACKUP);
        // When nobody has said yes
        StepProgress held = run(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.HOLD);
        // Then it is asked, and nothing is locked
        assertThat(((StepHeld) held).conflicts())
                .extracting(FieldConflict::path)
                .containsExactly("new pods", "the way back");
        assertThat(etcd(cluster).get(ROOT + "clusterinformations/default")).contains("\"datastoreReady\":true");
        // When a person has
        attempt++;
        StepProgress done = run(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.TAKE_NEW);
        // Then all of it is in Kubernetes
        assertThat(done)
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        succeeded -> assertThat(succeeded.notes())
                                .anyMatch(note -> note.contains("1 IPAMBlock") && note.contains("3 Node"))
                                .anyMatch(note -> note.contains("1 WorkloadEndpoints")
                                        && note.contains("1 NetworkPolicies of Kubernetes")));
        assertThat(spec(cluster, "HostEndpoint", "", "all").path("node").asText())
                .isEqualTo("c01-node-1");
        assertThat(cluster.get(STORED, "HostEndpoint", "", "all")
                        .at("/metadata/labels/host-endpoint-upgrade")
                        .isTextual())
                .isTrue();
        assertThat(spec(cluster, "GlobalNetworkPolicy", "", "default.hosts")
                        .path("selector")
                        .asText())
                .isEqualTo("has(host-endpoint-upgrade)");
        assertThat(spec(cluster, "NetworkPolicy", "default", "default.own")
                        .path("selector")
                        .asText())
                .isEqualTo("all()");
        assertThat(spec(cluster, "BlockAffinity", "", "c01-node-1-192-168-0-0-26"))
                .isEqualTo(json("""
                        {"state":"confirmed","node":"c01-node-1","cidr":"192.168.0.0/26","deleted":"false"}"""));
        assertThat(spec(cluster, "IPAMHandle", "", "k8s-pod-network.ab")
                        .path("handleID")
                        .asText())
                .isEqualTo("k8s-pod-network.AB");
        assertThat(cluster.list(STORED, "NetworkPolicy", "")).hasSize(1);
        assertThat(cluster.get("v1", "Node", "", "c01-node-1")
                        .at("/metadata/annotations/projectcalico.org~1IPv4Address")
                        .asText())
                .endsWith("/16");
        JsonNode information = cluster.get(STORED, "ClusterInformation", "", "default");
        assertThat(information.at("/spec/datastoreReady").asBoolean()).isTrue();
        assertThat(information.toString()).doesNotContain("calico-fleet.io");
        // And calico-node uses it, as people have it
        JsonNode nodes = cluster.get("apps/v1", "DaemonSet", NAMESPACE, "calico-node");
        assertThat(nodes.toString())
                .contains("\"name\":\"DATASTORE_TYPE\",\"value\":\"kubernetes\"", "upgrade-ipam")
                .doesNotContain("ETCD_", "etcd-certs", "CALICO_K8S_NODE_REF");
        assertThat(nodes.at("/spec/updateStrategy/rollingUpdate/maxUnavailable").asInt())
                .isEqualTo(2);
        assertThat(cluster.get("v1", "ConfigMap", NAMESPACE, "calico-config")
                        .at("/data/veth_mtu")
                        .asText())
                .isEqualTo("1400");
        assertThat(cluster.get("apps/v1", "Deployment", NAMESPACE, "calico-kube-controllers")
                        .at("/spec/template/spec")
                        .has("hostNetwork"))
                .isFalse();
        assertThat(etcd(cluster).get(ROOT + "clusterinformations/default")).contains("\"datastoreReady\":false");
        assertThat(cluster.get("v1", "Secret", NAMESPACE, "calico-etcd-secrets"))
                .isNotNull();
        // And it is upgraded as any other on Kubernetes
        ClusterFacts after = facts(cluster);
        assertThat(after.installMethod()).isEqualTo(InstallMethod.MANIFEST_KDD);
        assertThat(after.datastore()).isEqualTo(Datastore.KUBERNETES);
        assertThat(after.datastoreReady()).isTrue();
        assertThat(requireNonNull(after.baseline()).counts())
                .isEqualTo(requireNonNull(facts.baseline()).counts());
        // When it is asked for again, and a restore
        attempt++;
        assertThat(run(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.TAKE_NEW))
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        again -> assertThat(again.changes()).isEmpty());
        assertThat(run(cluster, StepKind.RESTORE, OnConflict.HOLD))
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(FailureReason.ROLLBACK_REFUSED));
    }

    @Test
    void what_cannot_be_moved_is_named_as_a_whole_before_anything_is_written() {
        // Given
        SimulatedCluster cluster = install("c01");
        etcd(cluster).put(ROOT + "profiles/mine", resource("Profile", "mine", "{}"));
        etcd(cluster).put(ROOT + "nodes/gone", resource("Node", "gone", "{}"));
        etcd(cluster).put(ROOT + "ippools/nothing", "null");
        cluster.patch("v1", "Node", "", "c01-node-2", """
                {"metadata":{"annotations":{"projectcalico.org/IPv4Address":"10.9.9.9/24"}}}""");
        int before = SimulatedFleet.writes(cluster);
        // When
        List<String> blockers = facts(cluster).install().blockers();
        StepProgress refused = run(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.TAKE_NEW);
        // Then
        assertThat(blockers)
                .hasSize(4)
                .anyMatch(blocker -> blocker.startsWith("Profile mine is of people"))
                .anyMatch(blocker -> blocker.contains("node gone of Calico") && blocker.contains("orchRef k8s"))
                .anyMatch(blocker -> blocker.contains("ippools/nothing"))
                .anyMatch(blocker -> blocker.contains("10.9.9.9/24"));
        assertThat(((StepFailed) refused).evidence()).isEqualTo(blockers);
        assertThat(SimulatedFleet.writes(cluster)).isEqualTo(before);
    }

    @Test
    void a_lock_of_somebody_else_and_data_of_an_earlier_life_stop_it() {
        // Given
        SimulatedCluster cluster = install("c01");
        cluster.apply(definitions(SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, version, "calico.yaml")));
        await().atMost(LONG).ignoreExceptions().untilAsserted(() -> {
            cluster.apply("""
                            apiVersion: crd.projectcalico.org/v1
                            kind: IPPool
                            metadata: {name: old}
                            spec: {cidr: 10.244.0.0/16}
                            """);
            assertThat(cluster.list(STORED, "IPPool", "")).hasSize(1);
        });
        etcd(cluster)
                .change(
                        ROOT + "clusterinformations/default",
                        value -> value.replace("\"datastoreReady\":true", "\"datastoreReady\":false"));
        // When
        ClusterFacts facts = facts(cluster);
        // Then
        assertThat(facts.datastoreReady()).isFalse();
        assertThat(facts.installSignals()).noneMatch(signal -> signal.contains("unfinished move"));
        assertThat(facts.install().blockers())
                .hasSize(2)
                .anyMatch(blocker -> blocker.contains("etcd is locked") && blocker.contains("not by calico-fleet"))
                .anyMatch(blocker -> blocker.contains("1 objects of the kind IPPool") && blocker.contains("(old)"));
    }

    @Test
    void labels_of_nodes_that_kubernetes_has_otherwise_are_asked_with_the_peer_that_selects_by_them() {
        // Given
        SimulatedCluster cluster = install("c01");
        String configuration = ROOT + "kubecontrollersconfigurations/default";
        String synced = "\"syncLabels\":\"Enabled\"";
        etcd(cluster).change(configuration, value -> value.replaceFirst(synced, "\"syncLabels\":\"Disabled\""));
        // A round that began before would still bring the label to etcd.
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(etcd(cluster).get(configuration))
                        .contains("runningConfig")
                        .doesNotContain(synced));
        etcd(cluster)
                .put(
                        ROOT + "bgppeers/edge",
                        resource("BGPPeer", "edge", "{\"nodeSelector\":\"has(edge)\",\"peerIP\":\"10.0.0.1\"}"));
        cluster.patch("v1", "Node", "", "c01-node-3", "{\"metadata\":{\"labels\":{\"edge\":\"yes\"}}}");
        succeed(cluster, StepKind.BACKUP);
        // When
        StepProgress held = run(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.HOLD);
        // Then
        assertThat(((StepHeld) held).conflicts())
                .filteredOn(conflict -> conflict.object().equals("BGPPeer edge"))
                .singleElement()
                .satisfies(conflict -> assertThat(conflict.why())
                        .contains("c01-node-3 has no label edge in etcd and edge=yes in Kubernetes"));
        assertThat(etcd(cluster).get(ROOT + "clusterinformations/default")).contains("\"datastoreReady\":true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v3.22.5", "v3.28.5"})
    void killed_around_each_write_it_ends_as_without(String release) {
        // Given
        version = CalicoVersion.parse(release);
        SimulatedCluster calm = install("calm");
        SimulatedCluster killed = install("kill");
        succeed(calm, StepKind.BACKUP);
        succeed(killed, StepKind.BACKUP);
        // When
        assertThat(run(calm, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.TAKE_NEW))
                .isInstanceOf(StepSucceeded.class);
        int kills = Killer.untilDone(
                300,
                (count, at) -> fleet.killedOnEtcd("k" + count, killed, at)
                        .run(request(killed, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.TAKE_NEW)),
                () -> {});
        // Then
        assertThat(kills).isGreaterThan(20);
        assertThat(facts(killed).datastoreReady()).isTrue();
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(moved(killed).toString().replace("kill", "calm"))
                        .isEqualTo(moved(calm).toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CustomResourceDefinition",
                "ClusterInformation",
                "HostEndpoint",
                "IPAMBlock",
                "Node",
                "ConfigMap calico-config",
                "DaemonSet",
                "Deployment"
            })
    void taken_back_anywhere_before_the_unlock_etcd_is_used_as_before_and_it_can_begin_anew(String point)
            throws IOException {
        // Given
        SimulatedCluster cluster = install("c01");
        for (String rights : List.of("", "-to-kubernetes-datastore")) {
            cluster.apply(Files.readString(Path.of("../deploy/kubernetes/executor-permissions" + rights + ".yaml")));
        }
        fleet.actAs(cluster, cluster.account(NAMESPACE, "calico-fleet-executor"));
        Map<String, String> manifests = state(cluster, MANIFESTS);
        Map<String, JsonNode> inEtcd = inEtcd(cluster);
        succeed(cluster, StepKind.BACKUP);
        // When it dies there
        Predicate<ObjectNode> others = object -> !(object.path("kind").asText() + " "
                        + object.at("/metadata/name").asText())
                .startsWith(point);
        try {
            StepProgress unexpected = fleet.executor("dies", cluster, api -> new Killer(api, false, others))
                    .run(request(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.TAKE_NEW));
            assertThat(unexpected).as("it should have died at " + point).isNull();
        } catch (Killer.Killed expected) {
            assertThat(expected).hasMessageStartingWith(point);
        }
        // And is taken back
        StepProgress back = run(cluster, StepKind.RESTORE, OnConflict.HOLD);
        // Then
        assertThat(back).isInstanceOf(StepSucceeded.class);
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(state(cluster, MANIFESTS)).isEqualTo(manifests);
            assertThat(inEtcd(cluster)).isEqualTo(inEtcd);
        });
        for (String kind : RESOURCES) {
            assertThat(cluster.list(STORED, kind, "")).as(kind).isEmpty();
        }
        assertThat(cluster.list("v1", "Node", ""))
                .noneMatch(node -> node.at("/metadata/annotations").toString().contains("projectcalico.org"));
        // When it is tried again
        attempt++;
        assertThat(run(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.TAKE_NEW))
                .isInstanceOf(StepSucceeded.class);
        assertThat(facts(cluster).datastore()).isEqualTo(Datastore.KUBERNETES);
    }

    @Test
    void a_plan_shows_all_that_is_written_and_writes_nothing() {
        // Given
        SimulatedCluster cluster = install("c01");
        StepParameters asked = request(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.TAKE_NEW)
                .parameters();
        int before = SimulatedFleet.writes(cluster);
        // When
        PlanMade plan = PlanIT.plan(
                fleet,
                cluster,
                asked.withPlanned(PlanIT.steps(asked, StepKind.BACKUP, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE)));
        // Then
        assertThat(plan.writes())
                .extracting(write -> write.action() + " " + write.object())
                .contains(
                        "create IPAMBlock 192-168-0-0-26",
                        "create HostEndpoint all",
                        "update DaemonSet kube-system/calico-node",
                        "update Node c01-node-1");
        assertThat(SimulatedFleet.writes(cluster)).isEqualTo(before);
    }
}
