package io.calicofleet.executor.core.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.yaml.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HelmPatchTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        {replicas: 1}                     | {replicas: 3}                          | {replicas: 1}                 | {replicas: 1}
        {replicas: 1}                     | {}                                     | {replicas: 1}                 | {replicas: 1}
        {replicas: 1}                     | {replicas: 3}                          | {}                            | {}
        {}                                | {paused: true}                         | {}                            | {paused: true}
        {a: {x: 1}}                       | {a: {x: 1, mine: 1}}                   | {a: {y: 2}}                   | {a: {mine: 1, y: 2}}
        {env: [{name: A, value: 1}]}      | {env: [{name: M, value: 9}, {name: A, value: 5}]} | {env: [{name: A, value: 1}, {name: B, value: 2}]} | {env: [{name: M, value: 9}, {name: A, value: 1}, {name: B, value: 2}]}
        {env: [{name: A, value: 1}]}      | {env: [{name: A, value: 5}, {name: M, value: 9}]} | {env: [{name: B, value: 2}]} | {env: [{name: M, value: 9}, {name: B, value: 2}]}
        {tolerations: [{key: a}]}         | {tolerations: [{key: a}, {key: mine}]} | {tolerations: [{key: a}]}     | {tolerations: [{key: a}]}
        {volumes: [{name: v, hostPath: {path: /a}}]} | {volumes: [{name: v, hostPath: {path: /a, type: ""}}]} | {volumes: [{name: v, emptyDir: {}}]} | {volumes: [{name: v, emptyDir: {}}]}
        {strategy: {type: Recreate}}      | {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}} | {strategy: {type: Recreate}} | {strategy: {type: Recreate}}
        """)
    void of_a_built_in_kind_whatever_the_chart_names_is_set_and_the_rest_stays(
            String before, String live, String after, String left) {
        assertThat(HelmPatch.of(deployment(before), deployment(live), deployment(after)))
                .isEqualTo(deployment(left));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        {mtu: 1}                 | {mtu: 2}                        | {mtu: 1}                 | {mtu: 2}
        {mtu: 1}                 | {mtu: 2}                        | {mtu: 3}                 | {mtu: 3}
        {mtu: 1}                 | {mtu: 2, mine: 1}               | {}                       | {mine: 1}
        {net: {mtu: 1}}          | {net: {mtu: 2, bgp: Disabled}}  | {net: {mtu: 1, ipam: x}} | {net: {mtu: 2, bgp: Disabled, ipam: x}}
        {pools: [{cidr: a}]}     | {pools: [{cidr: a}, {cidr: m}]} | {pools: [{cidr: a}]}     | {pools: [{cidr: a}, {cidr: m}]}
        {pools: [{cidr: a}]}     | {pools: [{cidr: a}, {cidr: m}]} | {pools: [{cidr: b}]}     | {pools: [{cidr: b}]}
        {net: {mtu: 1}}          | {}                              | {net: {mtu: 1}}          | {}
        {net: {mtu: 1}}          | {}                              | {net: {mtu: 1, ipam: x}} | {net: {ipam: x}}
        """)
    void of_any_other_kind_only_what_differs_between_the_revisions_is_sent(
            String before, String live, String after, String left) {
        assertThat(HelmPatch.of(installation(before), installation(live), installation(after)))
                .isEqualTo(installation(left));
    }

    @Test
    void what_helm_adopts_loses_nothing() {
        assertThat(HelmPatch.of(null, deployment("{replicas: 3, paused: true}"), deployment("{replicas: 1}")))
                .isEqualTo(deployment("{replicas: 1, paused: true}"));
        assertThat(HelmPatch.of(null, installation("{mtu: 2}"), installation("{mtu: 1}")))
                .isEqualTo(installation("{mtu: 2}"));
    }

    @Test
    void ports_of_a_service_are_told_apart_by_their_port() {
        assertThat(HelmPatch.of(
                        service("[{port: 1, name: a}]"),
                        service("[{port: 1, name: a, nodePort: 30001}, {port: 3}]"),
                        service("[{port: 1, name: b}]")))
                .isEqualTo(service("[{port: 1, name: b, nodePort: 30001}, {port: 3}]"));
    }

    private static ObjectNode deployment(String spec) {
        return object("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: " + spec + "}");
    }

    private static ObjectNode installation(String spec) {
        return object("{apiVersion: operator.tigera.io/v1, kind: Installation, metadata: {name: default}, spec: " + spec
                + "}");
    }

    private static ObjectNode service(String ports) {
        return object("{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: " + ports + "}}");
    }

    private static ObjectNode object(String yaml) {
        try {
            return (ObjectNode) Yaml.read(yaml).getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
