package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.Yaml;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CrdMergeTest {

    private static final ObjectNode PRESERVES = Yaml.object("{spec: {preserveUnknownFields: true}}");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{spec: {versions: [{name: v1, schema: {openAPIV3Schema: {type: object}}}]}}",
                "{spec: {version: v1, validation: {openAPIV3Schema: {type: object}}}}",
            })
    void what_the_schema_does_not_know_is_let_go_in_the_write_that_brings_it(String target) {
        ObjectNode write = Yaml.object(target);

        CrdMerge.prune(write, PRESERVES);

        assertThat(write.at("/spec/preserveUnknownFields").isBoolean()).isTrue();
        assertThat(write.at("/spec/preserveUnknownFields").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{spec: {version: v1, scope: Cluster}}",
                "{spec: {versions: [{name: v1}]}}",
                "{spec: {versions: [{name: v1, schema: {openAPIV3Schema: {type: object}}}, {name: v2}]}}",
            })
    void without_a_schema_nothing_is_let_go_for_the_API_server_refuses_that(String target) {
        ObjectNode write = Yaml.object(target);

        CrdMerge.prune(write, PRESERVES);

        assertThat(write.at("/spec").has("preserveUnknownFields")).isFalse();
    }

    @Test
    void what_people_or_the_release_say_of_it_stays() {
        ObjectNode write = Yaml.object(
                "{spec: {preserveUnknownFields: true, versions: [{name: v1, schema: {openAPIV3Schema: {type: object}}}]}}");

        CrdMerge.prune(write, PRESERVES);

        assertThat(write.at("/spec/preserveUnknownFields").asBoolean()).isTrue();
    }
}
