package io.calicofleet.simulator.kubernetes.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.TypeCatalog;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StrategicMergePatchTest {

    private static JsonNode patched(String kind, String target, String patch) throws PatchException {
        return StrategicMergePatch.apply(yaml(target), yaml(patch), TypeCatalog.ofKind(kind));
    }

    private static JsonNode yaml(String text) {
        return Json.yamlDocuments(text).get(0);
    }

    @Test
    void merges_containers_and_their_variables_by_name() throws PatchException {
        JsonNode result = patched(
                "Pod",
                "spec: {containers: [{name: a, image: one, env: [{name: X, value: '1'}, {name: Y, value: '2'}]}, {name: b}]}",
                "spec: {containers: [{name: a, image: two, env: [{name: Y, value: '3'}, {name: Z, value: '4'}]}]}");
        assertThat(result)
                .isEqualTo(yaml(
                        "spec: {containers: [{name: a, image: two, env: [{name: X, value: '1'}, {name: Y, value: '3'},"
                                + " {name: Z, value: '4'}]}, {name: b}]}"));
    }

    @Test
    void deletes_and_replaces_items_by_directive() throws PatchException {
        JsonNode result = patched(
                "Pod",
                "spec: {containers: [{name: a, image: one, command: [x]}, {name: b}]}",
                "spec: {containers: [{name: b, $patch: delete}, {name: a, image: two, $patch: replace}]}");
        assertThat(result).isEqualTo(yaml("spec: {containers: [{name: a, image: two}]}"));
    }

    @Test
    void replaces_a_whole_list_by_directive() throws PatchException {
        JsonNode result = patched(
                "Pod",
                "spec: {containers: [{name: a}, {name: b}]}",
                "spec: {containers: [{$patch: replace}, {name: c}]}");
        assertThat(result).isEqualTo(yaml("spec: {containers: [{name: c}]}"));
    }

    @Test
    void replaces_lists_without_a_merge_key_such_as_tolerations() throws PatchException {
        JsonNode result =
                patched("Pod", "spec: {tolerations: [{key: a}, {key: b}]}", "spec: {tolerations: [{key: c}]}");
        assertThat(result).isEqualTo(yaml("spec: {tolerations: [{key: c}]}"));
    }

    @Test
    void orders_items_by_set_element_order_and_others_as_they_stood() throws PatchException {
        JsonNode result = patched(
                "Pod",
                "spec: {containers: [{name: a}, {name: mine}, {name: b}]}",
                "spec: {$setElementOrder/containers: [{name: b}, {name: c}, {name: a}], containers: [{name: c}]}");
        assertThat(result.at("/spec/containers").findValuesAsText("name")).containsExactly("mine", "b", "c", "a");
    }

    @Test
    void merges_sets_and_deletes_from_them() throws PatchException {
        JsonNode result = patched(
                "ConfigMap",
                "metadata: {finalizers: [a, b]}",
                "metadata: {finalizers: [c], $deleteFromPrimitiveList/finalizers: [a]}");
        assertThat(result).isNotNull();
        JsonNode pod = patched(
                "Pod",
                "metadata: {finalizers: [a, b]}",
                "metadata: {$deleteFromPrimitiveList/finalizers: [a], finalizers: [c]}");
        assertThat(pod).isEqualTo(yaml("metadata: {finalizers: [c, b]}"));
    }

    @Test
    void keeps_only_the_retained_keys() throws PatchException {
        JsonNode result = patched(
                "Deployment",
                "spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}}",
                "spec: {strategy: {$retainKeys: [type], type: Recreate}}");
        assertThat(result).isEqualTo(yaml("spec: {strategy: {type: Recreate}}"));
    }

    @Test
    void null_removes_a_field() throws PatchException {
        assertThat(patched("ConfigMap", "data: {a: '1', b: '2'}", "data: {a: null}"))
                .isEqualTo(yaml("data: {b: '2'}"));
    }

    @Test
    void refuses_an_item_without_its_merge_key() {
        assertThatThrownBy(() -> patched("Pod", "spec: {containers: [{name: c}]}", "spec: {containers: [{image: x}]}"))
                .isInstanceOf(PatchException.class)
                .hasMessage("map: map[image:x] does not contain declared merge key: name");
    }

    @Test
    void takes_a_list_that_is_new_as_it_is() throws PatchException {
        assertThat(patched("Pod", "spec: {}", "spec: {containers: [{image: x}]}"))
                .isEqualTo(yaml("spec: {containers: [{image: x}]}"));
    }
}
