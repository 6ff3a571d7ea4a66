package io.calicofleet.executor.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.TemporaryPolicyObservation;
import io.calicofleet.executor.core.Yaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HostEndpointProtectionTest {

    private static final String LABEL = TemporaryPolicy.LABEL;

    @Nested
    class Labels {

        @Test
        void are_added_changed_and_removed_in_a_copy_and_only_where_that_changes_something() {
            ObjectNode endpoint = endpoint("n1", "{}", "{env: dev}");

            ObjectNode labelled = HostEndpoints.withLabel(endpoint, LABEL, "");

            assertThat(HostEndpoints.labels(endpoint)).isEqualTo(Map.of("env", "dev"));
            assertThat(HostEndpoints.labels(labelled)).isEqualTo(Map.of("env", "dev", LABEL, ""));
            assertThat(HostEndpoints.withLabel(labelled, LABEL, "")).isSameAs(labelled);
            ObjectNode released = HostEndpoints.withoutLabel(labelled, LABEL);
            assertThat(HostEndpoints.labels(released)).isEqualTo(Map.of("env", "dev"));
            assertThat(HostEndpoints.withoutLabel(released, LABEL)).isSameAs(released);
        }

        @Test
        void tell_automatic_host_endpoints() {
            ObjectNode automatic =
                    endpoint("n1-auto-hep", "{}", "{projectcalico.org/created-by: calico-kube-controllers}");

            assertThat(HostEndpoints.fact(automatic).needsProtection()).isFalse();
            assertThat(HostEndpoints.fact(endpoint("n1", "{}", "{}")).needsProtection())
                    .isTrue();
        }
    }

    @Nested
    class ThePolicy {

        @Test
        void is_in_force_and_comes_after_every_policy_of_people() {
            ObjectNode policy = TemporaryPolicy.object();

            assertThat(TemporaryPolicy.observe(List.of(policy)))
                    .isEqualTo(new TemporaryPolicyObservation(List.of("allow-all-upgrade"), true));
            assertThat(policy.at("/spec/order").isMissingNode()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{selector: has(host-endpoint-upgrade), types: [Ingress], ingress: [{action: Log}, {action: Allow}]}",
                    "{selector: has(host-endpoint-upgrade), types: [Ingress, Egress], ingress: [{action: Allow}, {action: Log}],"
                            + " egress: [{action: Log}, {action: Allow}]}",
                    "{selector: has(host-endpoint-upgrade), types: [Ingress, Egress], ingress: [{action: Allow}],"
                            + " egress: [{action: Allow}]}",
                    "{selector: has(other), types: [Ingress, Egress], ingress: [{action: Log}, {action: Allow}],"
                            + " egress: [{action: Log}, {action: Allow}]}",
                    "{selector: has(host-endpoint-upgrade), types: [Ingress, Egress], ingress: [{action: Log}, {action: Allow,"
                            + " protocol: TCP}], egress: [{action: Log}, {action: Allow}]}",
                    "{selector: has(host-endpoint-upgrade), types: [Ingress, Egress], doNotTrack: true, ingress: [{action: Log},"
                            + " {action: Allow}], egress: [{action: Log}, {action: Allow}]}"
                })
        void is_not_in_force_where_it_does_not_log_and_allow_everything(String spec) {
            JsonNode policy = Yaml.object("{metadata: {name: allow-all-upgrade}, spec: " + spec + "}");

            assertThat(TemporaryPolicy.observe(List.of(policy)))
                    .isEqualTo(new TemporaryPolicyObservation(List.of("allow-all-upgrade"), false));
        }

        @Test
        void written_by_people_with_empty_match_fields_counts() {
            JsonNode policy = Yaml.object(
                    "{metadata: {name: default.allow-all-upgrade}, spec: {selector: has(host-endpoint-upgrade),"
                            + " types: [Egress, Ingress], ingress: [{action: Log, source: {}, destination: {}}, {action: Allow, source: {}}],"
                            + " egress: [{action: Log}, {action: Allow}]}}");

            assertThat(TemporaryPolicy.inForce(policy)).isTrue();
        }
    }

    private static ObjectNode endpoint(String name, String metadata, String labels) {
        ObjectNode endpoint = Yaml.object("{apiVersion: crd.projectcalico.org/v1, kind: HostEndpoint, metadata: {name: "
                + name + ", resourceVersion: \"3\", labels: " + labels + "}, spec: {node: n1, interfaceName: \"*\"}}");
        ((ObjectNode) endpoint.get("metadata")).putObject("annotations").put("projectcalico.org/metadata", metadata);
        return endpoint;
    }
}
