package io.calicofleet.verifier.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.GateKind;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** A cluster that runs v3.22.5 and stays there but for one thing. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class VersionGateTest {

    private static final GateCase DONE = GateCase.of(GateKind.VERSION, "passes-with-two-in-a-row");
    private static final GateCase PUT_BACK = GateCase.of(GateKind.VERSION, "names-who-put-the-images-back");
    private static final String IMAGE = "/workloads/1/templateImages/0/image";
    private static final String IN = " in Deployment kube-system/calico-kube-controllers";

    @Test
    void workloads_without_any_image_of_Calico_prove_nothing() {
        GateCase others = DONE.with("/workloads", """
                - {kind: DaemonSet, namespace: kube-system, name: calico-node, generation: 2, observedGeneration: 2,
                   desired: 1, updated: 1, ready: 1, available: 1, unavailable: 0, misscheduled: 0, templateContainers: 1,
                   templateImages: [{container: app, init: false, image: "example.org/app:v3.22.5", pods: 0}],
                   podImages: [{container: app, init: false, image: "example.org/app:v3.22.5", pods: 1}],
                   readyContainers: {"1/1": 1}, pods: 1, podsOfOtherRevision: 0, restarts: 0}
                """);

        assertThat(others.missing()).containsExactly("any image of Calico in its workloads");
    }

    @Test
    void an_image_that_one_pod_still_runs_counts_and_one_that_no_pod_runs_does_not() {
        String old =
                "{container: calico-kube-controllers, init: false, image: 'docker.io/calico/kube-controllers:v3.20.6', pods: %d}";

        assertThat(DONE.with("/workloads/1/podImages/-", old.formatted(0)).missing())
                .isEmpty();
        assertThat(DONE.with("/workloads/1/podImages/-", old.formatted(1)).missing())
                .contains("the tag v3.22.5 instead of docker.io/calico/kube-controllers:v3.20.6" + IN);
    }

    @Test
    void only_an_image_of_which_nothing_but_a_digest_is_known_needs_an_ImageSet() {
        String digest = "@sha256:" + "ab".repeat(32);

        assertThat(DONE.with(IMAGE, "reg/calico/kube-controllers" + digest).missing())
                .contains("an image that an ImageSet says is of v3.22.5 instead of reg/calico/kube-controllers" + digest
                        + IN);
        assertThat(DONE.with(IMAGE, "reg/calico/kube-controllers:v3.20.6" + digest)
                        .missing())
                .contains("the tag v3.22.5 instead of reg/calico/kube-controllers:v3.20.6" + digest + IN);
        assertThat(DONE.with(IMAGE, "reg/calico/kube-controllers").missing())
                .contains("the tag v3.22.5 instead of reg/calico/kube-controllers" + IN);
    }

    @Test
    void who_wrote_a_workload_last_is_told_where_it_is_not_at_the_target() {
        GateCase written = DONE.with("/workloads/1/lastWriter", "{manager: argocd-controller}");

        assertThat(written.verdict().evidence()).noneMatch(line -> line.contains("argocd-controller"));
        assertThat(written.with(IMAGE, "docker.io/calico/kube-controllers:v3.20.6")
                        .verdict()
                        .evidence())
                .anyMatch(line -> line.contains("was last written by argocd-controller"));
    }

    @Test
    void of_images_that_were_put_back_each_is_named_once_and_no_other() {
        GateVerdict verdict = PUT_BACK.given("/checks/1/observation/workloads/0/templateImages/-", """
                        {container: upgrade-ipam, init: true, image: "docker.io/calico/cni:v3.13.4", pods: 0}""")
                .given("/checks/1/observation/workloads/0/templateImages/-", """
                        {container: mount-bpffs, init: true, image: "docker.io/calico/node:v3.22.5", pods: 0}""")
                .verdict();

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        GateVerdict.Contested.class,
                        contested -> assertThat(contested.reason())
                                .contains(
                                        "had v3.22.5 and has docker.io/calico/node:v3.13.4, docker.io/calico/cni:v3.13.4 now"));
    }

    @Test
    void an_image_of_people_with_the_version_of_the_release_is_not_worth_telling() {
        GateCase replaced = DONE.with("/releaseImages", """
                        - {object: DaemonSet kube-system/calico-node, container: calico-node, image: "docker.io/calico/node:v3.22.5"}
                        - {object: DaemonSet kube-system/calico-node, container: install-cni, image: "docker.io/calico/cni:v3.22.5"}
                        - {object: Deployment kube-system/calico-kube-controllers, container: calico-kube-controllers, image: "docker.io/calico/kube-controllers:v3.22.5"}
                        """);

        assertThat(replaced.with("/workloads/0/templateImages/1/image", "example.org/plugins:v3.22.5")
                        .verdict()
                        .evidence())
                .noneMatch(line -> line.contains("where the release has"));
        assertThat(replaced.with("/workloads/0/templateImages/1/image", "example.org/plugins:v1")
                        .verdict()
                        .evidence())
                .anyMatch(line -> line.contains("where the release has docker.io/calico/cni:v3.22.5"));
    }

    @Test
    void the_webhooks_of_native_definitions_are_of_the_target_too() {
        GateCase hooked = DONE.with("/workloads/-", PodsGateTest.webhooks("quay.io/calico/webhooks:v3.22.4"));

        assertThat(hooked.missing())
                .containsExactly(
                        "the tag v3.22.5 instead of quay.io/calico/webhooks:v3.22.4 in Deployment calico/calico-webhooks");
        assertThat(DONE.with("/workloads/-", PodsGateTest.webhooks("registry.example/hooks-of-ours:v3.22.4"))
                        .missing())
                .containsExactly(
                        "the tag v3.22.5 instead of registry.example/hooks-of-ours:v3.22.4 in Deployment calico/calico-webhooks");
        assertThat(DONE.with("/workloads/-", PodsGateTest.webhooks("quay.io/calico/webhooks:v3.22.5"))
                        .missing())
                .isEmpty();
    }
}
