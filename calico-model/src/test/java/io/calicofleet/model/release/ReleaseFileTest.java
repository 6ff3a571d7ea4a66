package io.calicofleet.model.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReleaseFileTest {

    private static final CalicoVersion V3_22_4 = CalicoVersion.of(3, 22, 4);
    private static final CalicoVersion V3_22_5 = CalicoVersion.of(3, 22, 5);

    @Test
    void a_file_is_of_the_release_that_all_its_images_name() {
        ReleaseFile file = file(
                V3_22_5,
                workload("calico-node", "docker.io/calico/node:v3.22.5"),
                workload("install-cni", "docker.io/calico/cni:v3.22.5"));

        assertThat(file.isOf(V3_22_5, V3_22_5)).isTrue();
        assertThat(file.isOf(V3_22_4, V3_22_4)).isFalse();
        assertThat(file.versions()).containsExactly(V3_22_5);
        assertThat(file.name()).isEqualTo("v3.22.5/calico.yaml");
    }

    @Test
    void the_name_it_lies_under_proves_nothing() {
        ReleaseFile file = file(V3_22_4, workload("calico-node", "docker.io/calico/node:v3.22.5"));

        assertThat(file.isOf(V3_22_4, V3_22_4)).isFalse();
        assertThat(file.said()).isEqualTo("its images name v3.22.5");
    }

    @Test
    void images_of_two_releases_are_of_neither_alone() {
        ReleaseFile file = file(
                V3_22_5, workload("calico-node", "calico/node:v3.22.4"), workload("install-cni", "calico/cni:v3.22.5"));

        assertThat(file.isOf(V3_22_5, V3_22_5)).isFalse();
        assertThat(file.isOf(V3_22_5, V3_22_4)).isTrue();
        assertThat(file.said()).isEqualTo("its images name v3.22.4 and v3.22.5");
    }

    @Test
    void a_tag_that_is_no_version_proves_no_release() {
        ReleaseFile file = file(
                V3_22_5,
                workload("calico-node", "docker.io/calico/node:master"),
                workload("install-cni", "docker.io/calico/cni:v3.22.5"));

        assertThat(file.isOf(V3_22_5, V3_22_5)).isFalse();
        assertThat(file.said()).isEqualTo("its images name v3.22.5 (docker.io/calico/node:master)");
    }

    @Test
    void what_runs_beside_calico_and_the_operator_have_numbers_of_their_own() {
        ReleaseFile file = file(
                V3_22_5,
                workload("kube-flannel", "quay.io/coreos/flannel:v0.13.0"),
                workload("tigera-operator", "quay.io/tigera/operator:v1.25.13"),
                workload("calicoctl", "calico/ctl:v3.22.5"));

        assertThat(file.versions()).containsExactly(V3_22_5);
        assertThat(file.operator()).contains("v1.25.13");
    }

    private static ReleaseFile file(CalicoVersion release, ObjectNode... objects) {
        return new ReleaseFile(release, "calico.yaml", ManifestDocuments.of(List.of(objects)), "abc");
    }

    private static ObjectNode workload(String container, String image) {
        ObjectNode object = Json.object().put("apiVersion", "apps/v1").put("kind", "DaemonSet");
        object.putObject("metadata").put("namespace", "kube-system").put("name", container);
        object.putObject("spec")
                .putObject("template")
                .putObject("spec")
                .putArray("containers")
                .addObject()
                .put("name", container)
                .put("image", image);
        return object;
    }
}
