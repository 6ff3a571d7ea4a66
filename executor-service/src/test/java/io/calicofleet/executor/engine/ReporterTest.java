package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepSucceeded;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReporterTest {

    private static final StepId STEP = StepId.parse("spring/c01/inspect/1");
    private static final StepAccepted ACCEPTED = new StepAccepted(STEP, "here", "c01: here has taken up inspect");
    private static final StepSucceeded SUCCEEDED = new StepSucceeded(STEP, null, List.of(), List.of(), "c01: done");

    private final RecordingOutbox outbox = new RecordingOutbox();
    private final List<Runnable> afterAMoment = new ArrayList<>();
    private long nanos;
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
}
