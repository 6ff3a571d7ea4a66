package io.calicofleet.model.release.diff;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TouchingTest {

    private static final String FELIX = "CustomResourceDefinition felixconfigurations.x";
    private static final String POOLS = "CustomResourceDefinition ippools.x";

    private static boolean touches(ReleaseChange change, ObjectNode... resources) {
        return !new Touching(
                        ManifestDocuments.of(List.of(object("DaemonSet", "node"))),
                        ManifestDocuments.of(List.of(
                                definition("felixconfigurations.x", "FelixConfiguration"),
                                definition("ippools.x", "IPPool"))),
                        List.of(resources))
                .of(List.of(change))
                .isEmpty();
    }

    private static ObjectNode object(String kind, String name) {
        ObjectNode object = Json.object().put("apiVersion", "x/v1").put("kind", kind);
        object.putObject("metadata").put("name", name).put("namespace", "s");
        return object;
    }

    private static ObjectNode definition(String name, String kind) {
        ObjectNode definition = Json.object().put("kind", "CustomResourceDefinition");
        definition.putObject("metadata").put("name", name);
        definition.putObject("spec").putObject("names").put("kind", kind);
        return definition;
    }

    private static ObjectNode felix(String field, String value) {
        ObjectNode felix = object("FelixConfiguration", "default");
        felix.putObject("spec").put(field, value);
        return felix;
    }

    private static ReleaseChange change(ChangeArea area, String object, String item, String before, String after) {
        return new ReleaseChange(area, object, item, before.isEmpty() ? null : before, after.isEmpty() ? null : after);
    }

    @Test
    void what_the_cluster_does_not_have_cannot_change() {
        assertThat(touches(change(ChangeArea.ENVIRONMENT, "DaemonSet s/node", "c A", "1", "2")))
                .isTrue();
        assertThat(touches(change(ChangeArea.ENVIRONMENT, "DaemonSet s/typha", "c A", "1", "2")))
                .isFalse();
        assertThat(touches(change(ChangeArea.OBJECTS, "DaemonSet s/typha", "", "gone", "")))
                .isFalse();
        assertThat(touches(change(ChangeArea.OBJECTS, "DaemonSet s/typha", "", "", "new")))
                .isTrue();
    }

    @Test
    void a_definition_that_goes_touches_where_something_is_kept_in_it() {
        ReleaseChange goes = change(ChangeArea.OBJECTS, POOLS, "", "IPPool", "");

        assertThat(touches(goes)).isFalse();
        assertThat(touches(goes, object("IPPool", "default"))).isTrue();
    }

    @Test
    void a_field_that_goes_touches_who_sets_it_and_one_that_comes_nobody() {
        ReleaseChange goes = change(ChangeArea.FIELDS, FELIX, "spec.a", "in use", "deprecated");

        assertThat(touches(goes, felix("a", "1"))).isTrue();
        assertThat(touches(goes, felix("b", "1"))).isFalse();
        assertThat(touches(change(ChangeArea.FIELDS, FELIX, "spec.a", "", "new"), felix("a", "1")))
                .isFalse();
    }

    @Test
    void a_default_moves_unless_everybody_sets_the_field() {
        ReleaseChange moves = change(ChangeArea.DEFAULTS, FELIX, "spec.a", "x", "y");

        assertThat(touches(moves)).isTrue();
        assertThat(touches(moves, felix("b", "1"))).isTrue();
        assertThat(touches(moves, felix("a", "1"))).isFalse();
        assertThat(touches(change(ChangeArea.DEFAULTS, POOLS, "spec.a", "x", "y")))
                .isFalse();
    }

    @Test
    void a_value_that_is_allowed_no_more_touches_who_uses_it() {
        ReleaseChange narrower = change(ChangeArea.VALUES, FELIX, "spec.a", "anything", "x, y");

        assertThat(touches(narrower, felix("a", "z"))).isTrue();
        assertThat(touches(narrower, felix("a", "x"))).isFalse();
        assertThat(touches(change(ChangeArea.VALUES, FELIX, "spec.a", "x", ""), felix("a", "x")))
                .isTrue();
        assertThat(touches(change(ChangeArea.VALUES, FELIX, "spec.a", "", "z"), felix("a", "x")))
                .isFalse();
    }

    @Test
    void an_image_touches_where_it_comes_from_elsewhere() {
        assertThat(touches(change(ChangeArea.IMAGES, "", "from", "a/node", "b/node")))
                .isTrue();
        assertThat(touches(change(ChangeArea.IMAGES, "", "b/node", ":v1", ":v2")))
                .isFalse();
    }

    @Test
    void a_sentence_tells_the_first_changes_of_an_area_and_how_to_see_the_others() {
        List<ReleaseChange> changes = IntStream.rangeClosed(1, 7)
                .mapToObj(i -> change(ChangeArea.ENVIRONMENT, "DaemonSet s/node", "c V" + i, "a", "b"))
                .toList();

        assertThat(ReleaseNotes.of(CalicoVersion.of(3, 1, 0), CalicoVersion.of(3, 2, 0), "f.yaml", changes))
                .singleElement()
                .asString()
                .startsWith(
                        "f.yaml of v3.2.0 changes, against v3.1.0, environment of this cluster: DaemonSet s/node c V1: a -> b;")
                .endsWith("c V5: a -> b; and 2 more, which `releases diff v3.1.0 v3.2.0 --file f.yaml --all` shows");
        assertThat(ReleaseNotes.of(CalicoVersion.of(3, 1, 0), CalicoVersion.of(3, 2, 0), "f.yaml", List.of()))
                .isEmpty();
    }
}
