package io.calicofleet.executor.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseFile;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BaseProofTest {

    private static final ObjectKey NODE = new ObjectKey("apps", "DaemonSet", "kube-system", "calico-node");
    private static final ObjectKey CONFIG = new ObjectKey("", "ConfigMap", "kube-system", "calico-config");

    @Test
    void the_file_whose_images_the_cluster_runs_is_the_base_wherever_they_come_from() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        ManifestDocuments live = live(v1, "docker.io/calico", "registry.example:5000/mirror");

        Basis basis = proof(live, List.of(v1), List.of(), List.of()).prove();

        assertThat(basis.why()).isEmpty();
        assertThat(basis.file()).isEqualTo("v3.20.6/calico.yaml");
        assertThat(basis.documents().find(NODE))
                .contains(v1.documents().objects().get(NODE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "node:v3.20.6 ; node:v3.20.5 ; its images name v3.20.6, the cluster runs",
                "node:v3.20.6 ; node@sha256:0 ; no image of Calico in this cluster names its version",
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
    void a_file_that_fits_better_than_that_of_the_install_method_is_named() {
        Placed own = file("v3.20.6", "calico.yaml", "typha: none");
        Placed other = file("v3.20.6", "calico-typha.yaml", "typha: calico-typha");
        ManifestDocuments live = live(other, "x", "x");

        Basis basis = proof(live, List.of(own), List.of(), List.of(other)).prove();

        assertThat(basis.why())
                .singleElement()
                .asString()
                .contains("v3.20.6/calico-typha.yaml is more like what this cluster has", "v3.20.6/calico.yaml");
        assertThat(proof(live(own, "x", "x"), List.of(own), List.of(), List.of(other))
                        .prove()
                        .isProven())
                .isTrue();
    }

    @Test
    void what_we_wrote_is_based_on_the_release_it_came_from_and_the_rest_on_what_the_images_say() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        Placed v2 = file("v3.22.5", "calico.yaml", "typha: none");
        ManifestDocuments live = live(v1, "x", "x");
        ManifestDocuments half =
                written(plan(proof(live, List.of(v1), List.of(), List.of()).prove(), live, v2), live, CONFIG);

        Basis basis = proof(half, List.of(v1), List.of(v2), List.of()).prove();

        assertThat(basis.why()).isEmpty();
        assertThat(basis.documents().find(CONFIG))
                .contains(v2.documents().objects().get(CONFIG));
        assertThat(basis.documents().find(NODE))
                .contains(v1.documents().objects().get(NODE));
        assertThat(basis.notes()).singleElement().asString().contains("v3.22.5/calico.yaml was not finished");
    }

    @Test
    void a_mark_says_nothing_any_more_once_something_else_was_applied_or_another_image_put_there() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        Placed v2 = file("v3.22.5", "calico.yaml", "typha: none");
        ManifestDocuments live = live(v1, "x", "x");
        ManifestDocuments half =
                written(plan(proof(live, List.of(v1), List.of(), List.of()).prove(), live, v2), live, CONFIG);

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
        ManifestDocuments done = written(
                plan(proof(live, List.of(v1), List.of(), List.of()).prove(), live, v2),
                live,
                live.keys().toArray(ObjectKey[]::new));

        Basis basis = proof(done, List.of(), List.of(v2), List.of()).prove();

        assertThat(basis.why()).isEmpty();
        assertThat(basis.file()).isEqualTo("v3.22.5/calico.yaml");
    }

    @Test
    void a_plan_is_told_apart_by_what_it_is_made_of() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        Placed v2 = file("v3.22.5", "calico.yaml", "typha: none");
        ManifestDocuments live = live(v1, "x", "x");
        Basis basis = proof(live, List.of(v1), List.of(), List.of()).prove();
        String digest = plan(basis, live, v2).digest();

        assertThat(plan(basis, live, v2).digest()).isEqualTo(digest);
        assertThat(Plan.of(basis, live, v2, OnConflict.KEEP_MINE, OnConflict.HOLD, "uid")
                        .digest())
                .isNotEqualTo(digest);
        assertThat(Plan.of(basis, live, v2, OnConflict.HOLD, OnConflict.HOLD, "other")
                        .digest())
                .isNotEqualTo(digest);
        ManifestDocuments touched = live(v1, "x", "x");
        touched.find(NODE).orElseThrow().withObject("/metadata").put("resourceVersion", "8");
        assertThat(plan(basis, touched, v2).digest()).isNotEqualTo(digest);
    }

    private static BaseProof proof(
            ManifestDocuments live, List<Placed> candidates, List<Placed> kept, List<Placed> flavours) {
        return new BaseProof(
                live, file("v3.22.5", "calico.yaml", "typha: none"), candidates, kept, flavours, List.of());
    }

    private static Plan plan(Basis basis, ManifestDocuments live, Placed target) {
        return Plan.of(basis, live, target, OnConflict.HOLD, OnConflict.HOLD, "uid");
    }

    /** The cluster after some objects of a plan were written. */
    private static ManifestDocuments written(Plan plan, ManifestDocuments live, ObjectKey... keys) {
        List<ObjectNode> objects = new ArrayList<>();
        for (ObjectNode object : live.objects().values()) {
            objects.add(plan.changes().stream()
                    .map(PlannedObject::merged)
                    .filter(change -> List.of(keys).contains(change.key()))
                    .filter(change -> change.key().equals(ObjectKey.of(object)))
                    .findFirst()
                    .map(MergedObject::write)
                    .orElse(object));
        }
        return ManifestDocuments.of(objects);
    }

    private static ManifestDocuments live(Placed file, String... replacements) {
        return live(file.documents(), replacements);
    }

    private static ManifestDocuments live(ManifestDocuments documents, String... replacements) {
        return ManifestDocuments.of(documents.objects().values().stream()
                .map(object -> {
                    String text = object.toString();
                    for (int i = 0; i < replacements.length; i += 2) {
                        text = text.replace(replacements[i], replacements[i + 1]);
                    }
                    ObjectNode copy = Yaml.object(text);
                    copy.withObject("/metadata").put("uid", "u").put("resourceVersion", "7");
                    return copy;
                })
                .toList());
    }

    private static Placed file(String version, String name, String config) {
        String text = Stream.of("""
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: calico-config, namespace: kube-system}
                        data: {%2$s, release: "%1$s"}
                        """, """
                        apiVersion: apps/v1
                        kind: DaemonSet
                        metadata: {name: calico-node, namespace: kube-system}
                        spec:
                          selector: {matchLabels: {k8s-app: calico-node}}
                          template:
                            metadata: {labels: {k8s-app: calico-node}}
                            spec:
                              initContainers: [{name: install-cni, image: "docker.io/calico/cni:%1$s"}]
                              containers: [{name: calico-node, image: "docker.io/calico/node:%1$s"}]
                        """, """
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: calico-kube-controllers, namespace: kube-system}
                        spec:
                          selector: {matchLabels: {k8s-app: controllers}}
                          template:
                            metadata: {labels: {k8s-app: controllers}}
                            spec:
                              containers: [{name: calico-kube-controllers, image: "docker.io/calico/kube-controllers:%1$s"}]
                        """)
                .map(document -> document.formatted(version, config))
                .reduce((one, next) -> one + "---\n" + next)
                .orElseThrow();
        return Placed.asReleased(new ReleaseFile(
                CalicoVersion.parse(version),
                name,
                ManifestDocuments.of(Yaml.documents(text)),
                "sha-" + version + name));
    }
}
