package io.calicofleet.model.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ImageMoveTest {

    @ParameterizedTest
    @CsvSource({
        // container, was, has, wants, becomes
        "calico-node, calico/node:v3.13.4, reg/n:v3.13.4, reg/n:v3.22.5, reg/n:v3.22.5",
        "calico-node, calico/node:v3.13.4, reg/n:v3.14.1, reg/n:v3.22.5, reg/n:v3.22.5",
        "calico-node, calico/node:v3.13.4, reg/n:3.12.0, reg/n:v3.22.5, reg/n:v3.22.5",
        "calico-node, '', reg/n:v3.13.4, reg/n:v3.22.5, reg/n:v3.22.5",
        "mount-bpffs, '', calico/node:v3.13.4, docker.io/calico/node:v3.22.5, docker.io/calico/node:v3.22.5",
        "calico-node, calico/node:master, calico/node:master, quay.io/calico/node:v3.31.2, quay.io/calico/node:v3.31.2",
        "calico-node, calico/node:v3.13.4, reg/n:v3.22.5@sha256:1, reg/n:v3.22.5, reg/n:v3.22.5@sha256:1",
        "calico-node, calico/node:v3.13.4@sha256:1, reg/n:v3.13.4@sha256:1, reg/n:v3.22.5, reg/n:v3.22.5",
        "flannel, flannel/flannel:v0.1.0, reg/flannel:v0.1.0, reg/flannel:v0.2.0, reg/flannel:v0.2.0",
        "flannel, flannel/flannel:v0.2.0, reg/flannel:v0.3.0, reg/flannel:v0.2.0, reg/flannel:v0.3.0",
        "flannel, '', quay.io/coreos/flannel:v0.1.0, flannel/flannel:v0.2.0, flannel/flannel:v0.2.0",
        "tigera-operator, '', reg/operator:v1.25.1, reg/operator:v1.36.0, reg/operator:v1.36.0",
    })
    void moves_to_the_target_without_a_question(
            String container, String was, String has, String wants, String becomes) {
        assertThat(move(container, was, has, wants)).isEqualTo(new ImageMove.Take(ImageReference.parse(becomes)));
    }

    @ParameterizedTest
    @CsvSource({
        // container, was, has, wants, kept, taken, a word of the reason
        "calico-node, calico/node:v3.13.4, r/n:v3.13.4@sha256:1, r/n:v3.22.5, r/n:v3.22.5, r/n:v3.22.5, digest",
        "calico-node, calico/node:v3.13.4, r/n@sha256:1, r/n:v3.22.5, r/n:v3.22.5, r/n:v3.22.5, digest",
        "calico-node, calico/node:v3.13.4, r/n:v3.13.4-fix, r/n:v3.22.5, r/n:v3.22.5, r/n:v3.22.5, build of your own",
        "calico-node, calico/node:v3.13.4, r/n:v3.13.4-fips, r/n:v3.22.5, r/n:v3.22.5-fips, r/n:v3.22.5, fips",
        "calico-node, calico/node:v3.13.4, r/n:latest, r/n:v3.22.5, r/n:v3.22.5, r/n:v3.22.5, no release",
        "calico-node, calico/node:v3.13.4, r/n:master, r/n:v3.22.5, r/n:v3.22.5, r/n:v3.22.5, no release",
        "calico-node, calico/node:v3.13.4, r/n, r/n:v3.22.5, r/n:v3.22.5, r/n:v3.22.5, no release",
        "calico-node, calico/node:v3.13.4, r/n:v3.23.0, r/n:v3.22.5, r/n:v3.22.5, r/n:v3.22.5, newer",
        "calico-node, calico/node:v3.22.4, r/n:fix, r/n:v3.22.4, r/n:v3.22.4, r/n:v3.22.4, no release",
        "tigera-operator, t/operator:v1.25.1, t/operator:v1.26.0-fix, t/operator:v1.30.0, t/operator:v1.30.0, t/operator:v1.30.0, build of your own",
        "flannel, f/flannel:v0.1.0, f/flannel:v0.1.5, f/flannel:v0.2.0, f/flannel:v0.1.5, f/flannel:v0.2.0, another version",
        "flannel, '', f/flannel:v0.9.0, f/flannel:v0.2.0, f/flannel:v0.9.0, f/flannel:v0.2.0, another version",
        "mount-bpffs, '', busybox:1.36, calico/node:v3.22.5, busybox:1.36, calico/node:v3.22.5, another image",
    })
    void asks_where_people_chose_a_version_and_offers_what_can_succeed(
            String container, String was, String has, String wants, String kept, String taken, String reason) {
        ImageMove move = move(container, was, has, wants);

        assertThat(move).isInstanceOfSatisfying(ImageMove.Ask.class, ask -> {
            assertThat(ask.keep()).hasToString(kept);
            assertThat(ask.take()).hasToString(taken);
            assertThat(ask.why()).contains(reason);
        });
    }

    @Test
    void no_answer_keeps_an_old_image_of_Calico() {
        ImageMove.Ask ask = (ImageMove.Ask) move(
                "calico-node", "calico/node:v3.13.4", "reg/calico/node:v3.13.4-hotfix2", "reg/calico/node:v3.22.5");

        assertThat(ask.keep()).isEqualTo(ask.take());
    }

    private static ImageMove move(String container, String was, String has, String wants) {
        return ImageMove.of(
                container,
                was.isEmpty() ? null : ImageReference.parse(was),
                ImageReference.parse(has),
                ImageReference.parse(wants));
    }
}
