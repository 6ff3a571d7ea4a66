package io.calicofleet.verifier.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.GateKind;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** A network that is as it was, Typha having moved to another namespace, but for one thing. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NetworkUnchangedGateTest {

    private static final GateCase SAME =
            GateCase.of(GateKind.NETWORK_UNCHANGED, "a-workload-may-have-moved-to-another-namespace");

    @Test
    void policies_that_are_lost_are_counted() {
        assertThat(SAME.with("/counts/NetworkPolicy", "1").missing()).containsExactly("2 of 3 NetworkPolicy");
    }

    @Test
    void a_workload_has_moved_only_where_kind_and_name_are_the_same() {
        String lost = "Deployment kube-system/calico-typha, which was there before";

        assertThat(SAME.with("/workloads/1/kind", "DaemonSet").missing()).containsExactly(lost);
        assertThat(SAME.with("/workloads/1/name", "calico-typha-autoscaler").missing())
                .containsExactly(lost);
    }

    @Test
    void a_rollout_the_controller_has_not_seen_or_not_finished_is_waited_for() {
        String rollout = "the rollout of DaemonSet kube-system/calico-node";

        assertThat(SAME.with("/workloads/0/observedGeneration", "1").missing()).containsExactly(rollout);
        assertThat(SAME.with("/workloads/0/updated", "2").missing()).containsExactly(rollout);
    }

    @Test
    void of_a_DaemonSet_a_campaign_may_expect_less_than_all_to_be_available() {
        assertThat(SAME.with("/workloads/0/available", "0").missing()).isEmpty();
        assertThat(SAME.with("/workloads/1/available", "1").missing())
                .containsExactly("the rollout of Deployment calico-system/calico-typha");
    }
}
