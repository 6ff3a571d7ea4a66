package io.calicofleet.executor.core.datastore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.Yaml;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Facts 1.1 to 1.3. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StoredFormTest {

    private static final CalicoVersion OLD = CalicoVersion.parse("v3.22.5");
    private static final CalicoVersion NEW = CalicoVersion.parse("v3.28.5");
    private static final CalicoKind ENDPOINT = CalicoKind.HOST_ENDPOINT;
    private static final CalicoKind POLICY = CalicoKind.GLOBAL_NETWORK_POLICY;

    @Test
    void before_v3_28_labels_are_those_of_the_object_whatever_the_annotation_says() {
        ObjectNode stored = stored("{\"uid\":\"1b\",\"labels\":{\"env\":\"ignored\"}}", "{env: dev}");

        ObjectNode resource = StoredForm.toV3(ENDPOINT, stored, OLD);

        assertThat(resource.at("/metadata/labels")).hasToString("{\"env\":\"dev\"}");
        assertThat(resource.at("/metadata/annotations").isMissingNode()).isTrue();
        assertThat(resource.at("/apiVersion").asText()).isEqualTo("projectcalico.org/v3");
    }

    @Test
    void before_v3_28_a_written_label_is_the_objects_and_the_rest_of_the_annotation_stays() {
        ObjectNode stored = stored(
                "{\"uid\":\"1b\",\"creationTimestamp\":\"2020-05-12T08:00:00Z\",\"labels\":{\"env\":\"old\"}}",
                "{env: dev}");

        ObjectNode written = StoredForm.toStored(ENDPOINT, relabelled(stored, OLD, "env", "prod"), stored, OLD);

        assertThat(written.at("/metadata/labels")).hasToString("{\"env\":\"prod\"}");
        assertThat(annotation(written))
                .as("labels left by a newer version would win again after the next upgrade")
                .isEqualTo("{\"uid\":\"1b\",\"creationTimestamp\":\"2020-05-12T08:00:00Z\"}");
        assertThat(written.at("/metadata/creationTimestamp").asText()).isEqualTo("2021-01-01T00:00:00Z");
    }

    @Test
    void from_v3_28_on_the_annotation_wins() {
        ObjectNode stored = stored(
                "{\"creationTimestamp\":null,\"labels\":{\"env\":\"dev\"},\"annotations\":{\"a\":\"b\"}}",
                "{env: old, by: hand}");

        ObjectNode resource = StoredForm.toV3(ENDPOINT, stored, NEW);

        assertThat(resource.at("/metadata/labels")).hasToString("{\"env\":\"dev\",\"by\":\"hand\"}");
        assertThat(resource.at("/metadata/annotations")).hasToString("{\"a\":\"b\"}");
    }

    @Test
    void from_v3_28_on_a_label_is_changed_and_removed_in_both_places() {
        ObjectNode stored = stored(
                "{\"uid\":\"1b\",\"creationTimestamp\":null,\"labels\":{\"host-endpoint-upgrade\":\"\",\"env\":\"dev\"}}",
                "{host-endpoint-upgrade: \"\"}");
        ObjectNode resource = StoredForm.toV3(ENDPOINT, stored, NEW);
        ((ObjectNode) resource.at("/metadata/labels")).remove("host-endpoint-upgrade");

        ObjectNode written = StoredForm.toStored(ENDPOINT, resource, stored, NEW);

        assertThat(written.at("/metadata/labels")).hasToString("{\"env\":\"dev\"}");
        assertThat(annotation(written)).isEqualTo("{\"creationTimestamp\":null,\"labels\":{\"env\":\"dev\"}}");
        assertThat(StoredForm.toV3(ENDPOINT, written, OLD).at("/metadata/labels"))
                .as("nodes that are not upgraded yet see the same")
                .hasToString("{\"env\":\"dev\"}");
    }

    @Test
    void what_the_object_has_besides_labels_and_annotations_outlasts_a_write() {
        ObjectNode stored = stored("{}", "{}");
        ((ObjectNode) stored.path("metadata")).putArray("finalizers").add("keep.me/here");

        ObjectNode written = StoredForm.toStored(ENDPOINT, relabelled(stored, NEW, "env", "prod"), stored, NEW);

        assertThat(written.at("/metadata/finalizers/0").asText()).isEqualTo("keep.me/here");
        assertThat(written.at("/metadata/resourceVersion").asText()).isEqualTo("7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"not json", "[]", ""})
    void an_annotation_that_cannot_be_read_is_as_none(String annotation) {
        ObjectNode stored = stored(annotation, "{env: dev}");

        assertThat(StoredForm.toV3(ENDPOINT, stored, NEW).at("/metadata/labels"))
                .hasToString("{\"env\":\"dev\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "v3.13.4, default.allow-all-upgrade, false, false",
        "v3.28.5, default.allow-all-upgrade, false, false",
        "v3.29.3, default.allow-all-upgrade, false, false",
        "v3.29.4, default.allow-all-upgrade, true, false",
        "v3.31.7, default.allow-all-upgrade, true, false",
        "v3.32.0, allow-all-upgrade, true, true"
    })
    void a_new_policy_is_stored_as_each_version_stores_it(String version, String name, boolean says, boolean tier) {
        CalicoVersion runs = CalicoVersion.parse(version);
        ObjectNode policy = policy("allow-all-upgrade", "");

        ObjectNode stored = StoredForm.toStored(POLICY, policy, null, runs);

        assertThat(stored.at("/apiVersion").asText()).isEqualTo("crd.projectcalico.org/v1");
        assertThat(stored.at("/metadata/name").asText()).isEqualTo(name);
        assertThat(annotation(stored).contains("\"name\":\"allow-all-upgrade\""))
                .isEqualTo(says);
        assertThat(stored.at("/spec/tier").asText()).isEqualTo(tier ? "default" : "");
        assertThat(StoredForm.toV3(POLICY, stored, runs).at("/metadata/name").asText())
                .isEqualTo("allow-all-upgrade");
    }

    @Test
    void a_policy_of_another_tier_keeps_its_name() {
        CalicoVersion runs = CalicoVersion.parse("v3.30.7");
        ObjectNode policy = policy("security.log", "security");

        assertThat(PolicyNames.stored(POLICY, policy, runs)).isEqualTo("security.log");
        assertThat(StoredForm.toV3(POLICY, policy, runs).at("/metadata/name").asText())
                .isEqualTo("security.log");
    }

    @Test
    void a_policy_is_looked_for_under_both_names_and_the_one_of_its_version_counts() {
        assertThat(PolicyNames.candidates(POLICY, "a", OLD)).isEqualTo(List.of("default.a", "a"));
        assertThat(PolicyNames.candidates(POLICY, "default.a", CalicoVersion.parse("v3.32.0")))
                .isEqualTo(List.of("a", "default.a"));
        assertThat(PolicyNames.candidates(ENDPOINT, "default.a", OLD)).isEqualTo(List.of("default.a"));
    }

    private static ObjectNode relabelled(ObjectNode stored, CalicoVersion version, String key, String value) {
        ObjectNode resource = StoredForm.toV3(ENDPOINT, stored, version);
        resource.withObject("/metadata/labels").put(key, value);
        return resource;
    }

    private static ObjectNode stored(String annotation, String labels) {
        ObjectNode endpoint =
                Yaml.object("{apiVersion: crd.projectcalico.org/v1, kind: HostEndpoint, metadata: {name: n1,"
                        + " resourceVersion: \"7\", creationTimestamp: \"2021-01-01T00:00:00Z\", labels: " + labels
                        + "}, spec: {node: n1, interfaceName: \"*\"}}");
        endpoint.withObject("/metadata/annotations").put("projectcalico.org/metadata", annotation);
        return endpoint;
    }

    private static ObjectNode policy(String name, String tier) {
        return Yaml.object("{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: " + name
                + "}, spec: {selector: all()" + (tier.isEmpty() ? "" : ", tier: " + tier) + "}}");
    }

    private static String annotation(JsonNode object) {
        return object.path("metadata")
                .path("annotations")
                .path("projectcalico.org/metadata")
                .asText();
    }
}
