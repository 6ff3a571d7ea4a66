package io.calicofleet.simulator.kubernetes.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Facts 0.7: what a CRD of apiextensions v1beta1 takes to get a schema with defaults. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CrdRulesTest {

    private static final String NAME = "things.example.com";
    private static final String V1BETA1 = """
            apiVersion: apiextensions.k8s.io/v1beta1
            kind: CustomResourceDefinition
            metadata: {name: things.example.com}
            spec: {scope: Cluster, group: example.com, version: v1, names: {kind: Thing, plural: things}}
            """;
    private static final String V1_WITH_DEFAULT = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: things.example.com}
            spec:
              scope: Cluster
              group: example.com
              names: {kind: Thing, plural: things, singular: thing, listKind: ThingList}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema:
                    openAPIV3Schema:
                      type: object
                      properties:
                        spec: {type: object, required: [size], properties: {size: {type: integer}, state: {type: string, default: open}}}
            """;

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick());
    private final SimulatedCluster cluster = simulator.addCluster(ClusterTemplate.named("c"));

    @AfterEach
    void stop() {
        simulator.close();
    }

    private String preserve() {
        return Json.text(
                java.util.Objects.requireNonNull(
                        cluster.get("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", NAME)),
                "spec",
                "preserveUnknownFields");
    }

    @Test
    void a_schema_with_defaults_over_a_v1beta1_crd_is_refused() {
        cluster.apply(V1BETA1);
        assertThat(preserve()).isEqualTo("true");
        assertThatThrownBy(() -> cluster.apply(V1_WITH_DEFAULT))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422))
                .hasMessageContaining("spec.preserveUnknownFields: Invalid value: true: must be false in order to use"
                        + " defaults in the schema");
    }

    @Test
    void turning_pruning_on_alone_is_refused_too() {
        cluster.apply(V1BETA1);
        assertThatThrownBy(() -> cluster.patch(
                        "apiextensions.k8s.io/v1",
                        "CustomResourceDefinition",
                        "",
                        NAME,
                        "{\"spec\":{\"preserveUnknownFields\":false}}"))
                .hasMessageContaining("because otherwise all fields are pruned");
    }

    @Test
    void one_write_with_both_works_and_the_schema_holds_from_then_on() {
        cluster.apply(V1BETA1);
        cluster.apply("{apiVersion: example.com/v1, kind: Thing, metadata: {name: old}, spec: {any: 1}}");
        cluster.apply(V1_WITH_DEFAULT.replace("scope: Cluster", "scope: Cluster\n  preserveUnknownFields: false"));
        assertThat(preserve()).isEmpty();
        cluster.apply("{apiVersion: example.com/v1, kind: Thing, metadata: {name: new}, spec: {size: 1, any: 1}}");
        var thing = java.util.Objects.requireNonNull(cluster.get("example.com/v1", "Thing", "", "new"));
        assertThat(thing.path("spec").toString()).isEqualTo("{\"size\":1,\"state\":\"open\"}");
        assertThatThrownBy(() -> cluster.apply(
                        "{apiVersion: example.com/v1, kind: Thing, metadata: {name: bad}, spec: {size: big}}"))
                .hasMessageContaining("must be of type integer");
    }

    @Test
    void a_new_v1_crd_needs_a_schema_and_may_not_preserve() {
        assertThatThrownBy(() -> cluster.apply(
                        V1_WITH_DEFAULT.replace("scope: Cluster", "scope: Cluster\n  preserveUnknownFields: true")))
                .hasMessageContaining("cannot set to true");
        assertThatThrownBy(() -> cluster.apply("""
                        apiVersion: apiextensions.k8s.io/v1
                        kind: CustomResourceDefinition
                        metadata: {name: things.example.com}
                        spec:
                          scope: Cluster
                          group: example.com
                          names: {kind: Thing, plural: things}
                          versions: [{name: v1, served: true, storage: true}]
                        """)).hasMessageContaining("openAPIV3Schema: Required value");
    }

    @Test
    void newer_clusters_serve_no_v1beta1() {
        SimulatedCluster newer = simulator.addCluster(ClusterTemplate.named("n").withKubernetes("v1.34.1"));
        assertThatThrownBy(() -> newer.apply(V1BETA1)).hasMessageContaining("no matches for kind");
    }
}
