package io.calicofleet.executor.core.lockout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BgpSessionsTest {

    @Test
    void all_nodes_speak_with_each_other_where_nothing_says_otherwise() {
        assertThat(bgp(Scene.plain()))
                .containsExactlyInAnyOrder(
                        "n1 in n2, n3",
                        "n1 out n2, n3",
                        "n2 in n1, n3",
                        "n2 out n1, n3",
                        "n3 in n1, n2",
                        "n3 out n1, n2");
    }

    @Test
    void without_the_mesh_and_without_peers_nobody_does() {
        assertThat(bgp(Scene.plain().bgp("BGPConfiguration", "default", "nodeToNodeMeshEnabled: false")))
                .isEmpty();
    }

    @Test
    void a_route_reflector_is_in_no_mesh_and_its_clients_find_it_by_a_selector() {
        Scene scene = Scene.plain()
                .node(1, "rr: \"yes\"", "routeReflectorClusterID: 244.0.0.1")
                .bgp("BGPPeer", "to-rr", "nodeSelector: \"!has(rr)\", peerSelector: has(rr)");

        assertThat(bgp(scene))
                .containsExactlyInAnyOrder(
                        "n1 in n2, n3",
                        "n1 out n2, n3",
                        "n2 in n1",
                        "n2 in n3",
                        "n2 out n1",
                        "n2 out n3",
                        "n3 in n1",
                        "n3 in n2",
                        "n3 out n1",
                        "n3 out n2");
    }

    @Test
    void peers_of_one_node_come_beside_those_of_all() {
        Scene scene = Scene.plain()
                .bgp("BGPConfiguration", "default", "nodeToNodeMeshEnabled: false")
                .bgp("BGPPeer", "tor", "peerIP: 172.16.0.1, asNumber: 64512")
                .bgp("BGPPeer", "own", "node: n2, peerIP: \"172.16.0.2:1790\", asNumber: 64512");

        assertThat(bgp(scene))
                .containsExactlyInAnyOrder(
                        "n1 in BGPPeer tor",
                        "n1 out BGPPeer tor",
                        "n2 in BGPPeer own",
                        "n2 in BGPPeer tor",
                        "n2 out BGPPeer own at 1790",
                        "n2 out BGPPeer tor",
                        "n3 in BGPPeer tor",
                        "n3 out BGPPeer tor");
    }

    @Test
    void a_peer_that_is_a_node_by_its_address_is_told_back() {
        Scene scene = Scene.plain()
                .bgp("BGPConfiguration", "default", "nodeToNodeMeshEnabled: false")
                .bgp("BGPPeer", "one", "node: n2, peerIP: 10.0.0.3");

        assertThat(bgp(scene)).containsExactlyInAnyOrder("n2 in n3", "n2 out n3", "n3 in n2", "n3 out n2");
    }

    @Test
    void nodes_listen_where_their_configuration_says() {
        Scene scene = Scene.plain()
                .bgp("BGPConfiguration", "default", "listenPort: 1179")
                .bgp("BGPConfiguration", "node.n3", "listenPort: 2179");

        assertThat(bgp(scene))
                .contains("n1 out n2 at 1179", "n1 out n3 at 2179", "n3 in n1, n2 at 2179", "n1 in n2 at 1179");
    }

    @Test
    void a_configuration_of_a_node_without_a_port_and_one_of_nothing_known_leave_the_port_of_all() {
        Scene scene = Scene.plain()
                .bgp("BGPConfiguration", "default", "listenPort: 1179")
                .bgp("BGPConfiguration", "node.n3", "logSeverityScreen: Info")
                .bgp("BGPConfiguration", "pool.n2", "listenPort: 2179");

        assertThat(bgp(scene)).contains("n1 out n2, n3 at 1179");
    }

    @Test
    void a_peer_may_have_the_name_of_a_configuration() {
        Scene scene = Scene.plain()
                .bgp("BGPConfiguration", "default", "nodeToNodeMeshEnabled: false, listenPort: 1179")
                .bgp("BGPPeer", "default", "node: n1, peerIP: 172.16.0.1, asNumber: 64512");

        assertThat(bgp(scene)).containsExactly("n1 in BGPPeer default at 1179", "n1 out BGPPeer default");
    }

    @Test
    void a_selector_of_peers_that_selects_nobody_makes_no_session() {
        Scene scene = Scene.plain()
                .bgp("BGPConfiguration", "default", "nodeToNodeMeshEnabled: false")
                .bgp("BGPPeer", "to-rr", "peerSelector: has(rr)");

        assertThat(bgp(scene)).isEmpty();
        assertThat(scene.needs().notes()).isEmpty();
    }

    @Test
    void what_cannot_be_resolved_is_a_note() {
        Scene scene = Scene.plain()
                .bgp("BGPPeer", "bad", "peerSelector: \"rr ==\"")
                .bgp("BGPPeer", "empty", "asNumber: 64512")
                .bgp("BGPPeer", "pods", "localWorkloadSelector: has(bgp), asNumber: 64512");

        assertThat(scene.needs().notes())
                .hasSize(3)
                .anyMatch(
                        note -> note.startsWith(
                                "BGPPeer bad has a selector that cannot be read, so whether its sessions would be cut is not known: "))
                .contains(
                        "BGPPeer empty has neither the address of a peer nor a selector of peers: it is not looked at",
                        "BGPPeer pods is about workloads: whether they would be cut is not looked at");
    }

    /** Who has to be reached by whom. */
    private static List<String> bgp(Scene scene) {
        return Stream.of("n1", "n2", "n3")
                .flatMap(node -> scene.needs().of(node).stream()
                        .filter(need -> need.service().startsWith("BGP"))
                        .map(need -> said(node, need)))
                .toList();
    }

    private static String said(String node, Need need) {
        String with = Notes.some(need.remotes().stream()
                .map(Need.Remote::name)
                .filter(name -> !name.equals(node))
                .toList());
        return node + (need.inbound() ? " in " : " out ") + with + (need.port() == 179 ? "" : " at " + need.port());
    }
}
