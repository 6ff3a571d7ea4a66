package io.calicofleet.executor.core.plan;

import static io.calicofleet.executor.core.plan.PlanScene.ACCOUNT;
import static io.calicofleet.executor.core.plan.PlanScene.CONFIG;
import static io.calicofleet.executor.core.plan.PlanScene.CONTROLLERS;
import static io.calicofleet.executor.core.plan.PlanScene.NODE;
import static io.calicofleet.executor.core.plan.PlanScene.file;
import static io.calicofleet.executor.core.plan.PlanScene.live;
import static io.calicofleet.executor.core.plan.PlanScene.plan;
import static io.calicofleet.executor.core.plan.PlanScene.proof;
import static io.calicofleet.executor.core.plan.PlanScene.typha;
import static io.calicofleet.executor.core.plan.PlanScene.with;
import static io.calicofleet.executor.core.plan.PlanScene.without;
import static io.calicofleet.executor.core.plan.PlanScene.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseFile;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BaseProofTest {

    @Test
    void the_file_whose_images_the_cluster_runs_is_the_base_wherever_they_come_from() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        ManifestDocuments live = live(v1, "docker.io/calico", "registry.example:5000/mirror");

        Basis basis = proof(live, List.of(v1), List.of(), List.of()).prove();

        assertThat(basis.why()).isEmpty();
        assertThat(basis.notes()).isEmpty();
        assertThat(basis.file()).isEqualTo("v3.20.6/calico.yaml");
        assertThat(basis.digests()).containsExactly("sha-v3.20.6calico.yaml");
        assertThat(basis.documents().find(NODE))
                .contains(v1.documents().objects().get(NODE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "node:v3.20.6 ; node:v3.20.5 ; its images name v3.20.6, the cluster runs v3.20.5 and v3.20.6",
                "node:v3.20.6 ; node@sha256:0 ; no image of Calico in this cluster names its version",
                "node:v3.20.6 ; node@sha256:0 ; its images name v3.20.6, the cluster runs none",
                "node:v3.20.6 ; node:hotfix   ; no image of Calico in this cluster names its version",
            })
    void what_the_images_do_not_say_is_not_assumed(String from, String to, String said) {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        ManifestDocuments live = live(v1, from, to);
        live = to.contains("v3")
                ? live
                : live(live, "cni:v3.20.6", "cni:x", "kube-controllers:v3.20.6", "kube-controllers:x");

        Basis basis = proof(live, List.of(v1), List.of(), List.of()).prove();

        assertThat(String.join(" ", basis.why())).contains(said);
        assertThat(basis.isUnknown(NODE)).isTrue();
        assertThat(basis.documents().objects()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"cni:v3.20.6, cni:v3.20.6-acme1", "v3.20.6, v3.20.6-build20230101"})
    void a_build_of_a_release_was_installed_with_the_file_of_that_release(String from, String to) {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        ManifestDocuments live = live(v1, from, to);

        Basis basis = proof(live, List.of(v1), List.of(), List.of()).prove();

        assertThat(basis.why()).isEmpty();
        assertThat(basis.file()).isEqualTo("v3.20.6/calico.yaml");
        assertThat(BaseProof.versions(live)).containsExactly(CalicoVersion.parse("v3.20.6"));
    }

    @Test
    void what_comes_before_a_release_was_not_installed_with_its_file() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        ManifestDocuments live = live(v1, "v3.20.6", "v3.20.6-rc1");

        Basis basis = proof(live, List.of(v1), List.of(), List.of()).prove();

        assertThat(basis.isUnknown(NODE)).isTrue();
    }

    @Test
    void images_of_two_releases_prove_neither() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        Placed v2 = file("v3.22.5", "calico.yaml", "typha: none");
        ManifestDocuments live = live(v1, "kube-controllers:v3.20.6", "kube-controllers:v3.22.5");

        Basis basis = proof(live, List.of(v1, v2), List.of(), List.of()).prove();

        assertThat(basis.why()).anyMatch(why -> why.contains("more than one version: v3.20.6, v3.22.5"));
        assertThat(basis.isUnknown(CONFIG)).isTrue();
    }

    @Test
    void a_release_that_was_published_with_images_of_two_versions_is_proven_by_both_of_them_in_their_places() {
        Placed published = file("v3.10.2", "calico.yaml", "typha: none");
        Placed mixed = Placed.asReleased(new ReleaseFile(
                published.file().release(),
                published.file().file(),
                live(published, "kube-controllers:v3.10.2", "kube-controllers:v3.10.1"),
                "mixed"));
        ManifestDocuments live = live(mixed);

        assertThat(proof(live, List.of(mixed), List.of(), List.of()).prove().file())
                .isEqualTo("v3.10.2/calico.yaml");
        assertThat(proof(live(published), List.of(mixed), List.of(), List.of())
                        .prove()
                        .isProven())
                .isFalse();
    }

    @Test
    void one_image_by_digest_beside_others_by_tag_speaks_against_nothing() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        ManifestDocuments live = live(v1, "kube-controllers:v3.20.6", "kube-controllers@sha256:12");

        assertThat(proof(live, List.of(v1), List.of(), List.of()).prove().isProven())
                .isTrue();
    }

    @Test
    void a_missing_file_is_named_with_the_place_it_was_looked_for_and_what_helps() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");

        Basis basis = new BaseProof(
                        live(v1, "x", "x"),
                        file("v3.22.5", "calico.yaml", "typha: none"),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of("v3.20.6/calico.yaml (looked for at /releases/v3.20.6/calico.yaml)"))
                .prove();

        assertThat(basis.why())
                .singleElement()
                .asString()
                .contains("v3.20.6/calico.yaml", "/releases/v3.20.6", "up --releases");
    }

    @Test
    void what_we_wrote_is_based_on_the_release_it_came_from_and_the_rest_on_what_the_images_say() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        Placed v2 = file("v3.22.5", "calico.yaml", "typha: none");
        ManifestDocuments live = live(v1, "x", "x");
        ManifestDocuments half = written(live, v1, v2, CONFIG);

        Basis basis = proof(half, List.of(v1), List.of(v2), List.of()).prove();

        assertThat(basis.why()).isEmpty();
        assertThat(basis.documents().find(CONFIG))
                .contains(v2.documents().objects().get(CONFIG));
        assertThat(basis.documents().find(NODE))
                .contains(v1.documents().objects().get(NODE));
        assertThat(basis.notes())
                .containsExactly("an upgrade to v3.22.5/calico.yaml was not finished: 1 objects are of it already");
        assertThat(basis.file()).isEqualTo("v3.20.6/calico.yaml");
        assertThat(basis.digests()).containsExactly("sha-v3.20.6calico.yaml", "sha-v3.22.5calico.yaml");
    }

    @Test
    void a_workload_that_we_wrote_does_not_speak_against_the_release_of_the_rest() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        Placed v2 = file("v3.22.5", "calico.yaml", "typha: none");
        ManifestDocuments half = written(live(v1), v1, v2, NODE);

        Basis basis = proof(half, List.of(v1), List.of(v2), List.of()).prove();

        assertThat(basis.why()).isEmpty();
        assertThat(basis.documents().find(NODE))
                .contains(v2.documents().objects().get(NODE));
        assertThat(basis.documents().find(CONTROLLERS))
                .contains(v1.documents().objects().get(CONTROLLERS));
    }

    @Test
    void where_all_that_runs_is_ours_what_is_not_is_as_the_release_of_that_says() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        Placed v2 = file("v3.22.5", "calico.yaml", "typha: none");
        ManifestDocuments half = written(live(v1), v1, v2, NODE, CONTROLLERS);

        Basis basis = proof(half, List.of(v1), List.of(v2), List.of()).prove();

        assertThat(basis.why()).isEmpty();
        assertThat(basis.documents().find(CONFIG))
                .contains(v2.documents().objects().get(CONFIG));
    }

    @Test
    void another_image_on_what_we_wrote_voids_its_mark() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        Placed v2 = file("v3.22.5", "calico.yaml", "typha: none");
        ManifestDocuments half = written(live(v1), v1, v2, NODE);

        Basis basis = proof(
                        live(half, "calico/node:v3.22.5", "calico/node:v3.23.0"), List.of(v1), List.of(v2), List.of())
                .prove();

        assertThat(basis.isUnknown(NODE)).isTrue();
    }

    @Test
    void a_mark_that_somebody_copied_to_an_object_its_release_does_not_have_says_nothing() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        Placed v2 = file("v3.22.5", "calico.yaml", "typha: none");
        ManifestDocuments half = written(live(v1), v1, v2, CONFIG);

        Basis basis = proof(half, List.of(v1), List.of(without(v2, CONFIG)), List.of())
                .prove();

        assertThat(basis.documents().find(CONFIG))
                .contains(v1.documents().objects().get(CONFIG));
    }

    @Test
    void where_the_release_of_the_rest_is_unknown_only_what_we_wrote_has_a_base() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        Placed v2 = file("v3.22.5", "calico.yaml", "typha: none");
        ManifestDocuments half = written(live(v1), v1, v2, CONFIG);

        Basis basis = proof(half, List.of(), List.of(v2), List.of()).prove();

        assertThat(basis.isProven()).isFalse();
        assertThat(basis.unknown()).contains(NODE, CONTROLLERS).doesNotContain(CONFIG);
        assertThat(basis.documents().keys()).containsExactly(CONFIG);
        assertThat(basis.file()).isNull();
    }

    @Test
    void after_a_second_upgrade_that_stopped_half_way_each_object_is_based_on_the_release_we_wrote_last() {
        Placed v1 = without(file("v3.20.6", "calico.yaml", "typha: none"), ACCOUNT);
        Placed v2 = without(file("v3.22.5", "calico.yaml", "typha: none"), ACCOUNT);
        Placed v3 = without(file("v3.24.1", "calico.yaml", "typha: none"), ACCOUNT);
        ManifestDocuments first = written(live(v1), v1, v2, CONFIG, NODE, CONTROLLERS);
        Basis between = proof(first, List.of(), List.of(v2), List.of()).prove();
        ManifestDocuments half = written(plan(between, first, v3), first, NODE);

        Basis basis = proof(half, List.of(), List.of(v2, v3), List.of()).prove();

        assertThat(basis.why()).isEmpty();
        assertThat(basis.file()).isEqualTo("v3.22.5/calico.yaml");
        assertThat(basis.documents().find(NODE))
                .contains(v3.documents().objects().get(NODE));
        assertThat(basis.documents().find(CONTROLLERS))
                .contains(v2.documents().objects().get(CONTROLLERS));
    }

    @Test
    void what_only_the_installed_release_has_is_asked_about_and_what_only_another_file_of_it_has_is_not() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        Placed target = file("v3.22.5", "calico.yaml", "typha: none");
        ManifestDocuments live = live(with(v1, typha("v3.19.4")));

        assertThat(new BaseProof(live, target, List.of(with(v1, typha("v3.20.6"))), List.of(), List.of(), List.of())
                        .prove()
                        .isProven())
                .isFalse();
        Placed other = with(file("v3.20.6", "calico-typha.yaml", "typha: none"), typha("v3.20.6"));
        assertThat(new BaseProof(live, target, List.of(v1), List.of(other), List.of(), List.of())
                        .prove()
                        .isProven())
                .isTrue();
    }

    @Test
    void without_any_file_at_hand_nothing_is_proven() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");

        Basis basis = proof(live(v1), List.of(), List.of(), List.of()).prove();

        assertThat(basis.why()).containsExactly("no file of v3.20.6 is at hand, which the images of this cluster name");
        assertThat(basis.isUnknown(NODE)).isTrue();
    }

    @Test
    void where_nothing_of_calico_is_installed_nothing_has_to_be_proven() {
        Basis basis =
                proof(ManifestDocuments.EMPTY, List.of(), List.of(), List.of()).prove();

        assertThat(basis).isEqualTo(Basis.NOTHING);
    }

    @Test
    void a_mark_says_nothing_any_more_once_something_else_was_applied() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        Placed v2 = file("v3.22.5", "calico.yaml", "typha: none");
        ManifestDocuments live = live(v1, "x", "x");
        ManifestDocuments half = written(live, v1, v2, CONFIG);

        // When somebody applies the manifest of before again
        half.find(CONFIG)
                .orElseThrow()
                .withObject("/metadata/annotations")
                .put("kubectl.kubernetes.io/last-applied-configuration", "{}");
        Basis basis = proof(half, List.of(v1), List.of(v2), List.of()).prove();

        assertThat(basis.documents().find(CONFIG))
                .contains(v1.documents().objects().get(CONFIG));
    }

    @Test
    void after_a_whole_upgrade_the_release_we_brought_is_the_base_of_all_of_it() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        Placed v2 = file("v3.22.5", "calico.yaml", "typha: none");
        ManifestDocuments live = live(v1, "x", "x");
        ManifestDocuments done = written(live, v1, v2, live.keys().toArray(ObjectKey[]::new));

        Basis basis = proof(done, List.of(), List.of(v2), List.of()).prove();

        assertThat(basis.why()).isEmpty();
        assertThat(basis.file()).isEqualTo("v3.22.5/calico.yaml");
    }
}
