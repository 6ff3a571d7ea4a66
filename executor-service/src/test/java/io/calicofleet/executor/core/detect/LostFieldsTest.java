package io.calicofleet.executor.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LostFieldsTest {

    private static final JsonNode DEFINITION = Yaml.object("""
            kind: CustomResourceDefinition
            spec:
              versions:
              - name: v1beta1
                schema: {openAPIV3Schema: {properties: {spec: {type: object, properties: {}}}}}
              - name: v1
                schema:
                  openAPIV3Schema:
                    properties:
                      spec:
                        type: object
                        properties:
                          mtu: {type: integer}
                          pools: {type: array, items: {type: object, properties: {cidr: {type: string}}}}
                          selector: {type: object, additionalProperties: {type: string}}
                          affinity: {type: object, x-kubernetes-preserve-unknown-fields: true}
            """);

    @Test
    void a_schema_that_knows_every_field_drops_nothing() {
        assertThat(LostFields.of(installation("""
                        {mtu: 1410, pools: [{cidr: 10.0.0.0/8}], selector: {any: thing}, affinity: {any: {thing: 1}}}"""), DEFINITION)).isEmpty();
    }

    @Test
    void fields_it_does_not_know_are_named_where_they_are_with_what_they_have() {
        assertThat(LostFields.of(installation("""
                        {fips: Enabled, pools: [{cidr: 10.0.0.0/8}, {cidr: 10.1.0.0/16, name: two}]}"""), DEFINITION))
                .extracting(FieldConflict::object, FieldConflict::path, FieldConflict::mine, FieldConflict::answers)
                .containsExactly(
                        tuple("Installation default", "spec.fips", "\"Enabled\"", List.of(OnConflict.TAKE_NEW)),
                        tuple("Installation default", "spec.pools[1].name", "\"two\"", List.of(OnConflict.TAKE_NEW)));
    }

    @Test
    void a_definition_without_a_schema_drops_nothing() {
        // As those of v1beta1 that were never written again.
        JsonNode definition = Yaml.object("{kind: CustomResourceDefinition, spec: {versions: [{name: v1}]}}");
        assertThat(LostFields.of(installation("{fips: Enabled}"), definition)).isEmpty();
    }

    private static JsonNode installation(String spec) {
        return Yaml.object("{apiVersion: operator.tigera.io/v1, kind: Installation, metadata: {name: default}, spec: "
                + spec + "}");
    }
}
