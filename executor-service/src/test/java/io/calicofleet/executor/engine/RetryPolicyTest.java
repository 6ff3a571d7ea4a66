package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.FenceException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** In a time of its own, which goes on only while it pauses. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RetryPolicyTest {

    private static final Set<Problem> SILENCES = EnumSet.of(Problem.UNAVAILABLE, Problem.DATASTORE_UNAVAILABLE);

    private final StepSignals signals = new StepSignals();
    private final List<String> told = new ArrayList<>();
    private final List<Long> slept = new ArrayList<>();
    private long nanos = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos(); // It wraps, as a real one may.
    private final long began = nanos;
    private BooleanSupplier ready = () -> true;
    private boolean allowed = true;
    private RetryPolicy retries = policy(60_000, 1_000);

    @Test
    void what_is_silent_is_asked_again_of_every_kind_and_what_is_refused_only_where_somebody_may_put_it_right() {
        assertThat(triedAgain(answers -> retries.read("x", nothing -> false, answers)))
                .isEqualTo(SILENCES);
        assertThat(triedAgain(answers -> retries.write("x", answers)))
                .isEqualTo(with(Problem.FORBIDDEN, Problem.REFUSED));
        assertThat(triedAgain(answers -> retries.rehearse("x", answers))).isEqualTo(with(Problem.REFUSED));
        // When
        allowed = false;
        // Then
        assertThat(triedAgain(answers -> retries.read("x", nothing -> false, answers)))
                .as("the step may do nothing any more")
                .isEqualTo(with(Problem.FORBIDDEN));
        assertThat(triedAgain(answers -> retries.rehearse("x", answers)))
                .isEqualTo(with(Problem.FORBIDDEN, Problem.REFUSED));
    }

    @Test
    void pauses_grow_to_the_longest_and_the_last_try_is_after_the_patience() {
        retries = policy(10_000, 2_000);
        assertThatThrownBy(() -> retries.write("x", always(Problem.REFUSED, "quota")))
                .hasMessage("quota");
        assertThat(slept).containsExactly(200L, 400L, 800L, 1600L, 2000L, 2000L, 2000L, 2000L);
        slept.clear();
        retries = policy(200, 90);
        assertThatThrownBy(() -> retries.write("x", always(Problem.REFUSED, "quota")))
                .hasMessage("quota");
        assertThat(slept).as("no pause is longer than the longest").containsExactly(90L, 90L, 90L);
    }

    @Test
    void patience_is_over_after_its_time_and_not_before() {
        retries = policy(600, 1_000);
        assertThatThrownBy(() -> retries.write("x", always(Problem.REFUSED, "quota")))
                .hasMessage("quota");
        assertThat(slept).as("600 ms are within").containsExactly(200L, 400L, 800L);
    }

    @Test
    void a_refusal_is_told_at_once_in_its_own_words_and_again_every_half_minute_until_there_is_an_answer() {
        assertThat(retries.<String>write(
                        "DaemonSet x", () -> millis() < 31_000 ? refuse("failed calling webhook") : "done"))
                .isEqualTo("done");
        assertThat(told)
                .containsExactly(
                        "DaemonSet x after 0: failed calling webhook",
                        "DaemonSet x after 30400: failed calling webhook",
                        "answered");
    }

    @Test
    void a_silence_is_told_when_it_lasts_and_one_that_is_short_is_not() {
        assertThat(retries.<String>read("x", nothing -> false, () -> millis() < 2_400 ? silence("503") : "done"))
                .isEqualTo("done");
        assertThat(told).isEmpty();
        retries = policy(60_000, 200);
        long second = millis();
        assertThat(retries.<String>read(
                        "x", nothing -> false, () -> millis() < second + 34_000 ? silence("503") : "done"))
                .isEqualTo("done");
        assertThat(told).containsExactly("x after 3000: 503", "x after 33000: 503", "answered");
    }

    @Test
    void all_that_is_rehearsed_has_one_patience_together_for_what_admission_refuses() {
        retries = policy(1_000, 200);
        assertThat(retries.<String>rehearse("x", answers(refused("webhook"), refused("webhook"), "tried")))
                .isEqualTo("tried");
        assertThat(told).containsExactly("x after 0: webhook", "answered");
        slept.clear();
        assertThatThrownBy(() -> retries.rehearse("y", always(Problem.REFUSED, "quota")))
                .hasMessage("quota");
        assertThat(slept).as("what is left").containsExactly(200L, 200L, 200L, 200L);
        slept.clear();
        assertThatThrownBy(() -> retries.rehearse("z", always(Problem.REFUSED, "quota")))
                .hasMessage("quota");
        assertThat(slept).isEmpty();
        assertThat(retries.<String>rehearse("z", answers(silent(), "tried")))
                .as("a silence has its own")
                .isEqualTo("tried");
    }

    @Test
    void an_object_that_is_not_there_is_believed_at_once_where_no_answer_was_lost() {
        assertThat(find(Optional.empty(), Optional.empty())).isEmpty();
        assertThat(find(silent(), Optional.empty())).as("it is ready").isEmpty();
        assertThat(slept).containsExactly(200L);
        assertThat(told).isEmpty();
    }

    @Test
    void not_found_is_believed_once_a_server_that_was_not_ready_is_ready_for_three_seconds() {
        ready = () -> millis() >= 1_000;
        assertThat(retries.<Optional<String>>read("x", Optional::isEmpty, Optional::empty))
                .isEmpty();
        assertThat(millis()).as("seen to be ready at 1400 ms").isEqualTo(4_400);
        assertThat(find(Optional.empty())).as("from then on at once").isEmpty();
        assertThat(millis()).isEqualTo(4_400);
    }

    @Test
    void
            an_absence_that_was_answered_before_the_server_was_ready_is_not_believed_though_it_is_ready_when_it_is_asked() {
        assertThat(find(Optional.empty(), Optional.of("it is there")))
                .as("a server that became ready between the two")
                .contains("it is there");
        assertThat(slept).isEmpty();
        assertThat(find(Optional.empty())).as("known to be ready a moment ago").isEmpty();
        nanos += Duration.ofSeconds(2).toNanos();
        assertThat(find(Optional.empty(), Optional.of("it is there")))
                .as("it may have ended and started again")
                .contains("it is there");
    }

    @Test
    void an_absence_that_took_long_to_be_told_may_be_of_a_server_that_was_started_meanwhile() {
        assertThat(find(Optional.empty(), Optional.empty())).as("it was ready").isEmpty();
        ready = () -> millis() >= 5_000;
        assertThat(retries.<Optional<String>>read("x", Optional::isEmpty, () -> {
                    nanos += Duration.ofSeconds(2).toNanos();
                    return millis() < 6_000 ? Optional.empty() : Optional.of("it is there");
                }))
                .contains("it is there");
    }

    @Test
    void an_absence_is_not_believed_where_another_server_that_is_not_ready_answered_within_the_same_moment() {
        assertThat(find(Optional.empty(), Optional.empty())).as("it was ready").isEmpty();
        ready = () -> millis() >= 2_000;
        assertThat(retries.<Optional<String>>read(
                        "x", Optional::isEmpty, () -> millis() < 3_000 ? Optional.empty() : Optional.of("it is there")))
                .contains("it is there");
        assertThat(retries.<String>read("x", nothing -> false, () -> "it is there"))
                .isEqualTo("it is there");
    }

    @Test
    void a_slow_server_is_believed_when_it_says_so_again() {
        assertThat(retries.<Optional<String>>read("x", Optional::isEmpty, () -> {
                    nanos += Duration.ofSeconds(2).toNanos();
                    return Optional.empty();
                }))
                .isEmpty();
        assertThat(millis()).as("three answers").isEqualTo(6_000);
        assertThat(slept).isEmpty();
    }

    @Test
    void what_is_there_is_believed_of_any_server() {
        ready = () -> false;
        assertThat(find(Optional.of("it is there"))).contains("it is there");
        assertThat(slept).isEmpty();
    }

    @Test
    void forbidden_is_believed_of_a_server_that_is_ready() {
        assertThat(find(Optional.empty(), Optional.empty())).isEmpty();
        assertThatThrownBy(() -> retries.read("x", nothing -> false, always(Problem.FORBIDDEN, "no")))
                .hasMessage("no");
        assertThat(slept).isEmpty();
    }

    @Test
    void forbidden_is_not_believed_of_a_server_that_was_started_again_while_nothing_was_asked() {
        assertThat(find(Optional.empty(), Optional.empty())).as("it was ready").isEmpty();
        nanos += Duration.ofSeconds(2).toNanos();
        ready = () -> millis() >= 3_000;
        assertThat(retries.<String>read(
                        "x", nothing -> false, () -> millis() < 4_000 ? refuse(Problem.FORBIDDEN, "no") : "granted"))
                .isEqualTo("granted");
    }

    @Test
    void what_was_written_and_tried_out_is_believed_of_any_server() {
        ready = () -> false;
        assertThat(retries.<String>write("x", answers("done"))).isEqualTo("done");
        assertThat(retries.<String>rehearse("x", answers("tried"))).isEqualTo("tried");
        assertThat(slept).isEmpty();
    }

    @Test
    void a_server_that_is_ready_now_and_then_is_not_ready_for_a_while() {
        ready = () -> (millis() >= 1_000 && millis() < 2_000) || millis() >= 4_000;
        assertThat(retries.<Optional<String>>read("x", Optional::isEmpty, Optional::empty))
                .isEmpty();
        assertThat(millis())
                .as("seen to be ready at 1400 ms, and again at 4400 ms")
                .isEqualTo(7_400);
    }

    @Test
    void a_server_whose_readiness_cannot_be_asked_is_not_ready() {
        ready = () -> {
            if (millis() < 1_000) {
                throw new ClusterException(Problem.FORBIDDEN, "no /readyz for you", null);
            }
            return true;
        };
        assertThat(retries.<Optional<String>>read("x", Optional::isEmpty, Optional::empty))
                .isEmpty();
        assertThat(millis()).isEqualTo(4_400);
    }

    @Test
    void one_that_does_not_get_ready_is_believed_when_the_patience_is_over() {
        ready = () -> false;
        retries = policy(10_000, 1_000);
        assertThat(retries.<Optional<String>>read("x", Optional::isEmpty, Optional::empty))
                .isEmpty();
        assertThat(millis()).isEqualTo(10_400);
        assertThatThrownBy(() -> retries.read("x", nothing -> false, always(Problem.NOT_FOUND, "gone")))
                .hasMessage("gone");
        assertThat(millis()).isEqualTo(20_800);
    }

    @Test
    void forbidden_and_not_found_are_not_believed_after_an_answer_was_lost_of_a_server_that_was_not_ready() {
        for (Problem problem : List.of(Problem.FORBIDDEN, Problem.NOT_FOUND)) {
            RetryPolicyTest fresh = new RetryPolicyTest();
            assertThat(fresh.lost(problem)).isEqualTo("granted");
            assertThat(fresh.told).as("a doubt is not told before it lasts").isEmpty();
        }
        assertThatThrownBy(() -> lost(Problem.CONFLICT)).hasMessage("its caches are cold");
    }

    @Test
    void trust_is_lost_again_with_the_next_answer_that_is_lost() {
        assertThat(find(Optional.empty(), Optional.empty())).isEmpty();
        assertThat(lost(Problem.FORBIDDEN)).isEqualTo("granted");
    }

    @Test
    void a_doubt_that_lasts_is_told() {
        ready = () -> false;
        assertThat(retries.<String>read(
                        "x", nothing -> false, () -> millis() < 4_000 ? refuse(Problem.FORBIDDEN, "no") : "granted"))
                .isEqualTo("granted");
        assertThat(told).containsExactly("x after 3400: no", "answered");
    }

    @Test
    void a_step_whose_time_is_over_is_not_tried_again() {
        assertThatThrownBy(() -> retries.write("x", () -> {
                    signals.judged();
                    return refuse("quota");
                }))
                .isInstanceOfSatisfying(
                        FenceException.class, e -> assertThat(e.why()).isEqualTo(FenceException.Why.OVER));
        assertThat(slept).hasSize(1);
    }

    @Test
    void who_is_interrupted_ends_with_what_was_refused() {
        RetryPolicy interrupted = new RetryPolicy(
                Duration.ofSeconds(60),
                Duration.ofSeconds(1),
                signals,
                new Told(),
                () -> false,
                () -> true,
                () -> nanos,
                time -> {
                    throw new InterruptedException();
                });
        assertThatThrownBy(() -> interrupted.write("x", always(Problem.REFUSED, "quota")))
                .hasMessage("quota");
        assertThat(Thread.interrupted()).isTrue();
        assertThatThrownBy(() -> interrupted.read("x", Optional::isEmpty, Optional::empty))
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNAVAILABLE))
                .hasMessage("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void pauses_are_real_where_nobody_says_otherwise() {
        RetryPolicy real = new RetryPolicy(
                Duration.ofMillis(50), Duration.ofMillis(10), signals, new Told(), () -> true, () -> true);
        long before = System.nanoTime();
        assertThatThrownBy(() -> real.write("x", always(Problem.REFUSED, "quota")))
                .hasMessage("quota");
        assertThat(System.nanoTime() - before)
                .isGreaterThan(Duration.ofMillis(50).toNanos());
    }

    private RetryPolicy policy(long patience, long longestPause) {
        return new RetryPolicy(
                Duration.ofMillis(patience),
                Duration.ofMillis(longestPause),
                signals,
                new Told(),
                () -> ready.getAsBoolean(),
                () -> allowed,
                () -> nanos,
                time -> {
                    slept.add(time.toMillis());
                    nanos += time.toNanos();
                });
    }

    /** Since the beginning. */
    private long millis() {
        return Duration.ofNanos(nanos - began).toMillis();
    }

    private static Set<Problem> with(Problem... more) {
        Set<Problem> all = EnumSet.copyOf(SILENCES);
        all.addAll(List.of(more));
        return all;
    }

    /** The refusals after which there is a second try. */
    private static Set<Problem> triedAgain(Function<Supplier<String>, String> call) {
        Set<Problem> again = EnumSet.noneOf(Problem.class);
        for (Problem problem : Problem.values()) {
            try {
                // The same answer twice: one that is only doubted is asked for once more, at once.
                ClusterException no = new ClusterException(problem, "no", null);
                var unused = call.apply(answers(no, no, "done"));
                again.add(problem);
            } catch (ClusterException e) {
                assertThat(e.problem()).isEqualTo(problem);
            }
        }
        return again;
    }

    /** What is read when an answer is lost, the server is not ready, and then refuses this once. */
    private String lost(Problem refused) {
        boolean[] isReady = {true};
        ready = () -> isReady[0];
        ArrayDeque<Supplier<String>> answers = new ArrayDeque<>(List.of(
                () -> {
                    isReady[0] = false;
                    return silence("connection refused");
                },
                () -> {
                    isReady[0] = true;
                    return refuse(refused, "its caches are cold");
                },
                () -> "granted"));
        return retries.read("x", nothing -> false, () -> answers.remove().get());
    }

    private Optional<String> find(Object... answers) {
        return retries.read("x", Optional::isEmpty, answers(answers));
    }

    private static <T> Supplier<T> always(Problem problem, String words) {
        return () -> refuse(problem, words);
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <T> T refuse(String words) {
        return refuse(Problem.REFUSED, words);
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <T> T silence(String words) {
        return refuse(Problem.UNAVAILABLE, words);
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <T> T refuse(Problem problem, String words) {
        throw new ClusterException(problem, words, null);
    }

    private static ClusterException silent() {
        return new ClusterException(Problem.UNAVAILABLE, "503", null);
    }

    private static ClusterException refused(String words) {
        return new ClusterException(Problem.REFUSED, words, null);
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

    private final class Told implements RetryPolicy.Listener {
        @Override
        public void retrying(String what, Duration since, ClusterException why) {
            told.add(what + " after " + since.toMillis() + ": " + why.message());
        }

        @Override
        public void answered() {
            told.add("answered");
        }
    }
}
