package io.calicofleet.model.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CalicoImagesTest {

    private static final CalicoVersion TARGET = CalicoVersion.parse("v3.22.5");

    @ParameterizedTest
    @CsvSource({
        "calico-node, reg/acme/network:v1",
        "calico-kube-controllers, calico/kube-controllers:v3.22.5",
        "calico-webhooks, reg/acme/admission:v1",
        "install-cni, reg/cni:v3.22.5",
        "mount-bpffs, reg/our-node:v3.22.5",
        "ebpf-bootstrap, quay.io/calico/node:v3.31.2",
        "flexvol-driver, reg/flexvol:v1",
        "anything, reg.local:5000/proxy/docker.io/calico/node:v3.22.5",
        "anything, reg/calico-typha@sha256:00",
        "anything, rancher/mirrored-calico-cni:v3.22.5",
        "anything, quay.io/calico/calico:v3.33.0",
        "csi-node-driver-registrar, reg/acme-node-driver-registrar:v3.26.0",
    })
    void tells_an_image_of_Calico_in_whatever_registry(String container, String image) {
        assertThat(CalicoImages.isCalico(container, image)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "kube-flannel, docker.io/flannel/flannel:v0.24.4",
        "calico-node-exporter, reg/acme/calico-node-exporter:v1",
        "debug, reg/acme/not-calico-node:v1",
        "node, reg/prometheus/node:v1",
        "node-exporter, quay.io/prometheus/node-exporter:v1.7.0",
        "mount-bpffs, docker.io/library/busybox:1.36",
        "flexvol-driver, reg/acme/wait:1",
        "tools, docker.io/calico/ctl:v3.13.4",
        "tigera-operator, quay.io/tigera/operator:v1.36.0",
    })
    void leaves_out_what_is_of_somebody_else_though_it_is_called_alike(String container, String image) {
        assertThat(CalicoImages.isCalico(container, image)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "calico/node:v3.22.5",
                "reg.local:5000/calico-node:v3.22.5@sha256:00",
                "reg/calico/node:3.22.5",
                "reg/calico/node:v3.22.5-fips",
                "reg/calico/node:v3.22.5-arm64",
            })
    void an_image_is_of_the_release_its_tag_names_or_a_build_of_it(String image) {
        assertThat(CalicoImages.isOf(image, TARGET)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "calico/node",
                "reg.local:5000/calico/node",
                "calico/node:latest",
                "calico/node:master",
                "calico/node@sha256:00",
                "calico/node:v3.22.4",
                "calico/node:v3.22.5-hotfix1",
            })
    void an_image_is_not_of_the_release_where_its_tag_names_another_one_or_none(String image) {
        assertThat(CalicoImages.isOf(image, TARGET)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "reg.local:5000/mirror/calico/node:v3.13.4, v3.13.4",
        "reg.local:5000/mirror/calico/node:v3.13.4@sha256:00, v3.13.4",
        "calico/node:3.13.4, v3.13.4",
        "calico/node:v3.13.4-hotfix, v3.13.4-hotfix",
    })
    void reads_the_version_from_the_tag_alone(String image, String version) {
        assertThat(CalicoImages.version(image)).contains(CalicoVersion.parse(version));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"calico/node", "calico/node:latest", "reg.local:5000/calico/node", "calico/node@sha256:00", ""})
    void a_tag_that_is_none_has_no_version(String image) {
        assertThat(CalicoImages.version(image)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "v3.22.5, v3.22.5",
        "v3.22.5-rancher1, v3.22.5",
        "v3.24.5-build20221201, v3.24.5",
        "v3.22.5-fips, v3.22.5",
        "v3.22.5-1, v3.22.5",
        "v3.30.0-rc1, v3.30.0-rc1",
        "v3.30.0-0.dev, v3.30.0-0.dev",
        "v3.30.0-pre-release, v3.30.0-pre-release",
    })
    void a_build_is_of_the_release_it_was_built_from_and_what_comes_before_a_release_is_not(
            String version, String from) {
        assertThat(CalicoImages.builtFrom(CalicoVersion.parse(version))).isEqualTo(CalicoVersion.parse(from));
    }
}
