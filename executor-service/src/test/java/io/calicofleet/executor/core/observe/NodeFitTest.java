package io.calicofleet.executor.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.Yaml;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NodeFitTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                 | true
            {kubernetes.io/os: linux}                          | true
            {kubernetes.io/os: linux, pool: infra}             | true
            {kubernetes.io/os: windows}                        | false
            {kubernetes.io/os: linux, pool: batch}             | false
            {kubernetes.io/os: linux, topology.example: rack1} | false
            """)
    void a_node_selector_wants_every_label_with_its_value(String selector, boolean fits) {
        assertThat(fits("nodeSelector: " + selector, "")).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [{matchExpressions: [{key: pool, operator: In, values: [infra, edge]}]}]                          | true
            [{matchExpressions: [{key: pool, operator: In, values: [batch]}]}]                                | false
            [{matchExpressions: [{key: pool, operator: Exists}, {key: gpu, operator: Exists}]}]               | false
            [{matchExpressions: [{key: gpu, operator: Exists}]}, {matchExpressions: [{key: pool, operator: Exists}]}] | true
            [{matchFields: [{key: metadata.name, operator: In, values: [worker-1]}]}]                         | true
            [{matchFields: [{key: metadata.name, operator: In, values: [worker-2]}]}]                         | false
            [{matchFields: [{key: metadata.name, operator: In, values: [worker-1]}, {key: metadata.name, operator: NotIn, values: [worker-1]}]}] | false
            [{matchExpressions: [{key: pool, operator: Exists}], matchFields: [{key: metadata.name, operator: In, values: [worker-2]}]}] | false
            [{matchExpressions: [{key: gpu, operator: Exists}], matchFields: [{key: metadata.name, operator: In, values: [worker-1]}]}]  | false
            [{matchExpressions: [{key: pool, operator: Exists}], matchFields: [{key: metadata.name, operator: In, values: [worker-1]}]}] | true
            """)
    void of_the_terms_of_a_required_affinity_one_has_to_match_in_all_it_says(String terms, boolean fits) {
        assertThat(fits(required(terms), "")).isEqualTo(fits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[{}]"})
    void an_affinity_without_a_term_that_says_something_matches_no_node(String terms) {
        assertThat(fits(required(terms), "")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {key: dedicated, value: ingress, effect: NoSchedule}       | false
            {key: dedicated, value: ingress, effect: NoExecute}        | false
            {key: dedicated, value: ingress, effect: PreferNoSchedule} | true
            """)
    void a_taint_that_only_asks_to_be_avoided_keeps_nothing_away(String taint, boolean fits) {
        assertThat(fits("", taint)).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {operator: Exists}                                                        | true
            {operator: Exists, effect: NoSchedule}                                    | true
            {operator: Exists, effect: NoExecute}                                     | false
            {key: dedicated, operator: Exists}                                        | true
            {key: dedicated, operator: Exists, effect: NoExecute}                     | false
            {key: gpu, operator: Exists}                                              | false
            {key: dedicated, operator: Equal, value: ingress}                         | true
            {key: dedicated, value: ingress, effect: NoSchedule}                      | true
            {key: dedicated, value: storage, effect: NoSchedule}                      | false
            {key: dedicated, effect: NoSchedule}                                      | false
            {value: ingress, effect: NoSchedule}                                      | false
            """)
    void a_toleration_is_for_the_effect_the_key_and_the_value_it_names(String toleration, boolean fits) {
        assertThat(fits("tolerations: [" + toleration + "]", "{key: dedicated, value: ingress, effect: NoSchedule}"))
                .isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {key: dedicated, operator: Exists}                                 | false
            {key: gpu, operator: Exists}                                       | false
            {key: dedicated, operator: Exists}, {key: gpu, operator: Exists}   | true
            """)
    void of_two_taints_each_has_to_be_tolerated(String tolerations, boolean fits) {
        assertThat(fits(
                        "tolerations: [" + tolerations + "]",
                        "{key: dedicated, effect: NoSchedule}, {key: gpu, effect: NoSchedule}"))
                .isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource({
        "not-ready, NoExecute",
        "unreachable, NoExecute",
        "disk-pressure, NoSchedule",
        "memory-pressure, NoSchedule",
        "pid-pressure, NoSchedule",
        "unschedulable, NoSchedule"
    })
    void the_taints_of_a_node_in_trouble_are_tolerated_by_the_controller_of_daemon_sets(String what, String effect) {
        assertThat(fits("", "{key: node.kubernetes.io/" + what + ", effect: " + effect + "}"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "true, node.kubernetes.io/network-unavailable, true",
        "false, node.kubernetes.io/network-unavailable, false",
        "true, dedicated, false"
    })
    void a_node_without_network_yet_takes_pods_of_the_hosts_network_only(boolean host, String taint, boolean fits) {
        assertThat(fits("hostNetwork: " + host, "{key: " + taint + ", effect: NoSchedule}"))
                .isEqualTo(fits);
    }

    private static String required(String terms) {
        return "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: " + terms
                + "}}}";
    }

    private static boolean fits(String pod, String taints) {
        JsonNode node = Yaml.object("""
                apiVersion: v1
                kind: Node
                metadata: {name: worker-1, labels: {kubernetes.io/os: linux, pool: infra}}
                spec: {taints: [%s]}
                """.formatted(taints));
        return NodeFit.fits(Yaml.object("{" + pod + "}"), node);
    }
}
