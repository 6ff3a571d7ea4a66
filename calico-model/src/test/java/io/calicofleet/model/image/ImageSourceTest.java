package io.calicofleet.model.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.model.image.ImagePlaces.Place;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ImageSourceTest {

    /** Containers of Calico with what its publisher calls their images. */
    private static final Map<String, String> CONTAINERS = Map.of(
            "calico-node", "calico/node",
            "install-cni", "calico/cni",
            "flexvol-driver", "calico/pod2daemon-flexvol",
            "calico-kube-controllers", "calico/kube-controllers",
            "calico-typha", "calico/typha",
            "calico-apiserver", "calico/apiserver",
            "calico-csi", "calico/csi",
            "csi-node-driver-registrar", "calico/node-driver-registrar",
            "mount-bpffs", "calico/node",
            "upgrade-ipam", "calico/cni");

    private static final List<String> BEFORE = List.of(
            "%s",
            "docker.io/%s", "quay.io/%s", "old.example/%s", "old.example:5000/a/docker.io/%s", "old.example/flat");

    @ParameterizedTest
    @CsvSource({
        "calico-node, calico/node:v3.28.5, '', '', reg.example/m/calico/node:v3.28.5",
        "calico-node, old.example/calico-node:v3.28.5, '', '', reg.example/m/calico/node:v3.28.5",
        "calico-node, old.example/x/node@sha256:ab, net, acme-, reg.example/m/net/acme-node@sha256:ab",
        "calico-node, quay.io/calico/calico:v3.32.1, net, '', reg.example/m/net/calico:v3.32.1",
        "tigera-operator, quay.io/tigera/operator:v1.38.0, '', '', reg.example/m/tigera/operator:v1.38.0",
        "tigera-operator, old.example/op:v1.38.0, net, acme-, reg.example/m/net/acme-operator:v1.38.0",
        "kube-flannel, quay.io/coreos/flannel:v0.15.1, '', '', reg.example/m/coreos/flannel:v0.15.1",
        "kube-flannel, old.example/a/flannel/flannel:v0.24.4, '', '', reg.example/m/flannel/flannel:v0.24.4",
        "kube-flannel, old.example/acme-flannel:v0.24.4, net, '', reg.example/m/net/flannel:v0.24.4",
        "agent, docker.io/calico/ctl:v3.28.5, '', '', reg.example/m/calico/ctl:v3.28.5",
    })
    void each_image_is_where_an_operator_would_have_it_with_its_tag_and_digest(
            String container, String has, String path, String prefix, String moved) {
        ImageSource source = new ImageSource("reg.example/m", path, prefix);

        assertThat(source.of(container, ImageReference.parse(has))).contains(ImageReference.parse(moved));
    }

    @Test
    void what_is_of_nobodys_release_or_tells_no_folder_is_in_none() {
        ImageSource source = new ImageSource("reg.example", "", "");

        assertThat(source.of("log-shipper", ImageReference.parse("acme/log:v1")))
                .isEmpty();
        assertThat(source.of("calico-node", ImageReference.parse("acme/network:v1")))
                .isEmpty();
        assertThat(source.of("kube-flannel", ImageReference.parse("old.example/acme-flannel:v1")))
                .isEmpty();
    }

    @Test
    void one_that_is_there_already_is_left_as_it_is_written() {
        ImageReference written = ImageReference.parse("calico/node:v3.28.5");

        assertThat(new ImageSource("docker.io", "", "").of("calico-node", written))
                .contains(written);
    }

    /** Whatever they were before: moved twice they are where they were moved to, and the next upgrade has new images from there. */
    @RepeatedTest(300)
    void once_moved_they_stay_there_and_the_next_upgrade_carries_it_over(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        ImageSource source = new ImageSource(
                one(random, List.of("reg.example", "reg.example:5000/m", "localhost:5000/a/b")),
                one(random, List.of("", "calico", "net/calico", "mirror")),
                one(random, List.of("", "", "acme-", "acme")));
        ImagePlaces places = new ImagePlaces();
        String before = one(random, BEFORE);

        CONTAINERS.forEach((container, published) -> {
            String name = published.substring(published.lastIndexOf('/') + 1);
            String image = before.endsWith("flat") ? "old.example/f/x-" + name : before.formatted(published);
            ImageReference moved = source.of(container, ImageReference.parse(image + ":v3.28.5"))
                    .orElseThrow();
            assertThat(moved.tag()).isEqualTo("v3.28.5");
            assertThat(source.of(container, moved)).contains(moved);
            places.learn(ImageReference.parse("docker.io/" + published + ":v3.28.5"), true, moved);
            ImageReference target = ImageReference.parse("quay.io/" + published + ":v3.31.7");
            assertThat(places.of(ImageReference.parse("docker.io/" + published + ":v3.28.5"), true, moved, target))
                    .isEqualTo(new Place.At(moved.location()));
        });
        ImageReference comes = ImageReference.parse("quay.io/calico/webhooks:v3.31.7");
        assertThat(places.of(comes))
                .isEqualTo(new Place.At(
                        source.of("calico-webhooks", comes).orElseThrow().location()));
    }

    private static <T> T one(Random random, List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
