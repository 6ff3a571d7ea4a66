package io.calicofleet.executor.core.lockout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.LockoutFact;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Nodes whose interfaces Felix takes for those of pods, by {@code interfacePrefix}; none has a host endpoint of all interfaces. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PodInterfaceTest {

    private static final String NOTE =
            "interfacePrefix on n1, n2, n3 begins names that interfaces of hosts have: what comes"
                    + " in on such a one Felix takes for traffic of a pod and drops, failsafe ports too";

    @Test
    void a_prefix_that_a_release_begins_to_read_cuts_nodes_without_a_host_endpoint() {
        LockoutGuard.Findings findings = new Scene()
                .felix("web", "interfacePrefix: eth, nodeSelector: all()")
                .findings("v3.30.2", "v3.32.1");

        assertThat(findings.facts())
                .extracting(LockoutFact::node, LockoutFact::service, LockoutFact::hostEndpoint)
                .contains(
                        tuple("n1", "API server tcp/6443", ""),
                        tuple("n2", "kubelet tcp/10250", ""),
                        tuple("n3", "BGP tcp/179", ""));
        assertThat(findings.notes()).contains(NOTE);
    }

    @Test
    void one_that_was_read_before_is_told_and_stops_nothing() {
        LockoutGuard.Findings findings =
                new Scene().felix("default", "interfacePrefix: 'cali,eth'").findings("v3.13.5", "v3.22.5");

        assertThat(findings.facts()).isEmpty();
        assertThat(findings.notes()).contains(NOTE);
    }

    @Test
    void that_of_pods_alone_is_nothing_to_tell() {
        assertThat(new Scene().felix("default", "interfacePrefix: cali").findings("v3.13.5", "v3.22.5"))
                .isEqualTo(LockoutGuard.Findings.NONE);
        assertThat(new Scene()
                        .felix("default", "interfacePrefix: eth, bpfEnabled: true")
                        .findings("v3.13.5", "v3.22.5")
                        .notes())
                .doesNotContain(NOTE);
    }

    @Test
    void what_a_setting_of_one_node_covers_is_cut_on_that_node() {
        Scene before = new Scene();
        Scene after = new Scene().felix("node.n2", "interfacePrefix: ens");

        List<LockoutFact> facts = compare(before, after);

        assertThat(facts).extracting(LockoutFact::node).containsOnly("n2");
        assertThat(facts)
                .extracting(LockoutFact::rule)
                .allMatch(rule -> rule.endsWith("by interfacePrefix, as far as it can be decided"));
    }

    @Test
    void the_name_of_an_interface_is_that_of_the_host_endpoint_that_has_the_address() {
        Scene before = new Scene().endpoint("n2-nic", "n2", "eth1", "expectedIPs: [10.0.0.2]", "role: node");
        Scene other = new Scene()
                .endpoint("n2-nic", "n2", "eth1", "expectedIPs: [10.0.0.2]", "role: node")
                .felix("node.n2", "interfacePrefix: eth0");
        Scene same = new Scene()
                .endpoint("n2-nic", "n2", "eth1", "expectedIPs: [10.0.0.2]", "role: node")
                .felix("node.n2", "interfacePrefix: eth1");

        assertThat(compare(before, other)).isEmpty();
        assertThat(compare(before, same))
                .filteredOn(fact -> fact.service().equals("kubelet tcp/10250"))
                .singleElement()
                .satisfies(fact -> {
                    assertThat(fact.hostEndpoint()).isEqualTo("n2-nic");
                    assertThat(fact.rule()).endsWith("by interfacePrefix");
                });
    }

    private static List<LockoutFact> compare(Scene before, Scene after) {
        CalicoVersion version = CalicoVersion.parse("v3.30.2");
        return LockoutGuard.compare(after.needs(), before.at(version), after.at(version))
                .facts();
    }
}
