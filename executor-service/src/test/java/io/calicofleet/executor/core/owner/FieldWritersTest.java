package io.calicofleet.executor.core.owner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.FieldWriter;
import io.calicofleet.executor.core.Yaml;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FieldWritersTest {

    private static final String IMAGE = "spec.template.spec.containers[calico-node].image";
    private static final String IMAGE_FIELD =
            "'f:spec': {'f:template': {'f:spec': {'f:containers': {'k:{\"name\":\"calico-node\"}': {'f:image': {}}}}}}";

    @Test
    void the_newest_of_those_who_own_a_field_wrote_it_last() {
        JsonNode object = object(
                entry("kubectl-client-side-apply", "2026-11-28T07:00:00Z", IMAGE_FIELD),
                entry("argocd-controller", "2026-11-28T07:05:00Z", IMAGE_FIELD),
                entry("calico-fleet", "2026-11-28T07:09:00Z", "'f:metadata': {'f:labels': {'f:a': {}}}"));

        assertThat(FieldWriters.last(object, List.of(IMAGE)))
                .contains(new FieldWriter("argocd-controller", Instant.parse("2026-11-28T07:05:00Z")));
        assertThat(FieldWriters.last(object, List.of("metadata.labels[a]")))
                .map(FieldWriter::manager)
                .contains("calico-fleet");
        assertThat(FieldWriters.last(object, List.of(IMAGE, "metadata.labels[a]")))
                .map(FieldWriter::manager)
                .contains("calico-fleet");
    }

    @Test
    void of_two_at_one_second_the_later_entry_counts() {
        JsonNode object = object(
                entry("calico-fleet", "2026-11-28T07:00:00Z", IMAGE_FIELD),
                entry("argocd-controller", "2026-11-28T07:00:00Z", IMAGE_FIELD));

        assertThat(FieldWriters.last(object, List.of(IMAGE)))
                .map(FieldWriter::manager)
                .contains("argocd-controller");
    }

    @Test
    void a_list_or_map_that_is_owned_as_a_whole_is_owned_in_each_part() {
        JsonNode object = object(entry("kubectl-edit", "2026-11-28T07:00:00Z", "'f:data': {}"));

        assertThat(FieldWriters.last(object, List.of("data[net-conf.json]")))
                .map(FieldWriter::manager)
                .contains("kubectl-edit");
    }

    @Test
    void entries_of_lists_are_found_by_any_key_by_value_and_by_place() {
        JsonNode object = object(
                entry(
                        "by-key",
                        "2026-11-28T07:00:00Z",
                        "'f:spec': {'f:ports': {'k:{\"port\":5473,\"protocol\":\"TCP\"}': {'f:name': {}}}}"),
                entry("by-value", "2026-11-28T07:00:00Z", "'f:metadata': {'f:finalizers': {'v:\"keep\"': {}}}"),
                entry("by-place", "2026-11-28T07:00:00Z", "'f:spec': {'f:args': {'i:1': {}}}"));

        assertThat(FieldWriters.last(object, List.of("spec.ports[5473].name")))
                .map(FieldWriter::manager)
                .contains("by-key");
        assertThat(FieldWriters.last(object, List.of("metadata.finalizers[keep]")))
                .map(FieldWriter::manager)
                .contains("by-value");
        assertThat(FieldWriters.last(object, List.of("spec.args[1]")))
                .map(FieldWriter::manager)
                .contains("by-place");
    }

    @Test
    void a_status_is_nobodys_change() {
        JsonNode object = object(
                entry("kubectl", "2026-11-28T07:00:00Z", IMAGE_FIELD),
                "{manager: kube-controller-manager, operation: Update, subresource: status, time: '2026-11-28T08:00:00Z',"
                        + " fieldsV1: {'f:spec': {}}}",
                entry("old-kube-controller-manager", "2026-11-28T09:00:00Z", "'f:status': {'f:numberReady': {}}"));

        assertThat(FieldWriters.last(object, List.of()))
                .map(FieldWriter::manager)
                .contains("kubectl");
        assertThat(FieldWriters.all(object)).extracting(FieldWriter::manager).containsExactly("kubectl");
    }

    @Test
    void nobody_is_named_where_nothing_tells() {
        assertThat(FieldWriters.last(Yaml.object("{metadata: {name: x}}"), List.of(IMAGE)))
                .isEmpty();
        assertThat(FieldWriters.last(
                        object(entry("a", "2026-11-28T07:00:00Z", "'f:data': {'f:x': {}}")), List.of(IMAGE)))
                .isEmpty();
        assertThat(FieldWriters.last(object("{manager: '', operation: Update, fieldsV1: {'f:spec': {}}}"), List.of()))
                .isEmpty();
    }

    @Test
    void a_time_that_cannot_be_read_is_older_than_any_other() {
        JsonNode object =
                object(entry("known", "2026-11-28T07:00:00Z", IMAGE_FIELD), entry("unknown", "yesterday", IMAGE_FIELD));

        assertThat(FieldWriters.last(object, List.of(IMAGE)))
                .map(FieldWriter::manager)
                .contains("known");
        assertThat(FieldWriters.all(object)).extracting(FieldWriter::manager).containsExactly("known", "unknown");
    }

    private static String entry(String manager, String time, String fields) {
        return "{manager: " + manager + ", operation: Update, time: '" + time + "', fieldsType: FieldsV1, fieldsV1: {"
                + fields + "}}";
    }

    private static JsonNode object(String... entries) {
        return Yaml.object("{metadata: {name: calico-node, managedFields: [" + String.join(", ", entries) + "]}}");
    }
}
