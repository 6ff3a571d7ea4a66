package io.calicofleet.executor.step.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.core.merge.Decisions;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chart of v3.30 takes the path of the CSI driver by itself, that of v3.31 under {@code installation}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HelmValuesTest {

    private static final String OLD = "{installation: {enabled: true}, kubeletVolumePluginPath: /var/lib/kubelet}";
    private static final ObjectNode NEW = Yaml.object("{installation: {enabled: true, kubeletVolumePluginPath: None}}");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {kubeletVolumePluginPath: /var/snap/kubelet}                           | {installation: {kubeletVolumePluginPath: /var/snap/kubelet}}
            {kubeletVolumePluginPath: None}                                        | {installation: {kubeletVolumePluginPath: None}}
            {kubeletVolumePluginPath: /a, installation: {registry: reg.example/}}  | {installation: {registry: reg.example/, kubeletVolumePluginPath: /a}}
            {kubeletVolumePluginPath: /var/lib/kubelet}                            | {kubeletVolumePluginPath: /var/lib/kubelet}
            {kubeletVolumePluginPath: /a, installation: {kubeletVolumePluginPath: /b}} | {kubeletVolumePluginPath: /a, installation: {kubeletVolumePluginPath: /b}}
            {}                                                                     | {}
            """)
    void a_value_of_peoples_moves_to_where_the_new_chart_takes_it(String given, String becomes) {
        HelmValues values = values(given);

        assertThat(values.values()).isEqualTo(Yaml.object(becomes));
        assertThat(values.conflicts()).isEmpty();
    }

    @Test
    void a_value_that_moves_is_told() {
        assertThat(values("{kubeletVolumePluginPath: /a}").notes())
                .containsExactly("the value kubeletVolumePluginPath is installation.kubeletVolumePluginPath in the new"
                        + " chart, and moves there");
        assertThat(values("{kubeletVolumePluginPath: /var/lib/kubelet}").notes())
                .containsExactly("the value kubeletVolumePluginPath is not among those of the new chart any more: see"
                        + " whether it has another name there");
    }

    private static HelmValues values(String given) {
        ObjectNode content = Yaml.object("{config: " + given + ", chart: {values: " + OLD + "}}");
        HelmRelease release =
                new HelmRelease("calico", "tigera-operator", 1, "deployed", "tigera-operator", "v3.30.7", content);
        return HelmValues.of(release, NEW, Decisions.of(OnConflict.HOLD));
    }
}
