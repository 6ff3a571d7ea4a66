package io.calicofleet.executor.core.plan;

import static io.calicofleet.executor.core.plan.PlanScene.CONFIG;
import static io.calicofleet.executor.core.plan.PlanScene.file;
import static io.calicofleet.executor.core.plan.PlanScene.live;
import static io.calicofleet.executor.core.plan.PlanScene.proof;
import static io.calicofleet.executor.core.plan.PlanScene.typha;
import static io.calicofleet.executor.core.plan.PlanScene.with;
import static io.calicofleet.executor.core.plan.PlanScene.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.model.release.ManifestDocuments;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** An install is not proven where another file of its release is more like it. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BetterFileTest {

    @Test
    void a_file_that_fits_better_than_that_of_the_install_method_is_named() {
        Placed own = file("v3.20.6", "calico.yaml", "typha: none");
        Placed other = file("v3.20.6", "calico-typha.yaml", "typha: calico-typha");
        ManifestDocuments live = live(other, "x", "x");

        Basis basis = proof(live, List.of(own), List.of(), List.of(other)).prove();

        assertThat(basis.digests()).isEmpty();
        assertThat(basis.why())
                .singleElement()
                .asString()
                .isEqualTo("v3.20.6/calico-typha.yaml is more like what this cluster has (0 fields differ) than"
                        + " v3.20.6/calico.yaml (1 fields), which its install was taken for; so it is not proven which"
                        + " of them was installed");
        assertThat(proof(live(own, "x", "x"), List.of(own), List.of(), List.of(other))
                        .prove()
                        .isProven())
                .isTrue();
    }

    @Test
    void of_several_files_that_fit_better_the_one_that_fits_best_is_named() {
        Placed own = file("v3.20.6", "calico.yaml", "typha: none, mtu: '0', backend: bird");
        Placed better = file("v3.20.6", "calico-vxlan.yaml", "typha: calico-typha, mtu: '0', backend: bird");
        Placed best = file("v3.20.6", "calico-typha.yaml", "typha: calico-typha, mtu: '1440', backend: vxlan");
        ManifestDocuments live = live(file("v3.20.6", "mine", "typha: calico-typha, mtu: '1440', backend: none"));

        assertThat(proof(live, List.of(own), List.of(), List.of(better, best))
                        .prove()
                        .why())
                .singleElement()
                .asString()
                .startsWith("v3.20.6/calico-typha.yaml is more like");
    }

    @Test
    void a_file_that_fits_as_well_or_is_of_another_release_raises_no_doubt() {
        Placed own = file("v3.20.6", "calico.yaml", "typha: none");
        Placed asGood = file("v3.20.6", "calico-typha.yaml", "typha: calico-typha");
        Placed older = file("v3.19.4", "calico-typha.yaml", "typha: mine");
        ManifestDocuments live = live(file("v3.20.6", "mine", "typha: mine"));

        assertThat(proof(live, List.of(own), List.of(), List.of(asGood, older))
                        .prove()
                        .why())
                .isEmpty();
    }

    @Test
    void an_object_that_only_another_file_has_speaks_for_that_file_where_the_cluster_has_it() {
        Placed own = file("v3.20.6", "calico.yaml", "typha: none");
        Placed other = with(file("v3.20.6", "calico-typha.yaml", "typha: none"), typha("v3.20.6"));

        assertThat(proof(live(other), List.of(own), List.of(), List.of(other))
                        .prove()
                        .why())
                .singleElement()
                .asString()
                .startsWith("v3.20.6/calico-typha.yaml is more like");
        assertThat(proof(live(own), List.of(own), List.of(), List.of(other))
                        .prove()
                        .why())
                .isEmpty();
    }

    @Test
    void what_we_wrote_ourselves_speaks_for_no_other_file() {
        Placed v1 = file("v3.20.6", "calico.yaml", "typha: none");
        Placed other = file("v3.20.6", "calico-typha.yaml", "typha: calico-typha");
        Placed v2 = file("v3.22.5", "calico.yaml", "typha: calico-typha");
        ManifestDocuments half = written(live(v1), v1, v2, CONFIG);

        assertThat(proof(half, List.of(v1), List.of(v2), List.of(other)).prove().why())
                .isEmpty();
    }
}
