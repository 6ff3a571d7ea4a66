package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left to do with an object of a plan, when others were there meanwhile. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CarriedOutTest {

    private static final String IMAGES = "/spec/template/spec/containers/0/image";
    private static final ObjectNode BEFORE = daemonSet("v3.20.6", "busybox:1.35");
    private static final ObjectNode TARGET = daemonSet("v3.22.5", "busybox:1.35");
    private static final MergedObject PLANNED = plan(BEFORE, TARGET);

    @Test
    void what_is_there_as_it_was_gets_the_change_of_the_plan() {
        MergedObject again = ManifestMerge.again(PLANNED, BEFORE, BEFORE, false);

        assertThat(again.action()).isEqualTo(MergeAction.UPDATE);
        assertThat(written(again).at(IMAGES).asText()).endsWith("node:v3.22.5");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_was_deleted_meanwhile_is_created_as_planned(boolean written) {
        MergedObject again = ManifestMerge.again(PLANNED, BEFORE, null, written);

        assertThat(again.action()).isEqualTo(MergeAction.CREATE);
        assertThat(written(again).at(IMAGES).asText()).endsWith("node:v3.22.5");
    }

    @Test
    void what_somebody_else_created_first_is_asked_about_where_it_differs_from_the_plan() {
        MergedObject creates = Objects.requireNonNull(ManifestMerge.plan(
                        ManifestDocuments.EMPTY,
                        ManifestDocuments.EMPTY,
                        ManifestDocuments.of(List.of(TARGET)),
                        OnConflict.HOLD)
                .objects()
                .getFirst());

        MergedObject same = ManifestMerge.again(creates, null, TARGET, false);
        MergedObject other = ManifestMerge.again(creates, null, daemonSet("v3.22.5", "busybox:1.36"), false);

        assertThat(same.conflicts()).isEmpty();
        assertThat(other.conflicts())
                .extracting(FieldConflict::path)
                .containsExactly("spec.template.spec.containers[helper].image");
    }

    @Test
    void a_change_of_others_to_a_field_of_the_plan_stops_the_first_write() {
        ObjectNode patched = daemonSet("hotfix-7", "busybox:1.35");

        assertThat(ManifestMerge.again(PLANNED, BEFORE, patched, false).conflicts())
                .extracting(FieldConflict::path)
                .containsExactly("spec.template.spec.containers[calico-node].image");
    }

    @Test
    void once_written_what_was_undone_is_put_back() {
        MergedObject again = ManifestMerge.again(PLANNED, BEFORE, BEFORE, true);

        assertThat(again.conflicts()).isEmpty();
        assertThat(written(again).at(IMAGES).asText()).endsWith("node:v3.22.5");
        assertThat(ManifestMerge.again(PLANNED, BEFORE, daemonSet("hotfix-7", "busybox:1.35"), true)
                        .conflicts())
                .isEmpty();
    }

    @Test
    void what_the_plan_takes_away_is_taken_away_again() {
        ObjectNode before = with(BEFORE, set -> pod(set).put("hostname", "calico"));
        MergedObject planned = plan(before, TARGET);

        MergedObject again =
                ManifestMerge.again(planned, before, with(TARGET, set -> pod(set).put("hostname", "calico")), true);

        assertThat(written(again).at("/spec/template/spec").has("hostname")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_image_of_calico_that_the_plan_leaves_as_it_was_is_whose_changed_it(boolean written) {
        ObjectNode before = daemonSet("v3.20.6", "docker.io/calico/cni:v3.22.5");
        MergedObject planned = plan(before, daemonSet("v3.22.5", "docker.io/calico/cni:v3.22.5"));

        MergedObject again = ManifestMerge.again(
                planned, before, daemonSet("v3.20.6", "registry.example:5000/calico/cni:hotfix-7"), written);

        assertThat(again.conflicts()).isEmpty();
        assertThat(Objects.requireNonNull(again.manifest())
                        .at("/spec/template/spec/containers/1/image")
                        .asText())
                .isEqualTo("registry.example:5000/calico/cni:hotfix-7");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_others_changed_beside_the_plan_stays(boolean written) {
        ObjectNode live = with(written ? TARGET : BEFORE, set -> {
            set.withObject("/metadata/labels").put("team", "network");
            pod(set).put("priorityClassName", "ours");
            ((ObjectNode) pod(set).at("/containers/1")).put("image", "busybox:1.36");
        });

        MergedObject again = ManifestMerge.again(PLANNED, BEFORE, live, written);

        assertThat(again.conflicts()).isEmpty();
        JsonNode result = Objects.requireNonNull(again.manifest());
        assertThat(result.at("/metadata/labels/team").asText()).isEqualTo("network");
        assertThat(result.at("/spec/template/spec/priorityClassName").asText()).isEqualTo("ours");
        assertThat(result.at("/spec/template/spec/containers/1/image").asText()).isEqualTo("busybox:1.36");
        assertThat(result.at(IMAGES).asText()).endsWith("node:v3.22.5");
    }

    @Test
    void an_image_of_the_plan_is_of_the_plan_though_another_container_had_it_before() {
        ObjectNode before = daemonSet("v3.20.6", "calico/node:v3.22.5");
        MergedObject planned = plan(before, daemonSet("v3.22.5", "calico/node:v3.22.5"));

        MergedObject again = ManifestMerge.again(planned, before, daemonSet("hotfix-7", "calico/node:v3.22.5"), false);

        assertThat(again.conflicts())
                .extracting(FieldConflict::path)
                .containsExactly("spec.template.spec.containers[calico-node].image");
    }

    @Test
    void the_plan_itself_does_not_change_by_being_looked_at() {
        MergedObject planned = plan(BEFORE, TARGET);
        ObjectNode manifest = Objects.requireNonNull(planned.manifest()).deepCopy();

        ManifestMerge.again(planned, BEFORE, daemonSet("v3.20.6", "busybox:1.36"), false);

        assertThat(planned.manifest()).isEqualTo(manifest);
    }

    private static MergedObject plan(ObjectNode live, ObjectNode target) {
        return ManifestMerge.plan(
                        ManifestDocuments.of(List.of(live)),
                        ManifestDocuments.of(List.of(live)),
                        ManifestDocuments.of(List.of(target)),
                        OnConflict.HOLD)
                .objects()
                .getFirst();
    }

    private static JsonNode written(MergedObject object) {
        return Objects.requireNonNull(object.write());
    }

    private static ObjectNode pod(ObjectNode set) {
        return (ObjectNode) set.at("/spec/template/spec");
    }

    private static ObjectNode with(ObjectNode object, Consumer<ObjectNode> change) {
        ObjectNode copy = object.deepCopy();
        change.accept(copy);
        return copy;
    }

    private static ObjectNode daemonSet(String version, String sidecar) {
        return Yaml.object("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: calico-node, namespace: kube-system, labels: {k8s-app: calico-node}}
                spec:
                  selector: {matchLabels: {k8s-app: calico-node}}
                  template:
                    metadata: {labels: {k8s-app: calico-node}}
                    spec:
                      containers:
                      - {name: calico-node, image: "docker.io/calico/node:%s"}
                      - {name: helper, image: "%s"}
                """.formatted(version, sidecar));
    }
}
