package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.FenceException;
import io.calicofleet.executor.port.StepOutcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Whether a step may write: whose the lease is, whose the claim, and which cluster it is. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StepFenceTest extends StepScene {

    @Test
    void who_has_the_lease_for_too_long_is_named_and_nothing_is_run() throws Exception {
        engine.acquire = () -> Optional.of("e2/r9");
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.LEASE_HELD);
        assertThat(failed().message()).startsWith("e2/r9 holds the lease kube-system/calico-fleet");
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "release");
        assertThat(engine.journal.find(STEP)).isEmpty();
    }

    @Test
    void another_that_has_the_lease_and_a_cluster_that_does_not_answer_are_waited_for_and_told() throws Exception {
        ArrayDeque<Supplier<Optional<String>>> answers = new ArrayDeque<>(List.of(
                () -> Optional.of("e2/r9"),
                () -> {
                    throw new ClusterException(Problem.UNAVAILABLE, "connection refused", null);
                },
                Optional::empty));
        engine.leaseWait = Duration.ofHours(1);
        engine.patience = Duration.ofHours(1);
        engine.acquire = () -> answers.remove().get();
        long before = System.nanoTime();
        run();
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
        assertThat(waited())
                .containsExactly(
                        "e2/r9 holds the lease kube-system/calico-fleet and keeps renewing it",
                        "connection refused",
                        "");
        assertThat(engine.counts.retried).isEqualTo(1);
        assertThat(System.nanoTime() - before)
                .isGreaterThan(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void a_lease_that_the_cluster_does_not_give_fails_with_its_reason_when_the_patience_is_over() throws Exception {
        engine.patience = Duration.ZERO;
        engine.acquire = () -> {
            throw new ClusterException(Problem.FORBIDDEN, "User \"x\" cannot get leases", null);
        };
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.FORBIDDEN);
        assertThat(failed().message()).isEqualTo("User \"x\" cannot get leases");
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "release");
    }

    @Test
    void who_is_handed_back_while_another_has_the_lease_waits_no_longer_and_says_nothing() throws Exception {
        engine.leaseWait = Duration.ofHours(1);
        engine.acquire = () -> Optional.of("e2/r9");
        engine.outbox.listen(event -> signals.handBack());
        run();
        assertThat(engine.outbox.outcomes(STEP)).isEmpty();
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "release");
    }

    @Test
    void a_lease_that_was_lost_stops_before_the_next_write_and_fails_as_that() throws Exception {
        engine.backups = recording();
        engine.handler = step -> {
            step.cluster().create(object());
            engine.checkLease = () -> {
                throw new FenceException(FenceException.Why.LEASE_LOST, "it went to e2");
            };
            step.cluster().delete(object());
            throw new AssertionError("it went on");
        };
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.LEASE_LOST);
        assertThat(failed().message()).isEqualTo("it went to e2");
        assertThat(engine.api.writes).hasSize(1);
        assertThat(engine.journal.find(STEP).orElseThrow().outcome())
                .as("whoever has the lease goes on with it")
                .isNull();
        assertThat(engine.happened)
                .containsSubsequence(
                        "acquire for e1/r1 as c01",
                        "run u1/c01/upgrade/1",
                        "record Service x/y",
                        "check the lease",
                        "record Service x/y",
                        "check the lease",
                        "release");
    }

    @Test
    void a_claim_that_was_lost_fails_as_that_and_runs_nothing() throws Exception {
        engine.journal.started(StepId.parse("u2/c01/inspect/1"), 5, 0);
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.CLAIM_LOST);
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "release");
    }

    @Test
    void a_kubeconfig_that_leads_to_another_cluster_meanwhile_writes_nothing_there() throws Exception {
        String[] uid = {"one"};
        engine.backups = recording();
        engine.around = api -> new ForwardingUid(api, () -> uid[0]);
        engine.handler = step -> {
            step.cluster().create(object());
            uid[0] = "two";
            step.cluster().replace(object());
            throw new AssertionError("it went on");
        };
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.UNEXPECTED_STATE);
        assertThat(failed().message()).contains("leads to another cluster", "UID two", "began on has one");
        assertThat(engine.api.writes).hasSize(1);
    }

    @Test
    void a_kubeconfig_that_may_not_read_namespaces_goes_on_and_cannot_be_told_from_another() throws Exception {
        List<Supplier<String>> uids = new ArrayList<>(List.of(() -> {
            throw new ClusterException(Problem.FORBIDDEN, "no", null);
        }));
        engine.backups = recording();
        engine.around = api -> new ForwardingUid(api, () -> uids.getLast().get());
        engine.handler = step -> {
            uids.add(() -> "two");
            step.cluster().create(object());
            return new StepOutcome.Succeeded(null, List.of(), List.of(), "done");
        };
        run();
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
        assertThat(engine.api.writes).hasSize(1);
    }

    @Test
    void a_cluster_that_is_served_under_another_id_too_is_not_touched_and_the_person_is_told_which() throws Exception {
        engine.twin = Optional.of(ClusterId.of("c02"));
        engine.around = api -> new ForwardingUid(api, () -> "u-1");
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.KUBECONFIG_UNUSABLE);
        assertThat(failed().message())
                .startsWith(
                        "The kubeconfigs of c01 and c02 lead to the same cluster: the UID of its kube-system is u-1.");
        assertThat(engine.happened).containsExactly("acquire for e1/r1 as c01", "release");
        assertThat(engine.journal.find(STEP)).isEmpty();
        assertThat(engine.api.writes).isEmpty();
    }

    @Test
    void nothing_is_found_out_of_a_cluster_that_is_served_under_another_id_too() throws Exception {
        engine.twin = Optional.of(ClusterId.of("c02"));
        engine.writes = false;
        run();
        assertThat(failed().reason()).isEqualTo(FailureReason.KUBECONFIG_UNUSABLE);
        assertThat(failed().message()).contains("It is served as c02.");
    }

    private static final class ForwardingUid extends ForwardingCluster {

        private final Supplier<String> uid;

        ForwardingUid(ClusterApi api, Supplier<String> uid) {
            super(api);
            this.uid = uid;
        }

        @Override
        @SuppressWarnings("unchecked")
        protected <T> T read(String what, Supplier<T> call) {
            return what.equals("kube-system") ? (T) uid.get() : call.get();
        }
    }
}
