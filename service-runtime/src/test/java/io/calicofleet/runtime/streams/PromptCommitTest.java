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

    private final MockProcessorContext<String, String> context = new MockProcessorContext<>();
    private final PromptCommit commit = new PromptCommit(context);

    @Test
    void the_effect_of_an_input_that_hardly_waited_is_committed_at_once() {
        context.setCurrentSystemTimeMs(NOW);
        commit.published(NOW - 3);
        assertThat(context.committed()).isTrue();
    }

    @Test
    void the_effect_of_an_input_from_a_backlog_waits_for_the_interval() {
        context.setCurrentSystemTimeMs(NOW);
        commit.published(NOW - 300);
        assertThat(context.committed()).isFalse();
    }
}
