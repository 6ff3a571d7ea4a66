package io.calicofleet.cli.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.simulator.GivenObjects;
import io.calicofleet.simulator.json.Json;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class InstalledTest {

    @Test
    void nodes_get_the_labels_by_which_workloads_choose_them_and_the_limits_say_so() {
        Installed installed = installed("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: calico-kube-controllers, namespace: kube-system}
                spec:
                  template:
                    spec:
                      nodeSelector: {calico: core, kubernetes.io/os: linux}
                ---
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: calico-node, namespace: kube-system}
                spec:
                  template:
                    spec:
                      affinity:
                        nodeAffinity:
                          requiredDuringSchedulingIgnoredDuringExecution:
                            nodeSelectorTerms:
                            - matchExpressions:
                              - {key: calico, operator: In, values: [other]}
                              - {key: pool, operator: In, values: [a, b]}
                              - {key: network, operator: Exists}
                              - {key: windows, operator: DoesNotExist}
                            - matchExpressions:
                              - {key: never, operator: Exists}
                """);

        assertThat(installed.nodeLabels()).hasToString("{calico=core, network=, pool=a}");
        assertThat(installed.limits())
                .contains(
                        "Every simulated node has the labels by which your workloads choose theirs: calico=core, network=,"
                                + " pool=a.");
    }

    @Test
    void nodes_that_were_read_from_a_cluster_have_labels_of_their_own() {
        Installed installed = installed("""
                {apiVersion: v1, kind: Node, metadata: {name: one}}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: calico-kube-controllers, namespace: kube-system}
                spec: {template: {spec: {nodeSelector: {calico: core}}}}
                """);

        assertThat(installed.limits()).noneMatch(limit -> limit.contains("simulated node"));
    }

    private static Installed installed(String yaml) {
        return new Installed(GivenObjects.of(Json.yamlDocuments(yaml)));
    }
}
