package io.calicofleet.executor.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ClusterId;
import io.calicofleet.executor.engine.LeaseLock;
import io.calicofleet.executor.step.FakeCluster;
import java.time.Duration;
import java.time.InstantSource;
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

    @Test
    void the_lease_keeps_two_ids_of_one_executor_apart_and_says_which_has_it() {
        FakeCluster api = new FakeCluster();
        LeaseLock ofA = cluster(A, api).lease("e1/r1", other -> false);
        assertThat(ofA.tryAcquire()).isEmpty();
        assertThat(cluster(B, api).lease("e1/r1", other -> false).tryAcquire()).contains("e1/r1 as a");
        LeaseLock later = cluster(A, api).lease("e1/r2", "e1/r1"::equals);
        assertThat(later.tryAcquire()).as("that run is over").isEmpty();
        later.release();
        ofA.release();
    }

    private static KubernetesCluster cluster(ClusterId id, FakeCluster api) {
        return new KubernetesCluster(id, api, Duration.ofHours(1), InstantSource.system());
    }
}
