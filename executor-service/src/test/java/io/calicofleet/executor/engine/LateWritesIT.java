package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.SimulatedCluster;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written to etcd while the nodes roll, after it was compared: carried over, asked about, killed in between, taken back. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LateWritesIT extends MoveOffEtcd {

    private static final String BLOCK = IPAM + "assignment/ipv4/block/192.168.0.0-26";

    @Test
    void what_etcd_gets_while_the_nodes_roll_is_carried_over_and_what_kubernetes_gets_stays() {
        // Given
        SimulatedCluster cluster = install("c01");
        succeed(cluster, StepKind.BACKUP);
        // When
        StepProgress done = runAnd(cluster, OnConflict.TAKE_NEW, () -> writeToBoth(cluster));
        // Then
        assertThat(done)
                .isInstanceOfSatisfying(
                        StepSucceeded.class,
                        succeeded -> assertThat(succeeded.notes())
                                .anyMatch(note -> note.startsWith("written to etcd after the comparison")
                                        && note.contains("GlobalNetworkSet late")
                                        && note.contains("BGPPeer rack")
                                        && note.contains("IPAMHandle k8s-pod-network.old")));
        assertCarried(cluster);
        assertThat(facts(cluster).datastoreReady()).isTrue();
    }

    @Test
    void killed_around_each_write_after_the_nodes_are_written_nothing_is_lost() {
        // Given
        SimulatedCluster cluster = install("c01");
        succeed(cluster, StepKind.BACKUP);
        boolean[] written = {false};
        // When
        int kills = Killer.untilDone(
                60,
                (count, at) -> fleet.executor(
                                "k" + count, cluster, api -> new Killer(api, at, object -> !usesKubernetes(cluster)))
                        .run(request(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.TAKE_NEW)),
                () -> {
                    if (!written[0] && usesKubernetes(cluster)) {
                        written[0] = true;
                        writeToBoth(cluster);
                    }
                });
        // Then
        assertThat(kills).isGreaterThan(5);
        assertCarried(cluster);
        assertThat(facts(cluster).datastoreReady()).isTrue();
    }

    /** An address, a deletion, a creation and a change in etcd; an address and a change in Kubernetes. */
    private static void writeToBoth(SimulatedCluster cluster) {
        addToEtcd(cluster, 1, "OLD");
        etcd(cluster).delete(ROOT + "bgppeers/rack");
        etcd(cluster)
                .put(
                        ROOT + "globalnetworksets/late",
                        resource("GlobalNetworkSet", "late", "{\"nets\":[\"10.7.0.0/16\"]}"));
        etcd(cluster)
                .change(
                        ROOT + "globalnetworkpolicies/default.hosts",
                        value -> value.replace("Egress\"]", "Egress\"],\"order\":7"));
        addToKubernetes(cluster, 2, "NEW");
        cluster.patch(STORED, "HostEndpoint", "", "all", "{\"spec\":{\"expectedIPs\":[\"10.0.0.9\"]}}");
    }

    private static void assertCarried(SimulatedCluster cluster) {
        JsonNode block = spec(cluster, "IPAMBlock", "", "192-168-0-0-26");
        assertThat(owner(block, 0)).isEqualTo("k8s-pod-network.AB");
        assertThat(owner(block, 1)).isEqualTo("k8s-pod-network.OLD");
        assertThat(owner(block, 2)).isEqualTo("k8s-pod-network.NEW");
        assertThat(block.path("unallocated")).isEmpty();
        assertThat(spec(cluster, "IPAMHandle", "", "k8s-pod-network.old").path("block"))
                .isEqualTo(json("{\"192.168.0.0/26\":1}"));
        assertThat(spec(cluster, "GlobalNetworkSet", "", "late").at("/nets/0").asText())
                .isEqualTo("10.7.0.0/16");
        assertThat(cluster.get(STORED, "BGPPeer", "", "rack")).isNull();
        assertThat(spec(cluster, "GlobalNetworkPolicy", "", "default.hosts")
                        .path("order")
                        .asInt())
                .isEqualTo(7);
        assertThat(spec(cluster, "HostEndpoint", "", "all").at("/expectedIPs/0").asText())
                .isEqualTo("10.0.0.9");
    }

    @ParameterizedTest
    @EnumSource(
            value = OnConflict.class,
            names = {"KEEP_MINE", "TAKE_NEW"})
    void one_address_given_away_twice_is_asked_whatever_was_decided_before(OnConflict answer) {
        // Given
        SimulatedCluster cluster = install("c01");
        succeed(cluster, StepKind.BACKUP);
        // When
        StepProgress held = runAnd(cluster, OnConflict.TAKE_NEW, () -> {
            addToEtcd(cluster, 1, "OLD");
            addToKubernetes(cluster, 1, "NEW");
        });
        // Then
        assertThat(held).isInstanceOfSatisfying(StepHeld.class, asked -> {
            assertThat(asked.conflicts()).extracting(FieldConflict::path).containsExactly("192.168.0.1");
            FieldConflict conflict = asked.conflicts().getFirst();
            assertThat(conflict.object()).isEqualTo("IPAMBlock 192-168-0-0-26");
            assertThat(conflict.mine()).contains("k8s-pod-network.NEW");
            assertThat(conflict.target()).contains("k8s-pod-network.OLD");
            assertThat(conflict.why())
                    .contains("In etcd 192.168.0.1 is of the handle k8s-pod-network.OLD (pod default/old)")
                    .contains("in Kubernetes it is of the handle k8s-pod-network.NEW");
            assertThat(asked.details())
                    .anyMatch(line -> line.contains("The datastore is locked since 20") && line.contains("restore"));
        });
        assertThat(datastoreReady(cluster)).isFalse();
        assertThat(cluster.get(STORED, "IPAMHandle", "", "k8s-pod-network.old")).isNull();
        // When a person has decided
        attempt++;
        assertThat(run(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, answer))
                .isInstanceOf(StepSucceeded.class);
        // Then
        String winner = answer == OnConflict.KEEP_MINE ? "NEW" : "OLD";
        String loser = answer == OnConflict.KEEP_MINE ? "old" : "new";
        assertThat(owner(spec(cluster, "IPAMBlock", "", "192-168-0-0-26"), 1)).isEqualTo("k8s-pod-network." + winner);
        assertThat(cluster.get(STORED, "IPAMHandle", "", "k8s-pod-network." + loser))
                .isNull();
        assertThat(datastoreReady(cluster)).isTrue();
    }

    @Test
    void held_with_a_question_it_is_taken_back_and_etcd_has_all_that_was_written_to_it() {
        // Given
        SimulatedCluster cluster = install("c01");
        Map<String, String> manifests = state(cluster, MANIFESTS);
        succeed(cluster, StepKind.BACKUP);
        assertThat(runAnd(cluster, OnConflict.TAKE_NEW, () -> {
                    addToEtcd(cluster, 1, "OLD");
                    addToKubernetes(cluster, 1, "NEW");
                }))
                .isInstanceOf(StepHeld.class);
        // When
        assertThat(run(cluster, StepKind.RESTORE, OnConflict.HOLD)).isInstanceOf(StepSucceeded.class);
        // Then
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(state(cluster, MANIFESTS)).isEqualTo(manifests));
        assertThat(etcd(cluster).get(BLOCK)).contains("k8s-pod-network.OLD");
        assertThat(etcd(cluster).get(ROOT + "clusterinformations/default")).contains("\"datastoreReady\":true");
        for (String kind : RESOURCES) {
            assertThat(cluster.list(STORED, kind, "")).as(kind).isEmpty();
        }
        // When it begins anew, it is compared with what etcd holds now
        attempt++;
        assertThat(run(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.TAKE_NEW))
                .isInstanceOf(StepSucceeded.class);
        assertThat(owner(spec(cluster, "IPAMBlock", "", "192-168-0-0-26"), 1)).isEqualTo("k8s-pod-network.OLD");
        assertThat(facts(cluster).datastore()).isEqualTo(Datastore.KUBERNETES);
    }

    @Test
    void an_etcd_that_somebody_unlocked_is_locked_again_and_what_cannot_be_carried_says_what_is_so() {
        // Given
        SimulatedCluster cluster = install("c01");
        succeed(cluster, StepKind.BACKUP);
        // When
        StepProgress failed = runAnd(cluster, OnConflict.TAKE_NEW, () -> {
            etcd(cluster)
                    .change(
                            ROOT + "clusterinformations/default",
                            value -> value.replace("\"datastoreReady\":false", "\"datastoreReady\":true"));
            etcd(cluster).put(ROOT + "ippools/nothing", "null");
        });
        // Then
        assertThat(failed)
                .isInstanceOfSatisfying(
                        StepFailed.class,
                        said -> assertThat(said.message())
                                .contains("written to etcd since it was compared", "ippools/nothing")
                                .contains("The datastore is locked since 20", "new pods wait", "restore --cluster c01")
                                .doesNotContainIgnoringCase("nothing was written"));
        assertThat(etcd(cluster).get(ROOT + "clusterinformations/default")).contains("\"datastoreReady\":false");
        // When
        etcd(cluster).delete(ROOT + "ippools/nothing");
        attempt++;
        assertThat(run(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, OnConflict.TAKE_NEW))
                .isInstanceOf(StepSucceeded.class);
    }

    /** Runs the move, and once calico-node is told to use Kubernetes something else, before anything else is written. */
    private StepProgress runAnd(SimulatedCluster cluster, OnConflict rule, Runnable meanwhile) {
        return fleet.executor("late-" + attempt, cluster, api -> new Meanwhile(api, meanwhile))
                .run(request(cluster, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE, rule));
    }

    private static boolean usesKubernetes(SimulatedCluster cluster) {
        return requireNonNull(cluster.get("apps/v1", "DaemonSet", NAMESPACE, "calico-node"))
                .toString()
                .contains("DATASTORE_TYPE");
    }

    private static boolean datastoreReady(SimulatedCluster cluster) {
        return spec(cluster, "ClusterInformation", "", "default")
                .path("datastoreReady")
                .asBoolean();
    }

    private static String owner(JsonNode block, int place) {
        return block.at("/attributes/" + block.at("/allocations/" + place).asInt() + "/handle_id")
                .asText();
    }

    /** A CNI ADD that was under way when etcd was locked. */
    private static void addToEtcd(SimulatedCluster cluster, int place, String pod) {
        etcd(cluster).change(BLOCK, value -> {
            ObjectNode block = (ObjectNode) json(value);
            allocate(block, place, pod);
            return block.toString();
        });
        etcd(cluster).put(IPAM + "handle/k8s-pod-network." + pod, "{\"block\":{\"192.168.0.0/26\":1}}");
    }

    private static void addToKubernetes(SimulatedCluster cluster, int place, String pod) {
        ObjectNode block = (ObjectNode) requireNonNull(cluster.get(STORED, "IPAMBlock", "", "192-168-0-0-26"));
        ObjectNode spec = (ObjectNode) block.get("spec");
        allocate(spec, place, pod);
        cluster.patch(STORED, "IPAMBlock", "", "192-168-0-0-26", "{\"spec\":" + spec + "}");
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: IPAMHandle
                metadata: {name: k8s-pod-network.%s}
                spec: {handleID: k8s-pod-network.%s, block: {192.168.0.0/26: 1}, deleted: false}
                """.formatted(pod.toLowerCase(Locale.ROOT), pod));
    }

    private static void allocate(ObjectNode block, int place, String pod) {
        ArrayNode allocations = (ArrayNode) block.get("allocations");
        ArrayNode attributes = (ArrayNode) block.get("attributes");
        ArrayNode unallocated = (ArrayNode) block.get("unallocated");
        allocations.set(place, attributes.size());
        attributes
                .addObject()
                .put("handle_id", "k8s-pod-network." + pod)
                .putObject("secondary")
                .put("namespace", "default")
                .put("pod", pod.toLowerCase(Locale.ROOT));
        for (int i = unallocated.size() - 1; i >= 0; i--) {
            if (unallocated.get(i).asInt() == place) {
                unallocated.remove(i);
            }
        }
        block.put("sequenceNumber", block.path("sequenceNumber").asInt() + 1);
    }
}
