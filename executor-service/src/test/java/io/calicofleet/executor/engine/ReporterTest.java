package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.SightLost;
import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.TraceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReporterTest {

    private static final StepId STEP = StepId.parse("spring/c01/inspect/1");
    private static final StepAccepted ACCEPTED = new StepAccepted(STEP, "here", "c01: here has taken up inspect");
    private static final StepSucceeded SUCCEEDED = new StepSucceeded(STEP, null, List.of(), List.of(), "c01: done");

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final RecordingOutbox outbox = new RecordingOutbox();
    private final List<Runnable> afterAMoment = new ArrayList<>();
    private long nanos = 10 * MINUTE;
    private final Reporter reporter = new Reporter(outbox, STEP, null, "run", afterAMoment::add, () -> nanos);

    @Test
    void a_step_that_takes_longer_than_a_moment_is_announced_before_its_outcome() {
        reporter.takenUp(ACCEPTED);
        afterAMoment.forEach(Runnable::run);
        reporter.say(SUCCEEDED);
        assertThat(outbox.events()).containsExactly(ACCEPTED, SUCCEEDED);
    }

    @Test
    void a_step_that_is_done_within_a_moment_is_not_announced() {
        reporter.takenUp(ACCEPTED);
        reporter.say(SUCCEEDED);
        afterAMoment.forEach(Runnable::run);
        assertThat(outbox.events()).containsExactly(SUCCEEDED);
    }

    @Test
    void a_step_that_was_handed_back_within_a_moment_is_not_announced() {
        reporter.takenUp(ACCEPTED);
        reporter.end();
        afterAMoment.forEach(Runnable::run);
        assertThat(outbox.events()).isEmpty();
    }

    @Test
    void the_same_progress_is_said_once_and_again_after_a_minute() {
        reporter.progressed(1, 3, "nodes", "one");
        reporter.progressed(1, 3, "nodes", "one still");
        nanos += MINUTE;
        reporter.progressed(1, 3, "nodes", "one still");
        assertThat(outbox.events()).hasSize(1);
        nanos++;
        reporter.progressed(1, 3, "nodes", "one even now");
        reporter.progressed(1, 3, "nodes", "one even now");
        assertThat(said()).containsExactly("one", "one even now");
        reporter.progressed(2, 3, "nodes", "two");
        reporter.progressed(2, 4, "nodes", "two of four");
        assertThat(said()).containsExactly("one", "one even now", "two", "two of four");
    }

    @Test
    void what_it_waits_for_is_said_in_its_own_words_once_with_how_far_it_was_and_that_it_goes_on() {
        reporter.goesOn();
        reporter.progressed(1, 3, "nodes", "one");
        reporter.goesOn();
        reporter.waits("quota");
        reporter.waits("quota");
        reporter.waits("webhook");
        reporter.goesOn();
        reporter.goesOn();
        assertThat(outbox.events())
                .containsExactly(
                        new StepProgressed(STEP, 1, 3, "nodes", "one", null),
                        new StepProgressed(STEP, 1, 3, "nodes", "c01 waits: quota", "quota"),
                        new StepProgressed(STEP, 1, 3, "nodes", "c01 waits: webhook", "webhook"),
                        new StepProgressed(STEP, 1, 3, "nodes", "c01 goes on", null));
    }

    @Test
    void a_step_that_does_not_count_says_that_it_goes_on_after_it_waited_and_once_a_minute() {
        reporter.tell(null);
        nanos += MINUTE;
        reporter.repeat();
        assertThat(outbox.events()).isEmpty();
        nanos++;
        reporter.repeat();
        reporter.repeat();
        reporter.tell("a verdict");
        reporter.repeat();
        reporter.tell(null);
        reporter.tell(null);
        assertThat(outbox.events())
                .containsExactly(
                        new StepProgressed(STEP, 0, 0, "", "c01 goes on", null),
                        new StepProgressed(STEP, 0, 0, "", "c01 waits: a verdict", "a verdict"),
                        new StepProgressed(STEP, 0, 0, "", "c01 goes on", null));
        nanos += MINUTE + 1;
        reporter.tell("a verdict");
        nanos += MINUTE + 1;
        reporter.repeat();
        assertThat(said().getLast()).isEqualTo("c01 waits: a verdict");
        assertThat(said()).hasSize(5);
    }

    @Test
    void everything_sent_is_waited_for_and_one_that_was_refused_is_not_forgotten() {
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        Outbox slow = new Outbox() {
            @Override
            public CompletableFuture<Void> publish(String id, @Nullable TraceContext trace, FleetEvent event) {
                sent.add(new CompletableFuture<>());
                return sent.getLast();
            }

            @Override
            public CompletableFuture<Void> deadLetter(Delivery delivery, String reason) {
                throw new AssertionError("no dead letter");
            }
        };
        Reporter waiting = new Reporter(slow, STEP, null, "run", afterAMoment::add, () -> nanos);
        waiting.awaitSent();
        waiting.say(SUCCEEDED);
        waiting.say(SUCCEEDED);
        sent.get(1).complete(null);
        sent.get(0).completeExceptionally(new IllegalStateException("too large"));
        assertThatThrownBy(waiting::awaitSent).isInstanceOf(CompletionException.class);
        waiting.say(SUCCEEDED);
        sent.get(2).complete(null);
        assertThatThrownBy(waiting::awaitSent).isInstanceOf(CompletionException.class);
    }

    @Test
    void that_it_is_not_seen_is_published_as_it_is() {
        SightLost lost =
                new SightLost(STEP, 0, Duration.ZERO, "why", "c01: cannot be seen", Duration.ofSeconds(10), "run");
        reporter.say(lost);
        assertThat(outbox.events()).containsExactly(lost);
    }

    @Test
    void words_on_what_is_seen_are_numbered_from_zero_in_each_run() {
        assertThat(reporter.next()).isZero();
        assertThat(reporter.next()).isEqualTo(1);
        assertThat(reporter.run()).isEqualTo("run");
    }

    private List<String> said() {
        return outbox.events().stream()
                .map(event -> ((StepProgressed) event).summary())
                .toList();
    }
}
