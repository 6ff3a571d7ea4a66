package io.calicofleet.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PromptCommitTest {

    private static final long NOW = Duration.ofDays(20_000).toMillis();
    private static final int MANY = 100;

    private final MockProcessorContext<String, String> context = new MockProcessorContext<>();
    private final PromptCommit commit = new PromptCommit();

    @Test
    void an_effect_alone_is_committed_at_once() {
        assertThat(commits(NOW)).isTrue();
    }

    @Test
    void effects_of_one_cluster_are_committed_at_once_however_long_it_goes_on() {
        for (int i = 0; i < MANY; i++) {
            assertThat(commits(NOW + i * 25L)).as("effect %d", i).isTrue();
        }
    }

    @Test
    void what_is_one_of_many_waits_for_the_interval() {
        publishMany(NOW);
        assertThat(commits(NOW + 1)).isFalse();
    }

    @Test
    void a_new_moment_is_no_reason_to_take_many_for_few() {
        publishMany(NOW + 99);
        assertThat(commits(NOW + 100)).isFalse();
    }

    @Test
    void the_first_effect_after_a_rush_is_committed_at_once() {
        publishMany(NOW);
        assertThat(commits(NOW + 200)).isTrue();
    }

    @Test
    void partitions_count_together_since_they_are_committed_together() {
        MockProcessorContext<String, String> other = new MockProcessorContext<>();
        other.setCurrentSystemTimeMs(NOW);
        for (int i = 0; i < MANY; i++) {
            commit.published(other);
        }
        assertThat(commits(NOW)).isFalse();
    }

    @Test
    void a_clock_that_is_set_back_does_not_count_what_was_before() {
        publishMany(NOW);
        assertThat(commits(NOW - 5000)).isTrue();
    }

    private void publishMany(long at) {
        for (int i = 0; i < MANY; i++) {
            commits(at);
        }
    }

    private boolean commits(long at) {
        context.resetCommit();
        context.setCurrentSystemTimeMs(at);
        commit.published(context);
        return context.committed();
    }
}
