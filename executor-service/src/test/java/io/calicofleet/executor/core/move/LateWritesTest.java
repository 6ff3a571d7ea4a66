package io.calicofleet.executor.core.move;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.model.release.ObjectKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LateWritesTest {

    private static final String ADDRESS = "projectcalico.org/IPv4Address";
    private static final String TUNNEL = "projectcalico.org/IPv4VXLANTunnelAddr";
    private static final ObjectNode INFORMATION = information("{clusterGUID: a, clusterType: 'k8s,bgp'}");

    private CalicoVersion version = CalicoVersion.parse("v3.22.5");

    @Test
    void annotations_of_a_node_are_merged_one_by_one() {
        LateWrites late = nodes(
                Map.of(ADDRESS, "10.0.0.1/24"),
                Map.of(ADDRESS, "10.0.0.2/24"),
                Map.of(ADDRESS, "10.0.0.1/24", TUNNEL, "192.168.0.7"));
        assertThat(late.conflicts()).isEmpty();
        ObjectNode node = late.replacements().getFirst();
        assertThat(node.at("/metadata/resourceVersion").asText()).isEqualTo("5");
        assertThat(node.path("metadata").path("annotations"))
                .isEqualTo(Yaml.object("{other: stays, " + ADDRESS + ": 10.0.0.2/24, " + TUNNEL + ": 192.168.0.7}"));
    }

    @Test
    void an_address_of_a_node_that_both_changed_is_asked_with_both() {
        LateWrites late =
                nodes(Map.of(ADDRESS, "10.0.0.1/24"), Map.of(ADDRESS, "10.0.0.2/24"), Map.of(ADDRESS, "10.0.0.3/24"));
        assertThat(late.conflicts())
                .singleElement()
                .satisfies(conflict -> assertThat(conflict.object() + " " + conflict.path() + " " + conflict.mine()
                                + " " + conflict.target())
                        .isEqualTo("Node n1 annotations." + ADDRESS + " \"10.0.0.3/24\" \"10.0.0.2/24\""));
    }

    @Test
    void a_node_whose_entry_is_gone_keeps_what_kubernetes_has() {
        assertThat(nodes(Map.of(ADDRESS, "10.0.0.1/24"), Map.of(), Map.of(ADDRESS, "10.0.0.3/24"))
                        .isNothing())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v3.17.6", "v3.29.7"})
    void cluster_information_keeps_the_lock_and_what_calico_node_says_of_itself(String release) {
        version = CalicoVersion.parse(release);
        ObjectNode here = MoveMark.compared(
                MoveMark.locked(information("{clusterGUID: a, clusterType: 'k8s,bgp,kdd'}"), "c1"), "digest");
        LateWrites late = late(
                move(List.of(), INFORMATION, Map.of()),
                move(
                        List.of(),
                        MoveMark.locked(information("{clusterGUID: b, clusterType: 'bgp,k8s'}"), "c1"),
                        Map.of()),
                List.of(),
                here,
                List.of(),
                OnConflict.HOLD);
        assertThat(late.replacements()).hasSize(1);
        ObjectNode after = StoredForm.toV3(
                CalicoKind.CLUSTER_INFORMATION, late.replacements().getFirst(), version);
        assertThat(after.path("spec"))
                .isEqualTo(Yaml.object("{clusterGUID: b, clusterType: 'k8s,bgp,kdd', datastoreReady: false}"));
        assertThat(MoveMark.isOf(after, "c1")).isTrue();
        assertThat(MoveMark.compared(after)).contains("digest");
    }

    @Test
    void a_block_that_kubernetes_gave_to_another_node_is_asked_and_a_claim_in_vain_is_not_carried() {
        ObjectNode inEtcd = block("n1");
        ObjectNode claim = Yaml.object("{apiVersion: crd.projectcalico.org/v1, kind: BlockAffinity, metadata: {name:"
                + " n1-10-0-0-0-30}, spec: {state: confirmed, node: n1, cidr: 10.0.0.0/30, deleted: 'false'}}");
        for (OnConflict decision : List.of(OnConflict.HOLD, OnConflict.KEEP_MINE, OnConflict.TAKE_NEW)) {
            LateWrites late = late(
                    move(List.of(), INFORMATION, Map.of()),
                    move(List.of(inEtcd, claim), INFORMATION, Map.of()),
                    List.of(block("n2")),
                    INFORMATION,
                    List.of(),
                    decision);
            if (decision == OnConflict.HOLD) {
                assertThat(late.conflicts()).extracting(FieldConflict::path).containsExactly("affinity");
            } else {
                assertThat(late.conflicts()).isEmpty();
            }
            assertThat(late.creations()).hasSize(decision == OnConflict.TAKE_NEW ? 1 : 0);
        }
    }

    @Test
    void what_one_deleted_and_the_other_changed_is_asked() {
        LateWrites deleted = late(
                move(List.of(set("10.0.0.1")), INFORMATION, Map.of()),
                move(List.of(), INFORMATION, Map.of()),
                List.of(set("10.0.0.2")),
                INFORMATION,
                List.of(),
                OnConflict.HOLD);
        LateWrites changed = late(
                move(List.of(set("10.0.0.1")), INFORMATION, Map.of()),
                move(List.of(set("10.0.0.2")), INFORMATION, Map.of()),
                List.of(),
                INFORMATION,
                List.of(),
                OnConflict.HOLD);
        assertThat(deleted.conflicts())
                .singleElement()
                .satisfies(conflict -> assertThat(conflict.why()).startsWith("It was deleted in etcd"));
        assertThat(changed.conflicts())
                .singleElement()
                .satisfies(conflict -> assertThat(conflict.why()).contains("deleted in Kubernetes since"));
        assertThat(deleted.deletions()).isEmpty();
        assertThat(changed.creations()).isEmpty();
    }

    private LateWrites nodes(Map<String, String> before, Map<String, String> etcd, Map<String, String> kubernetes) {
        ObjectNode node = Yaml.object(
                "{apiVersion: v1, kind: Node, metadata: {name: n1, resourceVersion: '5', annotations: {other:"
                        + " stays}}}");
        kubernetes.forEach(((ObjectNode) node.at("/metadata/annotations"))::put);
        return late(
                move(List.of(), INFORMATION, Map.of("n1", before)),
                move(List.of(), INFORMATION, Map.of("n1", etcd)),
                List.of(),
                INFORMATION,
                List.of(node),
                OnConflict.HOLD);
    }

    private LateWrites late(
            DatastoreMove compared,
            DatastoreMove etcd,
            List<ObjectNode> there,
            ObjectNode information,
            List<ObjectNode> nodes,
            OnConflict decision) {
        Map<ObjectKey, ObjectNode> objects = new LinkedHashMap<>();
        there.forEach(object -> objects.put(ObjectKey.of(object), object));
        return LateWrites.of(
                compared,
                etcd,
                new LateWrites.Kubernetes(
                        objects,
                        StoredForm.toStored(CalicoKind.CLUSTER_INFORMATION, information, null, version),
                        nodes),
                version,
                ThreeWay::same,
                conflict -> decision);
    }

    private static DatastoreMove move(
            List<ObjectNode> objects, ObjectNode information, Map<String, Map<String, String>> nodes) {
        return new DatastoreMove(objects, Optional.of(information), nodes, Map.of(), Map.of(), List.of());
    }

    private static ObjectNode information(String spec) {
        return Yaml.object(
                "{apiVersion: projectcalico.org/v3, kind: ClusterInformation, metadata: {name: default}, spec: " + spec
                        + "}");
    }

    private static ObjectNode block(String node) {
        return Yaml.object(
                "{apiVersion: crd.projectcalico.org/v1, kind: IPAMBlock, metadata: {name: 10-0-0-0-30}, spec:"
                        + " {cidr: 10.0.0.0/30, affinity: 'host:" + node + "', allocations: [null, null, null, null],"
                        + " unallocated: [0, 1, 2, 3], attributes: [], deleted: false}}");
    }

    private ObjectNode set(String net) {
        return StoredForm.toStored(
                CalicoKind.GLOBAL_NETWORK_SET,
                Yaml.object(
                        "{apiVersion: projectcalico.org/v3, kind: GlobalNetworkSet, metadata: {name: s}, spec: {nets: ["
                                + net + "]}}"),
                null,
                version);
    }
}
