package io.calicofleet.executor.core.move;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SelectedNodesTest {

    private static final String ROOT = "/calico/resources/v3/projectcalico.org/";

    private final SortedMap<String, String> etcd = new TreeMap<>();

    @Test
    void labels_that_agree_are_not_asked_about() {
        node("{\"rack\":\"a\",\"own\":\"x\"}", "{\"rack\":\"a\"}");
        put("bgppeers/rack", "{\"nodeSelector\":\"rack == 'a' && own == 'x'\"}");
        assertThat(questions("{rack: a, zone: z}")).isEmpty();
    }

    @Test
    void labels_nobody_selects_by_are_not_asked_about() {
        node("{\"rack\":\"a\"}", "{\"rack\":\"a\"}");
        put("bgppeers/rack", "{\"nodeSelector\":\"has(other)\"}");
        put("networkpolicies/default/default.own", "{\"ingress\":[{\"source\":{\"selector\":\"rack == 'a'\"}}]}");
        endpoint("{\"rack\":\"a\",\"projectcalico.org/created-by\":\"calico-kube-controllers\"}");
        assertThat(questions("{rack: b}")).isEmpty();
    }

    @Test
    void a_label_that_was_never_copied_is_named_with_the_peer_and_the_pool_that_select_by_it() {
        node("{}", "");
        put("bgppeers/rack", "{\"nodeSelector\":\"rack == 'a'\",\"peerSelector\":\"has(reflector)\"}");
        put("ippools/pool", "{\"cidr\":\"10.0.0.0/16\",\"nodeSelector\":\"!has(rack)\"}");
        List<FieldConflict> questions = questions("{rack: a}");
        assertThat(questions)
                .extracting(question ->
                        question.object() + " " + question.path() + " " + question.mine() + " " + question.target())
                .containsExactlyInAnyOrder(
                        "BGPPeer rack nodeSelector \"selects no node\" \"selects n1\"",
                        "IPPool pool nodeSelector \"selects n1\" \"selects no node\"");
        assertThat(questions).allSatisfy(question -> {
            assertThat(question.why()).contains("n1 has no label rack in etcd and rack=a in Kubernetes");
            assertThat(question.takes(OnConflict.TAKE_NEW)).isTrue();
            assertThat(question.takes(OnConflict.KEEP_MINE)).isFalse();
        });
    }

    @Test
    void
            a_label_that_was_copied_and_is_gone_in_kubernetes_changes_what_policies_select_among_automatic_host_endpoints() {
        node("{\"role\":\"edge\"}", "{\"role\":\"edge\"}");
        put(
                "globalnetworkpolicies/default.edge",
                "{\"selector\":\"role == 'edge'\",\"egress\":[{\"destination\":{\"notSelector\":\"role == 'edge'\"}}]}");
        put(
                "networkpolicies/default/default.own",
                "{\"ingress\":[{\"source\":{\"selector\":\"role == 'edge'\",\"namespaceSelector\":\"global()\"}}]}");
        assertThat(questions("{}")).as("no automatic host endpoints").isEmpty();
        endpoint("{\"role\":\"edge\",\"projectcalico.org/created-by\":\"calico-kube-controllers\"}");
        assertThat(questions("{}"))
                .extracting(question -> question.object() + " " + question.path())
                .containsExactlyInAnyOrder(
                        "GlobalNetworkPolicy default.edge selector",
                        "GlobalNetworkPolicy default.edge egress[0].destination.notSelector",
                        "NetworkPolicy default/default.own ingress[0].source.selector");
    }

    @Test
    void a_host_endpoint_of_people_keeps_its_labels() {
        node("{\"role\":\"edge\"}", "{\"role\":\"edge\"}");
        put("globalnetworkpolicies/default.edge", "{\"selector\":\"role == 'edge'\"}");
        endpoint("{\"role\":\"edge\"}");
        assertThat(questions("{}")).isEmpty();
    }

    private List<FieldConflict> questions(String labels) {
        put("clusterinformations/default", "{\"calicoVersion\":\"v3.22.5\"}");
        DatastoreMove move =
                DatastoreMove.of(etcd, CalicoVersion.parse("v3.22.5"), Set.of("n1"), Set.of("default"), false);
        assertThat(move.refusals()).isEmpty();
        ObjectNode node = Yaml.object("{apiVersion: v1, kind: Node, metadata: {name: n1, labels: " + labels + "}}");
        return SelectedNodes.questions(move, List.of(node));
    }

    /** What is said to be copied is in an annotation, too. */
    private void node(String labels, String copied) {
        ObjectNode node = Yaml.object("{kind: Node, metadata: {name: host-1, labels: " + labels
                + "}, spec: {orchRefs: [{orchestrator: k8s, nodeName: n1}]}}");
        if (!copied.isEmpty()) {
            ((ObjectNode) node.get("metadata")).putObject("annotations").put("projectcalico.org/kube-labels", copied);
        }
        etcd.put(ROOT + "nodes/host-1", node.toString());
    }

    private void endpoint(String labels) {
        etcd.put(
                ROOT + "hostendpoints/host-1-auto-hep",
                "{\"kind\":\"HostEndpoint\",\"metadata\":{\"name\":\"host-1-auto-hep\",\"labels\":" + labels
                        + "},\"spec\":{\"node\":\"host-1\",\"interfaceName\":\"*\"}}");
    }

    private void put(String key, String spec) {
        String[] parts = key.split("/", -1);
        etcd.put(
                ROOT + key,
                "{\"metadata\":{\"name\":\"" + parts[parts.length - 1] + "\""
                        + (parts.length > 2 ? ",\"namespace\":\"" + parts[1] + "\"" : "") + "},\"spec\":" + spec + "}");
    }
}
