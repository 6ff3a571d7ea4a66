package io.calicofleet.executor.adapter.kubernetes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.engine.ForwardingCluster;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.FenceException;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.FakeCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KubernetesLeaseTest {

    /** So long that no renewal comes by itself in a test. */
    private static final Duration DURATION = Duration.ofHours(10);

    private static final ResourceRef LEASE =
            new ResourceRef("coordination.k8s.io/v1", "Lease", "kube-system", "calico-fleet");

    private final FakeCluster cluster = new FakeCluster();
    private final List<KubernetesLease> taken = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-28T10:00:00.123456Z");
    private long nanos = Long.MAX_VALUE - Duration.ofHours(1).toNanos(); // It wraps, as a real one may.

    @AfterEach
    void endRenewals() {
        taken.forEach(KubernetesLease::release);
    }

    @Test
    void who_looks_takes_nothing_and_is_told_who_has_it_until_that_one_has_let_go_or_is_over() {
        assertThat(lease("a/1").other()).isEmpty();
        assertThat(cluster.find(LEASE)).isEmpty();
        KubernetesLease first = lease("a/1");
        assertThat(first.tryAcquire()).isEmpty();
        KubernetesLease second = lease("b/1");
        assertThat(second.other()).contains("a/1");
        nanos += DURATION.toNanos() + 2_000_000_000L;
        assertThat(second.other()).as("as long as it was not renewed").isEmpty();
        assertThat(spec().path("holderIdentity").asText()).isEqualTo("a/1");
        first.release();
        assertThat(lease("b/1").other()).isEmpty();
    }

    @Test
    void a_lease_nobody_has_is_created_with_who_has_it_and_for_how_long() {
        assertThat(lease("a/1").tryAcquire()).isEmpty();
        assertThat(spec().toString())
                .isEqualTo("{\"holderIdentity\":\"a/1\",\"leaseDurationSeconds\":36000,"
                        + "\"acquireTime\":\"2026-11-28T10:00:00.123456Z\","
                        + "\"renewTime\":\"2026-11-28T10:00:00.123456Z\",\"leaseTransitions\":0}");
        assertThat(cluster.find(LEASE).orElseThrow().path("apiVersion").asText())
                .isEqualTo("coordination.k8s.io/v1");
        assertThat(cluster.find(LEASE).orElseThrow().at("/metadata/labels").toString())
                .isEqualTo("{\"app.kubernetes.io/managed-by\":\"calico-fleet\"}");
    }

    @Test
    void a_live_holder_is_never_robbed() {
        KubernetesLease first = lease("a/1");
        first.tryAcquire();
        KubernetesLease second = lease("b/1");
        for (int i = 0; i < 20; i++) {
            assertThat(second.tryAcquire()).contains("a/1");
            nanos += DURATION.toNanos() - 1;
            first.renew();
        }
        assertThat(second.tryAcquire()).contains("a/1");
        first.check();
    }

    @Test
    void one_that_does_not_change_for_its_whole_time_as_seen_from_here_is_taken_over_and_no_nanosecond_earlier() {
        lease("a/1").tryAcquire();
        nanos += DURATION.multipliedBy(3).toNanos();
        KubernetesLease second = lease("b/1");
        assertThat(second.tryAcquire()).as("seen for the first time").contains("a/1");
        nanos += DURATION.toNanos();
        assertThat(second.tryAcquire()).contains("a/1");
        now = now.plusSeconds(5);
        nanos++;
        assertThat(second.tryAcquire()).isEmpty();
        assertThat(spec().toString())
                .contains(
                        "\"holderIdentity\":\"b/1\"",
                        "\"acquireTime\":\"2026-11-28T10:00:05.123456Z\"",
                        "\"renewTime\":\"2026-11-28T10:00:05.123456Z\"",
                        "\"leaseTransitions\":1");
        second.check();
    }

    @Test
    void the_time_of_another_is_the_one_it_says_and_what_its_clock_says_does_not_matter() {
        cluster.put("""
                {apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {namespace: kube-system, name: calico-fleet},
                 spec: {holderIdentity: b/9, leaseDurationSeconds: 7, renewTime: "1999-01-01T00:00:00.000000Z", leaseTransitions: 4}}
                """);
        KubernetesLease lease = lease("a/1");
        now = now.plus(Duration.ofDays(400));
        assertThat(lease.tryAcquire()).contains("b/9");
        nanos += Duration.ofSeconds(7).toNanos();
        assertThat(lease.tryAcquire()).contains("b/9");
        nanos++;
        assertThat(lease.tryAcquire()).isEmpty();
        assertThat(spec().path("leaseTransitions").asInt()).isEqualTo(5);
        assertThat(spec().path("leaseDurationSeconds").asLong())
                .as("ours from now on")
                .isEqualTo(DURATION.toSeconds());
    }

    @Test
    void one_that_does_not_say_its_time_is_waited_for_as_long_as_ours() {
        cluster.put("""
                {apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {namespace: kube-system, name: calico-fleet},
                 spec: {holderIdentity: b/9}}
                """);
        KubernetesLease lease = lease("a/1");
        lease.tryAcquire();
        nanos += DURATION.toNanos();
        assertThat(lease.tryAcquire()).contains("b/9");
        nanos++;
        assertThat(lease.tryAcquire()).isEmpty();
    }

    @Test
    void one_without_any_spec_is_free() {
        cluster.put(
                "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {namespace: kube-system, name: calico-fleet}}");
        assertThat(lease("a/1").tryAcquire()).isEmpty();
        assertThat(spec().path("holderIdentity").asText()).isEqualTo("a/1");
    }

    @Test
    void a_holder_that_is_over_for_certain_is_not_waited_for() {
        lease("a/1").tryAcquire();
        KubernetesLease next = taken(
                new KubernetesLease(cluster, "a/2", holder -> holder.equals("a/1"), DURATION, () -> now, () -> nanos));
        assertThat(next.tryAcquire()).isEmpty();
        next.check();
    }

    @Test
    void our_own_from_before_is_taken_up_again_without_a_transition() {
        lease("a/1").tryAcquire();
        now = now.plusSeconds(1);
        assertThat(lease("a/1").tryAcquire()).isEmpty();
        assertThat(spec().toString())
                .contains(
                        "\"leaseTransitions\":0",
                        "\"acquireTime\":\"2026-11-28T10:00:00.123456Z\"",
                        "\"renewTime\":\"2026-11-28T10:00:01.123456Z\"");
    }

    @Test
    void for_four_fifths_of_its_time_it_is_believed_without_asking_and_then_renewed() {
        Failing api = new Failing();
        KubernetesLease lease = taken(new KubernetesLease(api, "a/1", no -> false, DURATION, () -> now, () -> nanos));
        lease.tryAcquire();
        int asked = api.calls;
        nanos += DURATION.toNanos() * 4 / 5 - 1;
        lease.check();
        assertThat(api.calls).isEqualTo(asked);
        nanos++;
        lease.check();
        assertThat(api.calls).isGreaterThan(asked);
        asked = api.calls;
        nanos += DURATION.toNanos() * 4 / 5 - 1;
        lease.check();
        assertThat(api.calls).as("that was from the renewal on").isEqualTo(asked);
    }

    @Test
    void no_write_while_nobody_can_say_whose_it_is_and_again_once_somebody_can() {
        Failing api = new Failing();
        KubernetesLease lease = taken(new KubernetesLease(api, "a/1", no -> false, DURATION, () -> now, () -> nanos));
        lease.tryAcquire();
        nanos += DURATION.toNanos();
        api.fails(Problem.UNAVAILABLE);
        lease.renew();
        api.fails(Problem.UNAVAILABLE);
        assertThatThrownBy(lease::check)
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNAVAILABLE));
        lease.check();
    }

    @Test
    void once_another_has_it_the_fence_is_closed_for_good() {
        KubernetesLease first = lease("a/1");
        first.tryAcquire();
        overtaken("b/1");
        nanos += DURATION.toNanos();
        assertThatThrownBy(first::check)
                .isInstanceOfSatisfying(
                        FenceException.class, e -> assertThat(e.why()).isEqualTo(FenceException.Why.LEASE_LOST))
                .hasMessageContaining("went to b/1");
        overtaken("a/1");
        first.renew();
        assertThatThrownBy(first::check).isInstanceOf(FenceException.class);
    }

    @Test
    void a_renewal_that_finds_another_closes_the_fence_at_once() {
        KubernetesLease first = lease("a/1");
        first.tryAcquire();
        overtaken("b/1");
        first.renew();
        assertThatThrownBy(first::check)
                .isInstanceOf(FenceException.class)
                .hasMessage("this executor does not hold the lease");
    }

    @Test
    void one_that_another_has_had_and_released_is_lost_too() {
        KubernetesLease first = lease("a/1");
        first.tryAcquire();
        overtaken("b/1");
        overtaken("");
        nanos += DURATION.toNanos();
        assertThatThrownBy(first::check).isInstanceOf(FenceException.class).hasMessageContaining("released it since");
        first.release();
        assertThat(spec().path("holderIdentity").asText()).isEmpty();
    }

    @Test
    void one_that_was_never_taken_is_no_leave_to_write() {
        assertThatThrownBy(lease("a/1")::check).isInstanceOf(FenceException.class);
        lease("b/1").tryAcquire();
        KubernetesLease late = lease("a/1");
        late.tryAcquire();
        assertThatThrownBy(late::check).isInstanceOf(FenceException.class);
    }

    @Test
    void released_it_is_free_at_once_and_no_leave_to_write_any_more() {
        KubernetesLease first = lease("a/1");
        first.tryAcquire();
        now = now.plusSeconds(3);
        first.release();
        assertThat(spec().toString())
                .contains("\"holderIdentity\":\"\"", "\"renewTime\":\"2026-11-28T10:00:03.123456Z\"");
        assertThatThrownBy(first::check).isInstanceOf(FenceException.class);
        assertThat(lease("b/1").tryAcquire()).isEmpty();
    }

    @Test
    void only_our_own_is_released_and_a_cluster_that_does_not_answer_then_is_no_failure() {
        KubernetesLease first = lease("a/1");
        first.tryAcquire();
        overtaken("b/1");
        int writes = cluster.writes.size();
        first.release();
        first.release();
        lease("c/1").release();
        lease("b/1").release(); // It was never taken by this one.
        assertThat(cluster.writes).hasSize(writes);
        assertThat(spec().path("holderIdentity").asText()).isEqualTo("b/1");
        // When
        Failing api = new Failing();
        KubernetesLease away = new KubernetesLease(api, "a/1", holder -> true, DURATION, () -> now, () -> nanos);
        away.tryAcquire();
        api.fails(Problem.UNAVAILABLE);
        // Then
        assertThatCode(away::release).doesNotThrowAnyException();
        assertThatThrownBy(away::check).isInstanceOf(FenceException.class);
    }

    @Test
    void a_race_is_run_again_and_the_one_who_lost_it_sees_who_won() {
        Failing api = new Failing();
        KubernetesLease late = taken(new KubernetesLease(api, "a/1", no -> false, DURATION, () -> now, () -> nanos));
        api.beforeNextWrite(() -> lease("b/1").tryAcquire());
        assertThat(late.tryAcquire()).contains("b/1");
        assertThat(spec().path("holderIdentity").asText()).isEqualTo("b/1");
    }

    @Test
    void an_answer_that_was_lost_is_found_to_be_our_own() {
        Failing api = new Failing();
        KubernetesLease lease = taken(new KubernetesLease(api, "a/1", no -> false, DURATION, () -> now, () -> nanos));
        api.fails.add(Problem.ALREADY_EXISTS);
        api.fails.add(Problem.CONFLICT);
        api.fails.add(Problem.NOT_FOUND);
        assertThat(lease.tryAcquire()).isEmpty();
        lease.check();
    }

    @Test
    void who_loses_every_race_does_not_have_it() {
        Failing api = new Failing();
        KubernetesLease lease = taken(new KubernetesLease(api, "a/1", no -> false, DURATION, () -> now, () -> nanos));
        api.writesFail = Problem.CONFLICT;
        assertThat(lease.tryAcquire()).contains("several executors at once");
        assertThat(api.calls).as("eight looks and eight writes").isEqualTo(16);
        assertThatThrownBy(lease::check).isInstanceOf(FenceException.class);
    }

    @Test
    void what_the_cluster_refuses_is_thrown() {
        Failing api = new Failing();
        api.writesFail = Problem.FORBIDDEN;
        assertThatThrownBy(new KubernetesLease(api, "a/1", no -> false, DURATION, () -> now, () -> nanos)::tryAcquire)
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.problem()).isEqualTo(Problem.FORBIDDEN));
    }

    @Test
    void it_is_renewed_by_itself_for_as_long_as_it_is_held() throws Exception {
        CountDownLatch renewals = new CountDownLatch(3);
        ForwardingCluster counting = new ForwardingCluster(new FakeCluster()) {
            @Override
            protected <T> T write(ObjectNode object, Supplier<T> call) {
                renewals.countDown();
                return call.get();
            }
        };
        KubernetesLease lease =
                new KubernetesLease(counting, "a/1", no -> false, Duration.ofMillis(60), () -> now, () -> nanos);
        lease.tryAcquire();
        assertThat(renewals.await(50, TimeUnit.SECONDS)).isTrue();
        lease.check();
        lease.release();
    }

    @Test
    void any_thread_may_ask_after_another_has() {
        KubernetesLease lease = lease("a/1");
        for (Runnable call : List.<Runnable>of(lease::tryAcquire, lease::check, lease::release, lease::release)) {
            assertThat(CompletableFuture.runAsync(call, Thread.ofPlatform()::start))
                    .succeedsWithin(Duration.ofSeconds(50));
        }
    }

    @Test
    void others_are_never_told_less_time_than_it_counts_for_here() {
        for (Duration duration : List.of(Duration.ofMillis(300), Duration.ofMillis(1900), Duration.ofSeconds(6))) {
            FakeCluster fresh = new FakeCluster();
            KubernetesLease lease = new KubernetesLease(fresh, "a/1", no -> false, duration, () -> now, () -> nanos);
            lease.tryAcquire();
            long told = fresh.find(LEASE)
                    .orElseThrow()
                    .at("/spec/leaseDurationSeconds")
                    .asLong();
            lease.release();
            assertThat(Duration.ofSeconds(told)).isBetween(duration, duration.plusSeconds(1));
        }
    }

    /** Executors that come, renew, stall, lose answers and release in any order. */
    @Test
    void by_seed_no_two_may_write_at_once() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            cluster.remove("Lease kube-system/calico-fleet");
            Map<String, KubernetesLease> executors = new HashMap<>();
            Failing api = new Failing();
            for (int turn = 0; turn < 60; turn++) {
                String who = "e" + random.nextInt(3) + "/1";
                KubernetesLease lease = executors.computeIfAbsent(
                        who,
                        key -> taken(new KubernetesLease(api, key, no -> false, DURATION, () -> now, () -> nanos)));
                if (random.nextInt(8) == 0) {
                    api.fails(random.nextBoolean() ? Problem.UNAVAILABLE : Problem.CONFLICT);
                }
                try {
                    switch (random.nextInt(5)) {
                        case 0, 1 -> {
                            if (!mayWrite(lease)) {
                                lease.release();
                                executors.put(
                                        who,
                                        taken(new KubernetesLease(
                                                api, who, no -> false, DURATION, () -> now, () -> nanos)));
                            }
                            executors.get(who).tryAcquire();
                        }
                        case 2 -> lease.renew();
                        case 3 -> nanos += random.nextLong(DURATION.toNanos() * 3 / 2);
                        default -> {
                            if (random.nextInt(4) == 0) {
                                lease.release();
                                executors.remove(who);
                            }
                        }
                    }
                } catch (ClusterException expected) {
                    assertThat(expected.problem()).isEqualTo(Problem.UNAVAILABLE);
                }
                api.fails.clear();
                long writers = executors.values().stream()
                        .filter(KubernetesLeaseTest::mayWrite)
                        .count();
                assertThat(writers).as("seed %s, turn %s", seed, turn).isLessThanOrEqualTo(1);
            }
            endRenewals();
            taken.clear();
        }
    }

    private static boolean mayWrite(KubernetesLease lease) {
        try {
            lease.check();
            return true;
        } catch (FenceException e) {
            return false;
        }
    }

    private KubernetesLease lease(String holder) {
        return taken(new KubernetesLease(cluster, holder, no -> false, DURATION, () -> now, () -> nanos));
    }

    private KubernetesLease taken(KubernetesLease lease) {
        taken.add(lease);
        return lease;
    }

    private void overtaken(String by) {
        ObjectNode lease = cluster.find(LEASE).orElseThrow();
        ((ObjectNode) lease.get("spec")).put("holderIdentity", by);
        cluster.replace(lease);
    }

    private ObjectNode spec() {
        return (ObjectNode) cluster.find(LEASE).orElseThrow().get("spec");
    }

    /** The cluster, in the way to which things happen. */
    private final class Failing extends ForwardingCluster {

        private final ArrayDeque<Problem> fails = new ArrayDeque<>();
        private Problem writesFail;
        private Runnable before = () -> {};
        private int calls;

        Failing() {
            super(cluster);
        }

        void fails(Problem with) {
            fails.add(with);
        }

        void beforeNextWrite(Runnable happens) {
            before = happens;
        }

        @Override
        protected <T> T read(String what, Supplier<T> call) {
            calls++;
            if (fails.peek() == Problem.UNAVAILABLE) {
                throw new ClusterException(fails.remove(), "it does not answer", null);
            }
            return call.get();
        }

        @Override
        protected <T> T write(ObjectNode object, Supplier<T> call) {
            calls++;
            Runnable first = before;
            before = () -> {};
            first.run();
            if (writesFail != null) {
                throw new ClusterException(writesFail, "refused", null);
            }
            T answer = call.get();
            if (!fails.isEmpty()) {
                throw new ClusterException(fails.remove(), "the answer is lost", null);
            }
            return answer;
        }
    }
}
