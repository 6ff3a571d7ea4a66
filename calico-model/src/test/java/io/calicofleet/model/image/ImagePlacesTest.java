package io.calicofleet.model.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ImagePlacesTest {

    /** Where a registry has calico/node and flannel of an older release, and where those of the newer one have to be. */
    @ParameterizedTest
    @CsvSource({
        "reg.local/calico/node, reg.local/coreos/flannel, reg.local/calico/node, reg.local/flannel/flannel",
        "reg.local:5000/m/calico/node, reg.local:5000/m/coreos/flannel, reg.local:5000/m/calico/node, reg.local:5000/m/flannel/flannel",
        "reg.local/calico-node, reg.local/coreos-flannel, reg.local/calico-node, reg.local/flannel-flannel",
        "reg.local/a_calico_node, reg.local/a_coreos_flannel, reg.local/a_calico_node, reg.local/a_flannel_flannel",
        "reg.local/net/node, reg.local/net/flannel, reg.local/net/node, reg.local/net/flannel",
        "reg.local/net/acme-node, reg.local/net/acme-flannel, reg.local/net/acme-node, reg.local/net/acme-flannel",
        "reg.local/p/docker.io/calico/node, reg.local/p/quay.io/coreos/flannel, reg.local/p/quay.io/calico/node, reg.local/p/docker.io/flannel/flannel",
        "rancher/mirrored-calico-node, rancher/mirrored-coreos-flannel, rancher/mirrored-calico-node, docker.io/rancher/mirrored-flannel-flannel",
    })
    void an_image_that_the_release_moved_is_read_by_the_layout_of_the_registry(
            String node, String flannel, String newNode, String newFlannel) {
        ImagePlaces places = new ImagePlaces();
        places.learn(image("docker.io/calico/node:v1"), true, image(node + ":v1"));
        places.learn(image("quay.io/coreos/flannel:v1"), true, image(flannel + ":v1"));

        assertThat(places.of(
                        image("docker.io/calico/node:v1"), true, image(node + ":v1"), image("quay.io/calico/node:v2")))
                .isEqualTo(new ImagePlaces.Place.At(newNode));
        assertThat(places.of(
                        image("quay.io/coreos/flannel:v1"),
                        true,
                        image(flannel + ":v1"),
                        image("docker.io/flannel/flannel:v2")))
                .isEqualTo(new ImagePlaces.Place.At(newFlannel));
        assertThat(places.of(image("quay.io/calico/node:v2"))).isEqualTo(new ImagePlaces.Place.At(newNode));
    }

    @Test
    void an_image_that_does_not_run_yet_is_where_all_others_are() {
        ImagePlaces places = new ImagePlaces();
        places.learn(image("calico/node:v1"), true, image("reg.local/calico/node:v1"));
        places.learn(image("calico/cni:v1"), true, image("reg.local/calico/cni:v1"));

        assertThat(places.of(image("docker.io/calico/pod2daemon-flexvol:v2")))
                .isEqualTo(new ImagePlaces.Place.At("reg.local/calico/pod2daemon-flexvol"));
    }

    @Test
    void an_image_that_runs_is_where_that_one_is_though_others_are_elsewhere() {
        ImagePlaces places = new ImagePlaces();
        places.learn(image("calico/node:v1"), true, image("reg.local/own/calico/node:v1"));
        places.learn(image("calico/cni:v1"), true, image("calico/cni:v1"));

        assertThat(places.of(image("calico/node:v2"))).isEqualTo(new ImagePlaces.Place.At("reg.local/own/calico/node"));
        assertThat(places.of(image("calico/cni:v2"))).isEqualTo(new ImagePlaces.Place.At("calico/cni"));
    }

    @Test
    void where_some_are_moved_and_others_not_nobody_can_tell_of_a_new_one() {
        ImagePlaces places = new ImagePlaces();
        places.learn(image("calico/node:v1"), true, image("reg.local/calico/node:v1"));
        places.learn(image("calico/cni:v1"), true, image("calico/cni:v1"));

        assertThat(places.of(image("docker.io/calico/typha:v2")))
                .isEqualTo(new ImagePlaces.Place.Unclear(List.of("reg.local/calico/typha", "docker.io/calico/typha")));
    }

    @Test
    void where_two_registries_are_in_use_nobody_can_tell_of_a_new_one() {
        ImagePlaces places = new ImagePlaces();
        places.learn(image("calico/node:v1"), true, image("one.local/calico/node:v1"));
        places.learn(image("calico/cni:v1"), true, image("two.local/calico/cni:v1"));

        assertThat(places.of(image("docker.io/calico/typha:v2")))
                .isEqualTo(new ImagePlaces.Place.Unclear(
                        List.of("one.local/calico/typha", "two.local/calico/typha", "docker.io/calico/typha")));
    }

    @Test
    void where_one_image_is_in_two_places_nobody_can_tell_of_a_new_container_of_it() {
        ImagePlaces places = new ImagePlaces();
        places.learn(image("calico/node:v1"), true, image("one.local/calico/node:v1"));
        places.learn(image("calico/node:v1"), true, image("calico/node:v1"));

        assertThat(places.of(image("docker.io/calico/node:v2")))
                .isEqualTo(new ImagePlaces.Place.Unclear(List.of("one.local/calico/node", "docker.io/calico/node")));
    }

    @ParameterizedTest
    @CsvSource({
        // where the target has it, where it is, where it goes, while nothing tells where the release installed had it
        "docker.io/calico/node, quay.io/calico/node, quay.io/calico/node",
        "docker.io/flannel/flannel, quay.io/coreos/flannel, docker.io/flannel/flannel",
        "docker.io/flannel/flannel, reg.local/coreos/flannel, reg.local/flannel/flannel",
        "quay.io/calico/node, reg.local/calico/node, reg.local/calico/node",
        "quay.io/calico/node, reg.local/a/docker.io/calico/node, reg.local/a/quay.io/calico/node",
        "quay.io/tigera/operator, reg.local/quay.io/tigera/operator, reg.local/quay.io/tigera/operator",
        "quay.io/calico/node, reg.local/own-agent, reg.local/own-agent",
    })
    void without_a_base_what_is_published_moves_and_what_is_private_stays(String target, String has, String place) {
        assertThat(new ImagePlaces().of(image(target), false, image(has + ":v1"), image(target + ":v2")))
                .isEqualTo(new ImagePlaces.Place.At(place));
    }

    @ParameterizedTest
    @CsvSource({"docker.io/calico/node", "calico/node"})
    void without_a_base_nobody_can_tell_whether_people_chose_the_registry_that_manifests_left(String has) {
        assertThat(new ImagePlaces()
                        .of(image("quay.io/calico/node"), false, image(has + ":v1"), image("quay.io/calico/node:v2")))
                .isEqualTo(new ImagePlaces.Place.Unclear(List.of("docker.io/calico/node", "quay.io/calico/node")));
    }

    @Test
    void without_a_base_nobody_can_tell_it_of_an_image_that_does_not_run_yet_either() {
        ImagePlaces places = new ImagePlaces();
        places.learn(image("quay.io/calico/cni"), false, image("docker.io/calico/cni:v1"));
        places.learn(image("docker.io/flannel/flannel"), false, image("docker.io/flannel/flannel:v1"));

        assertThat(places.of(image("quay.io/calico/node:v2")))
                .isEqualTo(new ImagePlaces.Place.Unclear(List.of("docker.io/calico/node", "quay.io/calico/node")));
        assertThat(places.of(image("quay.io/tigera/operator:v2")))
                .isEqualTo(new ImagePlaces.Place.At("quay.io/tigera/operator"));
    }

    @Test
    void an_image_without_a_base_goes_where_the_release_took_the_others_of_its_registry() {
        ImagePlaces places = new ImagePlaces();
        places.learn(image("docker.io/calico/cni:v1"), true, image("docker.io/calico/cni:v1"));

        assertThat(places.of(
                        image("quay.io/calico/node"),
                        false,
                        image("docker.io/calico/node:v1"),
                        image("quay.io/calico/node:v2")))
                .isEqualTo(new ImagePlaces.Place.At("quay.io/calico/node"));
    }

    private static ImageReference image(String reference) {
        return ImageReference.parse(reference);
    }
}
