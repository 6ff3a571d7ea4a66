package io.calicofleet.executor.core.lockout;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.LockoutFact;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NamedServersTest {

    private static final String FACT = "etcd of Calico tcp/2379 elsewhere";

    @ParameterizedTest
    @CsvSource({
        "https://etcd.example:2380,etcd.example,2380",
        "http://etcd.example/,etcd.example,2379",
        "etcd.example,etcd.example,2379",
        "https://10.0.0.9:2379,10.0.0.9,2379",
        "https://[fd00::9]:2379,fd00::9,2379",
        "https://[fd00::9],fd00::9,2379",
        "fd00::9,fd00::9,2379",
    })
    void a_server_is_read_from_a_url_or_from_host_and_port(String url, String host, int port) {
        assertThat(Server.parse(url, 2379)).contains(new Server(host, port));
    }

    @ParameterizedTest
    @CsvSource({"''", "https://", "https://etcd.example:port"})
    void what_names_no_server_is_none(String url) {
        assertThat(Server.parse(url, 2379)).isEmpty();
    }

    @Test
    void an_etcd_by_its_name_is_found_in_the_host_aliases() {
        Scene scene = onEtcd("etcd.example");
        scene.podSpec = "{hostAliases: [{ip: 172.16.0.9, hostnames: [other, etcd.example]}]}";

        assertThat(scene.unprotected()).extracting(LockoutFact::service).contains(FACT);
        assertThat(scene.needs().notes()).isEmpty();
    }

    @Test
    void or_among_the_nodes_which_have_to_let_the_others_in() {
        List<LockoutFact> facts = onEtcd("n1").unprotected();

        assertThat(facts)
                .contains(new LockoutFact(
                        "etcd of Calico tcp/2379",
                        "n1",
                        "n1-all",
                        "the other nodes",
                        "the end of all policies: none selects it and no profile allows it"))
                .filteredOn(fact -> fact.service().equals(FACT))
                .extracting(LockoutFact::node)
                .containsExactly("n2", "n3");
    }

    @Test
    void or_was_looked_up_which_is_said() {
        Scene scene = onEtcd("etcd.example");
        scene.dns = Map.of("etcd.example", new NameAnswer.Found(List.of("172.16.0.9")));

        assertThat(scene.unprotected()).extracting(LockoutFact::service).contains(FACT);
        assertThat(scene.needs().notes())
                .containsExactly("etcd at etcd.example was looked up where the executor runs; the nodes may see another"
                        + " address");
    }

    @Test
    void or_is_not_judged_and_said_so_where_nothing_is_cut_too() {
        Scene scene = onEtcd("etcd.example");
        scene.dns = Map.of("etcd.example", new NameAnswer.Unknown("DNS does not know it where the executor runs"));

        assertThat(scene.protectedFindings().facts()).isEmpty();
        assertThat(scene.protectedFindings().notes())
                .contains(
                        "etcd at etcd.example is not judged, for its address is not known: neither calico-node's"
                                + " host aliases nor the nodes have the name, and DNS does not know it where the executor runs");
        assertThat(scene.unprotected()).extracting(LockoutFact::service).doesNotContain(FACT);
    }

    @Test
    void the_api_server_has_to_be_reached_by_its_load_balancer_too() {
        Scene scene = Scene.plain();
        scene.apiUrls = List.of("https://172.16.0.1:8443", "https://10.0.0.1:6443");

        assertThat(scene.unprotected())
                .extracting(LockoutFact::service)
                .contains("API server tcp/8443 elsewhere")
                .doesNotContain("API server tcp/6443 elsewhere");
        scene.apiUrls = List.of();
        scene.environment = Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "8443");
        assertThat(NamedServers.of(scene.environment, List.of()).hosts()).containsExactly("fd00::1");
    }

    private static Scene onEtcd(String host) {
        Scene scene = Scene.plain().felix("default", "failsafeInboundHostPorts: [], failsafeOutboundHostPorts: []");
        scene.environment = Map.of("CALICO_NETWORKING_BACKEND", "bird", "ETCD_ENDPOINTS", "https://" + host + ":2379");
        return scene;
    }
}
