package io.calicofleet.executor.core.merge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CrdMergeTest {

    private static final String OLD = """
            apiVersion: apiextensions.k8s.io/v1beta1
            kind: CustomResourceDefinition
            metadata: {name: things.acme.example}
            spec: {scope: Cluster, group: acme.example, version: v1, names: {kind: Thing, plural: things, singular: thing}}
            """;

    /** The same as the API server has it. */
    private static final String STORED = """
            apiVersion: apiextensions.k8s.io/v1beta1
            kind: CustomResourceDefinition
            metadata: {name: things.acme.example, uid: u1, resourceVersion: "7"}
            spec:
              scope: Cluster
              group: acme.example
              version: v1
              versions: [{name: v1, served: true, storage: true}]
              names: {kind: Thing, plural: things, singular: thing, listKind: ThingList}
              conversion: {strategy: None}
              preserveUnknownFields: true
            """;

    private static final String NEW = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: things.acme.example}
            spec:
              scope: Cluster
              group: acme.example
              versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
              names: {kind: Thing, plural: things, singular: thing, listKind: ThingList}
            """;

    @Test
    void what_the_API_server_wrote_into_a_definition_without_a_schema_stays() {
        ObjectNode write = requireNonNull(merged(OLD, STORED, OLD).write());

        assertThat(Differences.between(write, Yaml.object(STORED))).isEmpty();
    }

    @Test
    void what_was_written_without_a_schema_is_no_change_of_anybody_when_it_is_read_again() {
        String target = OLD.replace("plural: things,", "plural: things, shortNames: [th],");
        String stored = STORED.replace("plural: things,", "plural: things, shortNames: [th],");

        ObjectNode write = requireNonNull(merged(OLD, STORED, target).write());

        assertThat(write.at("/spec/preserveUnknownFields").asBoolean()).isTrue();
        assertThat(Differences.between(write, Yaml.object(stored))).isEmpty();
    }

    @Test
    void what_came_new_without_a_schema_leaves_a_second_plan_nothing_to_write() {
        MergePlan first = ManifestMerge.plan(
                new ManifestDocuments(Map.of()), new ManifestDocuments(Map.of()), documents(OLD), OnConflict.HOLD);
        ObjectNode stored = requireNonNull(first.objects().getFirst().write()).deepCopy();
        stored.withObjectProperty("metadata").put("uid", "u1");
        stored.withObjectProperty("spec").withObjectProperty("conversion").put("strategy", "None");
        stored.withObjectProperty("spec").withObjectProperty("names").put("listKind", "ThingList");

        assertThat(merged(OLD, stored.toString(), OLD).action()).isEqualTo(MergeAction.NONE);
    }

    @Test
    void a_schema_is_brought_together_with_letting_go_of_unknown_fields() {
        ObjectNode write = requireNonNull(merged(OLD, STORED, NEW).write());

        assertThat(write.at("/spec/preserveUnknownFields").isBoolean()).isTrue();
        assertThat(write.at("/spec/preserveUnknownFields").asBoolean()).isFalse();
    }

    @Test
    void what_is_empty_in_a_schema_is_stored_as_absent_and_is_no_change_of_anybody() {
        String target = NEW.replace("{type: object}", """
                {type: object, description: "", properties: {status: {type: object, properties: {}, required: []},
                  any: {}, list: {type: array, items: {type: string, nullable: false}}}}""".strip());
        String stored = NEW.replace("{type: object}", """
                {type: object, properties: {status: {type: object}, any: {}, list: {type: array, items: {type: string}}}}""".strip());

        ObjectNode write = requireNonNull(merged(NEW, stored, target).write());

        assertThat(Differences.between(write, Yaml.object(stored))).isEmpty();
        assertThat(Differences.between(Yaml.object(target), Yaml.object(stored.replace("any: {}, ", ""))))
                .as("an empty schema is one")
                .isNotEmpty();
        assertThat(Differences.between(
                        Yaml.object(NEW.replace("{type: object}", "{type: object, default: {}}")), Yaml.object(NEW)))
                .as("an empty default is one")
                .isNotEmpty();
    }

    private static MergedObject merged(String base, String live, String target) {
        MergePlan plan = ManifestMerge.plan(documents(base), documents(live), documents(target), OnConflict.HOLD);
        assertThat(plan.conflicts()).isEmpty();
        return plan.objects().getFirst();
    }

    private static ManifestDocuments documents(String object) {
        return ManifestDocuments.of(List.of(Yaml.object(object)));
    }
}
