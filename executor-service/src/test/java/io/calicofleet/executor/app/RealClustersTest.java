package io.calicofleet.executor.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ClusterId;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Two ids that lead to one cluster. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RealClustersTest {

    private static final ClusterId A = ClusterId.of("a");
    private static final ClusterId B = ClusterId.of("b");

    private final RealClusters clusters = new RealClusters();

    @Test
    void one_of_two_ids_is_served_and_the_other_is_told_which() {
        assertThat(clusters.other(A, "u1", false)).isEmpty();
        assertThat(clusters.other(B, "u2", false)).isEmpty();
        assertThat(clusters.other(B, "u1", false)).contains(A);
        assertThat(clusters.other(A, "u1", true)).isEmpty();
        assertThat(clusters.other(B, "u1", true)).contains(A);
    }

    @Test
    void the_id_that_has_a_step_keeps_it_from_the_one_that_was_only_seen() {
        assertThat(clusters.other(A, "u1", false)).isEmpty();
        assertThat(clusters.other(B, "u1", true)).isEmpty();
        assertThat(clusters.other(A, "u1", false)).contains(B);
        assertThat(clusters.other(A, "u1", true)).contains(B);
    }

    @Test
    void an_id_whose_file_is_gone_leaves_it_to_the_other_so_a_cluster_can_be_renamed() {
        assertThat(clusters.other(A, "u1", true)).isEmpty();
        clusters.forget(A);
        assertThat(clusters.other(B, "u1", true)).isEmpty();
        assertThat(clusters.other(A, "u1", true)).contains(B);
    }

    @Test
    void what_cannot_be_told_apart_is_not_taken_for_the_same() {
        assertThat(clusters.other(A, "", true)).isEmpty();
        assertThat(clusters.other(B, "", true)).isEmpty();
    }
}
