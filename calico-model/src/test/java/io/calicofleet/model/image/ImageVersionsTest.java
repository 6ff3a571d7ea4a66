package io.calicofleet.model.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ContainerImages;
import io.calicofleet.model.Json;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ImageVersionsTest {

    private static final CalicoVersion OLD = CalicoVersion.parse("v3.27.5");
    private static final CalicoVersion NEW = CalicoVersion.parse("v3.28.5");

    /** The csi image did not change. */
    private static final ImageVersions VERSIONS = ImageVersions.of(List.of(
            set("calico-v3.27.5", "calico/node", "sha256:0a", "calico/csi", "sha256:0c"),
            set("calico-v3.28.5", "calico/node", "sha256:0b", "calico/csi", "sha256:0c"),
            set("enterprise-v3.20.0", "tigera/cnx-node", "sha256:0d"),
            set("calico-ours", "calico/typha", "sha256:0e")));

    @ParameterizedTest
    @CsvSource({
        "docker.io/calico/node@sha256:0b, v3.28.5",
        "reg.example:5000/mirror/node@sha256:0b, v3.28.5",
        "reg.example/acme-node@sha256:0a, v3.27.5",
        "calico/node:v3.26.0, v3.26.0",
        "calico/node:v3.26.0@sha256:0b, v3.26.0",
    })
    void a_tag_tells_and_where_there_is_none_the_image_set_that_has_the_digest(String image, String version) {
        assertThat(VERSIONS.of(image)).containsExactly(CalicoVersion.parse(version));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "calico/node",
                "calico/node:latest",
                "calico/node:master@sha256:0b",
                "calico/node@sha256:ff",
                "calico/cni@sha256:0b",
                "tigera/cnx-node@sha256:0d",
                "calico/typha@sha256:0e"
            })
    void nothing_is_told_of_any_other(String image) {
        assertThat(VERSIONS.of(image)).isEmpty();
        assertThat(VERSIONS.isOf(image, NEW)).isFalse();
    }

    @Test
    void an_image_that_did_not_change_is_of_both_releases() {
        assertThat(VERSIONS.of("calico/csi@sha256:0c")).containsExactly(OLD, NEW);
        assertThat(VERSIONS.isOf("calico/csi@sha256:0c", NEW)).isTrue();
        assertThat(VERSIONS.isOf("calico/csi@sha256:0c", OLD)).isTrue();
        assertThat(VERSIONS.told("calico/node@sha256:0b")).contains("calico-v3.28.5");
        assertThat(VERSIONS.told("calico/node:v3.28.5")).isEmpty();
    }

    @Test
    void a_build_is_of_its_release_as_by_its_tag() {
        assertThat(VERSIONS.isOf("calico/node:v3.28.5-fips", NEW)).isTrue();
    }

    @Test
    void a_container_may_be_of_the_target_where_nothing_says_another_release() {
        assertThat(VERSIONS.mayBeOf(List.of(node("calico/node@sha256:ff")), "calico-node", NEW))
                .isTrue();
        assertThat(VERSIONS.mayBeOf(List.of(node("calico/node@sha256:0a")), "calico-node", NEW))
                .isFalse();
    }

    private static ContainerImages node(String image) {
        return new ContainerImages("calico-node", false, image, 1);
    }

    private static ObjectNode set(String name, String... images) {
        ObjectNode set =
                Json.object().put("apiVersion", "operator.tigera.io/v1").put("kind", "ImageSet");
        set.putObject("metadata").put("name", name);
        var list = set.putObject("spec").putArray("images");
        for (int i = 0; i < images.length; i += 2) {
            list.addObject().put("image", images[i]).put("digest", images[i + 1]);
        }
        return set;
    }
}
