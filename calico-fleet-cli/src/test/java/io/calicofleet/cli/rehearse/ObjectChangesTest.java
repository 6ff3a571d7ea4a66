package io.calicofleet.cli.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.rehearse.ObjectChanges.Action;
import io.calicofleet.cli.rehearse.ObjectChanges.Field;
import io.calicofleet.cli.rehearse.ObjectChanges.Written;
import io.calicofleet.simulator.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ObjectChangesTest {

    private static final String NAME = "configmaps kube-system/calico-config";

    private static JsonNode object(String fields) {
        return object("ConfigMap", fields);
    }

    private static JsonNode object(String kind, String fields) {
        return Json.yamlDocuments("{apiVersion: v1, kind: " + kind
                        + ", metadata: {name: calico-config, namespace: kube-system}, " + fields + "}")
                .getFirst();
    }

    private static Written one(JsonNode before, JsonNode after) {
        List<Written> all = ObjectChanges.of(
                Set.of(NAME),
                before == null ? Map.of() : Map.of(NAME, before),
                after == null ? Map.of() : Map.of(NAME, after));
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    @Test
    void says_what_became_of_an_object() {
        JsonNode before = object("data: {a: '1'}");

        assertThat(one(before, object("data: {a: '2'}")))
                .isEqualTo(new Written(
                        "ConfigMap kube-system/calico-config", Action.CHANGED, List.of(new Field("data.a", "1", "2"))));
        assertThat(one(null, before).action()).isEqualTo(Action.CREATED);
        assertThat(one(before, null).action()).isEqualTo(Action.DELETED);
        assertThat(one(null, null)).isEqualTo(new Written(NAME, Action.SAME, List.of()));
        assertThat(one(before, before.deepCopy()).action()).isEqualTo(Action.SAME);
    }

    @Test
    void what_the_server_counts_and_what_calico_fleet_marks_is_no_change() {
        JsonNode before = Json.yamlDocuments("""
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  {name: calico-config, namespace: kube-system, resourceVersion: '1', uid: a, generation: 1, managedFields: [{}],
                   annotations: {kubectl.kubernetes.io/last-applied-configuration: '{}'}}
                status: {a: 1}
                """).getFirst();
        JsonNode after = Json.yamlDocuments("""
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  {name: calico-config, namespace: kube-system, resourceVersion: '2', uid: a, generation: 2,
                   annotations: {calico-fleet.io/plan: abc}}
                status: {a: 2}
                """).getFirst();

        assertThat(one(before, after))
                .isEqualTo(new Written("ConfigMap kube-system/calico-config", Action.SAME, List.of()));
    }

    @Test
    void the_values_of_a_secret_are_hidden() {
        Written written = one(object("Secret", "data: {key: Zmlyc3Q=}"), object("Secret", "data: {key: c2Vjb25k}"));

        assertThat(written.fields()).containsExactly(new Field("data.key", "(hidden)", "(hidden)"));
    }

    @Test
    void of_a_list_only_what_comes_and_goes_is_told_and_of_a_long_text_the_lines() {
        assertThat(one(
                                object("rules: [{verbs: [get]}, {verbs: [list]}]"),
                                object("rules: [{verbs: [get]}, {verbs: [watch]}]"))
                        .fields())
                .containsExactly(new Field("rules", "{\"verbs\":[\"list\"]}", "{\"verbs\":[\"watch\"]}"));
        assertThat(one(object("data: {net: \"{\\n a\\n}\"}"), object("data: {net: \"{\\n a\\n b\\n}\"}"))
                        .fields())
                .containsExactly(new Field("data.net", null, " b"));
        assertThat(one(object("data: [a, b]"), object("data: [b, a]")).fields())
                .containsExactly(new Field("data", "[\"a\",\"b\"]", "[\"b\",\"a\"]"));
    }

    @Test
    void a_difference_far_behind_in_a_long_value_is_found() {
        String long1 = "x".repeat(500);

        assertThat(one(object("data: {a: " + long1 + "1}"), object("data: {a: " + long1 + "2}"))
                        .fields())
                .hasSize(1);
    }

    @Test
    void what_calico_fleet_keeps_for_itself_is_left_out() {
        Set<String> own = new HashSet<>(List.of(
                "leases.coordination.k8s.io kube-system/calico-fleet", "configmaps kube-system/calico-fleet-journal"));

        assertThat(ObjectChanges.of(own, Map.of(), Map.of())).isEmpty();
    }
}
