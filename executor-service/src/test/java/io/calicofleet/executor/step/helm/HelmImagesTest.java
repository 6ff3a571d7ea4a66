package io.calicofleet.executor.step.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.core.merge.Decisions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HelmImagesTest {

    private static final ObjectNode OLD = Yaml.object("""
            {tigeraOperator: {image: tigera/operator, version: v1.30.0, registry: quay.io},
             calicoctl: {image: docker.io/calico/ctl, tag: v3.26.0}}
            """);
    private static final ObjectNode NEW = Yaml.object("""
            {tigeraOperator: {image: tigera/operator, version: v1.34.0, registry: quay.io},
             calicoctl: {image: docker.io/calico/ctl, tag: v3.28.0}}
            """);

    private final List<FieldConflict> conflicts = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {tigeraOperator: {registry: reg.example:5000/mirror}}                     | {tigeraOperator: {registry: reg.example:5000/mirror}}
            {tigeraOperator: {registry: reg.example/mirror, version: v1.30.0}}        | {tigeraOperator: {registry: reg.example/mirror}}
            {tigeraOperator: {image: acme/operator, version: v1.30.0}}                | {tigeraOperator: {image: acme/operator}}
            {tigeraOperator: {version: v1.29.3}}                                      | {tigeraOperator: {}}
            {tigeraOperator: {version: v1.34.0}}                                      | {tigeraOperator: {}}
            {calicoctl: {image: reg.example/calico/ctl, tag: v3.26.0}}                | {calicoctl: {image: reg.example/calico/ctl}}
            {installation: {registry: reg.example/, imagePath: mirror}}               | {installation: {registry: reg.example/, imagePath: mirror}}
            """)
    void a_place_of_peoples_stays_and_a_version_follows_the_chart(String given, String becomes) {
        assertThat(decided(given, OnConflict.HOLD)).isEqualTo(Yaml.object(becomes));
        assertThat(conflicts).isEmpty();
    }

    @Test
    void a_place_of_peoples_stays_where_the_chart_moved_its_own() {
        ObjectNode moved = NEW.deepCopy();
        moved.withObjectProperty("calicoctl").put("image", "quay.io/calico/ctl");
        HelmRelease mirrored = release("{calicoctl: {image: reg.example/calico/ctl, tag: v3.26.0}}");

        HelmValues values = HelmValues.of(mirrored, moved, Decisions.of(OnConflict.HOLD));

        assertThat(values.conflicts()).isEmpty();
        assertThat(values.values()).isEqualTo(Yaml.object("{calicoctl: {image: reg.example/calico/ctl}}"));
        assertThat(values.notes()).anyMatch(note -> note.startsWith("the value calicoctl.image stays"));
        HelmRelease copied = release("{calicoctl: {image: docker.io/calico/ctl, tag: v3.26.0}}");
        assertThat(HelmValues.of(copied, moved, Decisions.of(OnConflict.HOLD)).values())
                .isEqualTo(Yaml.object("{calicoctl: {}}"));
    }

    @ParameterizedTest
    @CsvSource({"v1.30.0-acme", "v1.30.0@sha256:00", "master", "v1.40.0"})
    void a_version_that_people_pinned_is_asked_and_each_answer_brings_the_new_operator(String version) {
        String given = "{tigeraOperator: {version: \"" + version + "\"}}";
        assertThat(decided(given, OnConflict.HOLD)).isEqualTo(Yaml.object(given));
        assertThat(conflicts).singleElement().satisfies(asked -> {
            assertThat(asked.path()).isEqualTo("tigeraOperator.version");
            assertThat(asked.base()).isEqualTo("v1.30.0");
            assertThat(asked.mine()).isEqualTo(version);
            assertThat(asked.target()).isEqualTo("v1.34.0");
            assertThat(asked.why()).isNotEmpty();
        });
        assertThat(decided(given, OnConflict.TAKE_NEW)).isEqualTo(Yaml.object("{tigeraOperator: {}}"));
        assertThat(decided(given, OnConflict.KEEP_MINE)).isEqualTo(Yaml.object("{tigeraOperator: {}}"));
        assertThat(notes).allMatch(note -> note.contains("tigeraOperator.version was " + version));
    }

    @Test
    void the_same_build_of_the_new_release_is_one_of_the_answers() {
        String given = "{calicoctl: {tag: v3.26.0-arm64}}";
        assertThat(decided(given, OnConflict.KEEP_MINE)).isEqualTo(Yaml.object("{calicoctl: {tag: v3.28.0-arm64}}"));
        assertThat(decided(given, OnConflict.TAKE_NEW)).isEqualTo(Yaml.object("{calicoctl: {}}"));
    }

    private static HelmRelease release(String given) {
        ObjectNode content = Yaml.object("{}");
        content.set("config", Yaml.object(given));
        content.withObjectProperty("chart").set("values", OLD);
        return new HelmRelease("calico", "tigera-operator", 1, "deployed", "tigera-operator", "v3.26.0", content);
    }

    private ObjectNode decided(String given, OnConflict rule) {
        ObjectNode values = Yaml.object(given);
        HelmImages.decide("Helm release a/b", values, OLD, NEW, Decisions.of(rule), conflicts, notes);
        return values;
    }
}
