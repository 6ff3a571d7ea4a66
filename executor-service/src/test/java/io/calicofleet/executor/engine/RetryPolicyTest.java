package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.FenceException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RetryPolicyTest {

    private final StepSignals signals = new StepSignals();
    private final List<String> told = new ArrayList<>();
    private boolean ready = true;
    private boolean allowed = true;
    private final RetryPolicy retries = new RetryPolicy(
            Duration.ofSeconds(30), Duration.ofMillis(300), signals, new Told(), () -> ready, () -> allowed);

    @Test
    void a_refusal_by_admission_is_told_at_once_in_its_own_words_and_the_write_is_tried_again() {
        String done = retries.write(
                "DaemonSet x", answers(refused("failed calling webhook"), refused("failed calling webhook"), "done"));

        assertThat(done).isEqualTo("done");
        assertThat(told).containsExactly("failed calling webhook", "answered");
    }

    @Test
    void a_read_that_is_refused_is_not_tried_again() {
        assertThatThrownBy(() -> retries.read("x", nothing -> false, answers(refused("no"), "done")))
                .isInstanceOf(ClusterException.class)
                .hasMessage("no");
        assertThat(told).isEmpty();
    }

    @Test
    void a_read_that_is_forbidden_is_believed_where_only_that_is_and_waited_for_where_everything_is() {
        ClusterException forbidden = new ClusterException(Problem.FORBIDDEN, "User \"x\" cannot get", null);
        assertThatThrownBy(() -> retries.read("x", nothing -> false, answers(forbidden, "granted")))
                .isSameAs(forbidden);

        allowed = false;

        String read = retries.read("x", nothing -> false, answers(forbidden, forbidden, "granted"));
        assertThat(read).isEqualTo("granted");
        assertThat(told).containsExactly(forbidden.message(), "answered");
    }

    @Test
    void what_admission_refuses_of_a_rehearsal_is_tried_again_with_one_patience_for_all_of_it() {
        assertThat(retries.<String>rehearse("x", answers(refused("webhook"), "tried")))
                .isEqualTo("tried");
        assertThat(told).containsExactly("webhook", "answered");

        RetryPolicy brief = new RetryPolicy(
                Duration.ofMillis(300), Duration.ofMillis(100), signals, new Told(), () -> ready, () -> allowed);
        AtomicInteger asked = new AtomicInteger();
        Supplier<String> never = () -> {
            asked.incrementAndGet();
            throw refused("quota");
        };
        assertThatThrownBy(() -> brief.rehearse("x", never)).hasMessage("quota");
        assertThat(asked.getAndSet(0)).isGreaterThan(1);
        assertThatThrownBy(() -> brief.rehearse("y", never)).hasMessage("quota");
        assertThat(asked).hasValue(1);
    }

    @Test
    void an_object_that_is_not_there_is_believed_at_once_where_no_answer_was_lost() {
        assertThat(find(Optional.empty())).isEmpty();
    }

    @Test
    void not_found_is_not_believed_of_a_server_that_is_not_ready() {
        ready = false;
        Supplier<Optional<String>> later = answers(Optional.empty(), Optional.empty(), Optional.of("it is there"));

        assertThat(retries.read("x", Optional::isEmpty, later)).contains("it is there");
    }

    @Test
    void forbidden_is_not_believed_after_an_answer_was_lost_until_the_server_was_ready_for_a_while() {
        ArrayDeque<Supplier<String>> answers = new ArrayDeque<>(List.of(
                () -> {
                    ready = false;
                    throw new ClusterException(Problem.UNAVAILABLE, "connection refused", null);
                },
                () -> {
                    ready = true;
                    throw new ClusterException(Problem.FORBIDDEN, "User \"x\" cannot get", null);
                },
                () -> "granted"));

        assertThat(retries.read("x", nothing -> false, () -> answers.remove().get()))
                .isEqualTo("granted");
    }

    @Test
    void a_server_that_fails_now_and_then_but_is_ready_is_believed() {
        assertThat(find(new ClusterException(Problem.UNAVAILABLE, "503", null), Optional.empty()))
                .isEmpty();
    }

    @Test
    void a_step_whose_time_is_over_is_not_tried_again() {
        assertThatThrownBy(() -> retries.write("x", () -> {
                    signals.judged();
                    throw new ClusterException(Problem.REFUSED, "quota", null);
                }))
                .isInstanceOfSatisfying(
                        FenceException.class, e -> assertThat(e.why()).isEqualTo(FenceException.Why.OVER));
    }

    @Test
    void a_later_step_of_the_campaign_ends_one_that_acts_and_another_campaigns_does_not() {
        signals.runs(asked("c1/eu/upgrade/1", 5));
        signals.superseded(asked("c2/eu/inspect/1", 4));
        signals.superseded(asked("c1/eu/upgrade/1", 5));
        signals.check();

        signals.superseded(asked("c1/eu/restore/1", 5));
        assertThatThrownBy(signals::check).isInstanceOf(FenceException.class);
    }

    @Test
    void a_step_of_the_campaign_that_has_the_cluster_now_ends_one_of_the_campaign_that_had_it() {
        signals.runs(asked("c1/eu/upgrade/1", 5));
        signals.superseded(asked("c2/eu/inspect/1", 6));

        assertThatThrownBy(signals::check).isInstanceOf(FenceException.class);
    }

    private static StepRequested asked(String step, long epoch) {
        return new StepRequested(StepId.parse(step), List.of(), StepParameters.NONE.withEpoch(epoch), "");
    }

    private Optional<String> find(Object... answers) {
        return retries.read("x", Optional::isEmpty, answers(answers));
    }

    @SuppressWarnings("unchecked")
    private static <T> Supplier<T> answers(Object... answers) {
        ArrayDeque<Object> left = new ArrayDeque<>(List.of(answers));
        return () -> {
            Object next = left.remove();
            if (next instanceof ClusterException refusal) {
                throw refusal;
            }
            return (T) next;
        };
    }

    private static ClusterException refused(String words) {
        return new ClusterException(Problem.REFUSED, words, null);
    }

    private final class Told implements RetryPolicy.Listener {
        @Override
        public void retrying(String what, Duration since, ClusterException why) {
            told.add(why.message());
        }

        @Override
        public void answered() {
            told.add("answered");
        }
    }
}
