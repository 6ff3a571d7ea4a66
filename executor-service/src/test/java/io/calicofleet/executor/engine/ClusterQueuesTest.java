package io.calicofleet.executor.engine;

import static io.calicofleet.executor.Waiting.await;
import static io.calicofleet.executor.engine.HandEngine.asked;
import static io.calicofleet.executor.engine.HandEngine.gated;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.kafka.Received;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ClusterQueuesTest {

    private final HandEngine engine = new HandEngine();
    private final Map<StepId, CountDownLatch> held = new ConcurrentHashMap<>();
    private ClusterQueues queues;
    private long offset;

    @AfterEach
    void letGo() {
        held.values().forEach(CountDownLatch::countDown);
        idle();
    }

    @Test
    void the_records_of_a_cluster_are_worked_off_one_at_a_time_in_their_order() {
        hold("u1/c01/inspect/1");
        HandDelivery first = deliver("u1/c01/inspect/1");
        HandDelivery second = deliver("u2/c01/backup/1");
        HandDelivery third = deliver("u2/c01/upgrade/1");
        runs("u1/c01/inspect/1");
        assertThat(queues.running()).isEqualTo(1);
        assertThat(second.acknowledged()).isFalse();
        // When
        release("u1/c01/inspect/1");
        idle();
        // Then
        assertThat(ran()).containsExactly("run u1/c01/inspect/1", "run u2/c01/backup/1", "run u2/c01/upgrade/1");
        assertThat(first.acknowledged() && second.acknowledged() && third.acknowledged())
                .isTrue();
        assertThat(queues.running()).isZero();
    }

    @Test
    void a_cluster_that_takes_long_delays_no_other() {
        hold("u1/c01/upgrade/1");
        deliver("u1/c01/upgrade/1");
        runs("u1/c01/upgrade/1");
        HandDelivery other = deliver("u1/c02/upgrade/1");
        await().until(other::acknowledged);
        assertThat(ran()).containsExactly("run u1/c01/upgrade/1", "run u1/c02/upgrade/1");
    }

    @Test
    void what_only_reads_for_a_plan_waits_for_nobody_and_what_writes_does_whatever_it_says() {
        engine.writes = false;
        hold("u1/c01/upgrade/1");
        deliver("u1/c01/upgrade/1");
        runs("u1/c01/upgrade/1");
        HandDelivery plan = deliver(beside("p1/c01/inspect/1"));
        await().until(plan::acknowledged);
        // When
        engine.writes = true;
        HandDelivery wrong = deliver(beside("p1/c01/backup/2"));
        // Then
        assertThat(wrong.acknowledged()).isFalse();
        release("u1/c01/upgrade/1");
        await().until(wrong::acknowledged);
        assertThat(ran()).containsExactly("run u1/c01/upgrade/1", "run p1/c01/inspect/1", "run p1/c01/backup/2");
    }

    private static StepRequested beside(String step) {
        StepRequested asked = asked(step);
        return new StepRequested(asked.step(), asked.gates(), asked.parameters().asBeside(), asked.summary());
    }

    @Test
    void a_queue_that_was_empty_begins_again() {
        deliver("u1/c01/inspect/1");
        idle();
        deliver("u1/c01/upgrade/1");
        idle();
        assertThat(ran()).containsExactly("run u1/c01/inspect/1", "run u1/c01/upgrade/1");
    }

    @Test
    void a_bug_in_one_step_ends_that_step_and_neither_its_queue_nor_another() {
        engine.handler = step -> {
            if (step.step().kind().encode().equals("inspect")) {
                throw new StackOverflowError();
            }
            return new StepOutcome.Succeeded(null, List.of(), List.of(), "done");
        };
        HandDelivery bad = deliver("u1/c01/inspect/1");
        HandDelivery next = deliver("u2/c01/upgrade/1");
        idle();
        assertThat(bad.acknowledged() && next.acknowledged()).isTrue();
        assertThat(engine.outbox.outcomes(StepId.parse("u1/c01/inspect/1")).getLast())
                .isInstanceOf(StepFailed.class);
    }

    @Test
    void a_broker_that_does_not_take_an_outcome_costs_that_record_its_acknowledgement_and_no_other() {
        engine.outbox.listen(event -> {
            if (event instanceof StepSucceeded succeeded
                    && succeeded.step().kind().encode().equals("inspect")) {
                throw new IllegalStateException("too large");
            }
        });
        HandDelivery refused = deliver("u1/c01/inspect/1");
        HandDelivery next = deliver("u2/c01/upgrade/1");
        idle();
        assertThat(refused.acknowledged()).isFalse();
        assertThat(next.acknowledged()).isTrue();
    }

    @Test
    void what_runs_of_a_partition_that_went_away_is_handed_back_and_what_waits_is_not_begun() {
        hold("u1/c01/upgrade/1");
        hold("u1/c02/upgrade/1");
        HandDelivery running = deliver("u1/c01/upgrade/1");
        HandDelivery waiting = deliver("u2/c01/upgrade/1");
        HandDelivery ours = deliver("u1/c02/upgrade/1");
        runs("u1/c01/upgrade/1");
        runs("u1/c02/upgrade/1");
        // When
        running.revoke();
        waiting.revoke();
        queues.revoked();
        release("u1/c01/upgrade/1");
        release("u1/c02/upgrade/1");
        idle();
        // Then
        assertThat(ran()).containsExactlyInAnyOrder("run u1/c01/upgrade/1", "run u1/c02/upgrade/1");
        assertThat(running.acknowledged() || waiting.acknowledged()).isFalse();
        assertThat(ours.acknowledged()).isTrue();
    }

    @Test
    void a_later_step_of_its_campaign_ends_the_observing_of_the_one_before() {
        CountDownLatch looked = new CountDownLatch(1);
        engine.seen = request -> {
            looked.countDown();
            return HandEngine.NOTHING;
        };
        HandDelivery first = deliver(gated("u1/c01/upgrade/1"));
        await().until(() -> looked.getCount() == 0);
        assertThat(first.acknowledged()).isFalse();
        HandDelivery restore = deliver("u1/c01/restore/1");
        idle();
        assertThat(first.acknowledged() && restore.acknowledged()).isTrue();
    }

    @Test
    void what_waits_already_when_a_step_begins_is_known_to_it() {
        hold("u9/c01/inspect/1");
        deliver("u9/c01/inspect/1");
        runs("u9/c01/inspect/1");
        HandDelivery first = deliver(gated("u1/c01/upgrade/1"));
        HandDelivery later = deliver("u1/c01/restore/1");
        release("u9/c01/inspect/1");
        idle();
        assertThat(first.acknowledged() && later.acknowledged()).isTrue();
        assertThat(engine.outbox.checks()).isEmpty();
    }

    @Test
    void a_step_that_a_later_one_of_its_campaign_overtakes_before_it_begins_writes_nothing() {
        engine.backups = new StepScene() {}.recording();
        engine.handler = step -> {
            if (step.step().ordinal() == 7) {
                step.cluster().create(StepScene.object());
            }
            return new StepOutcome.Succeeded(null, List.of(), List.of(), "done");
        };
        hold("u9/c01/inspect/1");
        deliver("u9/c01/inspect/1");
        runs("u9/c01/inspect/1");
        HandDelivery first = deliver("u1/c01/upgrade/7");
        HandDelivery later = deliver("u1/c01/restore/1");
        release("u9/c01/inspect/1");
        idle();
        assertThat(engine.api.writes).isEmpty();
        assertThat(engine.outbox.outcomes(StepId.parse("u1/c01/upgrade/7"))).isEmpty();
        assertThat(first.acknowledged() && later.acknowledged()).isTrue();
    }

    @Test
    void what_is_no_later_record_of_its_partition_does_not_end_the_observing() {
        StepRequested request = gated("u1/c01/upgrade/1");
        for (HandDelivery other : List.of(
                HandDelivery.of(request, 2),
                HandDelivery.of(asked("u1/c01/restore/1"), 3).of(1))) {
            ClusterQueuesTest fresh = new ClusterQueuesTest();
            List<Integer> saidBefore = new CopyOnWriteArrayList<>();
            fresh.engine.seen = asked -> {
                saidBefore.add(fresh.engine.outbox.outcomes(request.step()).size());
                return HandEngine.NOTHING;
            };
            fresh.hold("u9/c01/inspect/1");
            fresh.deliver("u9/c01/inspect/1");
            fresh.runs("u9/c01/inspect/1");
            fresh.deliver(request);
            fresh.queues().accept(other);
            fresh.release("u9/c01/inspect/1");
            await().until(() -> {
                fresh.queues.judged(request.step());
                return fresh.queues.running() == 0;
            });
            assertThat(saidBefore)
                    .as("it is looked at when it has its first outcome")
                    .startsWith(1);
        }
    }

    @Test
    void the_verdict_on_the_step_that_runs_ends_its_observing_and_one_on_another_does_not() {
        CountDownLatch looked = new CountDownLatch(1);
        engine.seen = request -> {
            looked.countDown();
            return HandEngine.NOTHING;
        };
        HandDelivery first = deliver(gated("u1/c01/upgrade/2"));
        await().until(() -> looked.getCount() == 0);
        queues.judged(StepId.parse("u1/c01/upgrade/1"));
        queues.judged(StepId.parse("u1/c02/upgrade/2"));
        assertThat(first.acknowledged()).isFalse();
        assertThat(queues.running()).isEqualTo(1);
        queues.judged(StepId.parse("u1/c01/upgrade/2"));
        idle();
        assertThat(first.acknowledged()).isTrue();
    }

    @Test
    void a_stop_hands_back_what_runs_begins_nothing_more_and_waits_until_all_have_let_go() throws Exception {
        hold("u1/c01/upgrade/1");
        HandDelivery running = deliver("u1/c01/upgrade/1");
        HandDelivery waiting = deliver("u2/c01/upgrade/1");
        runs("u1/c01/upgrade/1");
        assertThat(queues.stop(Duration.ofMillis(1))).isFalse();
        HandDelivery late = deliver("u1/c03/upgrade/1");
        release("u1/c01/upgrade/1");
        assertThat(queues.stop(Duration.ofSeconds(50))).isTrue();
        assertThat(ran()).containsExactly("run u1/c01/upgrade/1");
        assertThat(running.acknowledged() || waiting.acknowledged() || late.acknowledged())
                .isFalse();
    }

    @Test
    void a_record_without_a_key_is_worked_off_as_well() {
        HandDelivery none = new HandDelivery(null, 1, new Received.Unreadable(new byte[0], "nothing"));
        queues().accept(none);
        await().until(none::acknowledged);
        assertThat(engine.outbox.deadLetters()).containsExactly("nothing");
    }

    @Test
    void more_records_are_not_brought_while_too_many_wait_behind_a_step() {
        hold("u1/c01/upgrade/1");
        deliver("u1/c01/upgrade/1");
        runs("u1/c01/upgrade/1");
        CompletionStage<Void> room = CompletableFuture.completedFuture(null);
        for (int i = 0; i < Backlog.MOST; i++) {
            assertThat(room).isCompleted();
            room = queues().accept(HandDelivery.of(asked("u2/c01/inspect/1"), ++offset));
        }
        assertThat(room).isNotCompleted();
        HandDelivery other = deliver("u1/c02/upgrade/1");
        await().until(other::acknowledged);

        release("u1/c01/upgrade/1");

        await().until(room.toCompletableFuture()::isDone);
    }

    private ClusterQueues queues() {
        if (queues == null) {
            var inner = engine.handler;
            engine.handler = step -> {
                CountDownLatch latch = held.get(step.step());
                if (latch != null) {
                    try {
                        latch.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
                return inner.apply(step);
            };
            queues = new ClusterQueues(engine.runner());
        }
        return queues;
    }

    private HandDelivery deliver(String step) {
        return deliver(asked(step));
    }

    private HandDelivery deliver(StepRequested request) {
        HandDelivery delivery = HandDelivery.of(request, ++offset);
        queues().accept(delivery);
        return delivery;
    }

    private void hold(String step) {
        held.put(StepId.parse(step), new CountDownLatch(1));
    }

    private void release(String step) {
        held.get(StepId.parse(step)).countDown();
    }

    private void runs(String step) {
        await().until(() -> engine.happened.contains("run " + step));
    }

    private List<String> ran() {
        return engine.happened.stream().filter(said -> said.startsWith("run ")).toList();
    }

    private void idle() {
        await().until(() -> queues == null || queues.running() == 0);
    }
}
