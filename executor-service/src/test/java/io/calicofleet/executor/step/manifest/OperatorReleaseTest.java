package io.calicofleet.executor.step.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ReleaseSource;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ReleaseFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OperatorReleaseTest {

    private static final CalicoVersion VERSION = CalicoVersion.parse("v3.30.7");
    private static final String INSTALLATIONS = "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition,"
            + " metadata: {name: installations.operator.tigera.io}, spec: {group: operator.tigera.io}}\n";
    private static final String POLICIES = "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition,"
            + " metadata: {name: globalnetworkpolicies.crd.projectcalico.org}}\n";
    private static final String DEPLOYMENT = "{apiVersion: apps/v1, kind: Deployment,"
            + " metadata: {name: tigera-operator, namespace: tigera-operator}}\n";

    @Test
    void definitions_in_the_manifest_itself_are_taken_from_there() {
        // Given
        ReleaseSource releases = files(Map.of(
                "tigera-operator.yaml", INSTALLATIONS + "---\n" + DEPLOYMENT,
                "operator-crds.yaml", INSTALLATIONS + "---\n" + POLICIES));
        // Then
        assertThat(OperatorRelease.USUAL.definitions(releases, VERSION).objects())
                .hasSize(1);
        assertThat(manifest(releases)).containsExactly("installations.operator.tigera.io", "tigera-operator");
    }

    @Test
    void definitions_of_a_file_of_their_own_are_put_before_the_operator() {
        assertThat(manifest(files(Map.of(
                        "tigera-operator.yaml", DEPLOYMENT, "operator-crds.yaml", INSTALLATIONS + "---\n" + POLICIES))))
                .containsExactly(
                        "installations.operator.tigera.io",
                        "globalnetworkpolicies.crd.projectcalico.org",
                        "tigera-operator");
        assertThat(manifest(files(Map.of(
                        "tigera-operator.yaml", DEPLOYMENT,
                        "v1_crd_projectcalico_org.yaml", INSTALLATIONS))))
                .containsExactly("installations.operator.tigera.io", "tigera-operator");
    }

    @Test
    void a_cluster_gets_the_definitions_of_the_groups_it_has() {
        String v3 = POLICIES.replace(".crd.projectcalico", ".projectcalico");
        ReleaseSource releases = files(Map.of(
                "tigera-operator.yaml", DEPLOYMENT,
                "operator-crds.yaml", INSTALLATIONS + "---\n" + POLICIES,
                "v3_projectcalico_org.yaml", INSTALLATIONS + "---\n" + v3));

        assertThat(names(new OperatorRelease(true, false).manifest(releases, VERSION)))
                .containsExactly(
                        "installations.operator.tigera.io",
                        "globalnetworkpolicies.projectcalico.org",
                        "tigera-operator");
        assertThat(names(new OperatorRelease(true, true).manifest(releases, VERSION)))
                .containsExactly(
                        "installations.operator.tigera.io",
                        "globalnetworkpolicies.crd.projectcalico.org",
                        "globalnetworkpolicies.projectcalico.org",
                        "tigera-operator");
        assertThatThrownBy(() -> new OperatorRelease(true, false)
                        .definitions(
                                files(Map.of("tigera-operator.yaml", INSTALLATIONS + "---\n" + DEPLOYMENT)), VERSION))
                .isInstanceOf(ReleaseException.class)
                .hasMessageContaining("put v3.30.7/v3_projectcalico_org.yaml into the directory of releases");
    }

    @Test
    void a_manifest_whose_definitions_are_nowhere_is_of_no_use() {
        // Facts 5: manifests were published once without their definitions.
        assertThatThrownBy(() -> OperatorRelease.USUAL.manifest(
                        files(Map.of("tigera-operator.yaml", DEPLOYMENT, "operator-crds.yaml", POLICIES)), VERSION))
                .isInstanceOf(ReleaseException.class)
                .hasMessageContaining("operator-crds.yaml");
        assertThat(OperatorRelease.USUAL.manifest(files(Map.of()), VERSION)).isEmpty();
    }

    private static Iterable<String> manifest(ReleaseSource releases) {
        return names(OperatorRelease.USUAL.manifest(releases, VERSION));
    }

    private static List<String> names(Optional<ReleaseFile> file) {
        return file.orElseThrow().documents().keys().stream()
                .map(key -> key.name())
                .toList();
    }

    private static ReleaseSource files(Map<String, String> files) {
        return new ReleaseSource() {
            @Override
            public Optional<ReleaseFile> manifest(CalicoVersion version, String file) {
                return Optional.ofNullable(files.get(file)).map(text -> {
                    try {
                        return new ReleaseFile(version, file, ManifestDocuments.of(Yaml.read(text)), file);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }

            @Override
            public String where(CalicoVersion version, String file) {
                return file;
            }
        };
    }
}
