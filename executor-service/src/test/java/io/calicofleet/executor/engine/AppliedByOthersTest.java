package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.FailureReason;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.plan.AppliedByOthers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Others write while the step looks at what they have left to bring. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AppliedByOthersTest extends StepScene {

    private final AtomicInteger looks = new AtomicInteger();

    @BeforeEach
    void appliedByOthers() {
        engine.wrapped = handler -> new AppliedByOthers(handler, () -> engine.clock, Duration.ZERO);
    }

    @ParameterizedTest
    @EnumSource(
            value = Problem.class,
            names = {"CONFLICT", "ALREADY_EXISTS", "NOT_FOUND"})
    void what_came_changed_or_went_while_it_was_looked_at_is_looked_at_again(Problem race) throws Exception {
        changesDuringTheFirst(2, race);
        assertThat(outcome()).isInstanceOf(StepSucceeded.class);
        assertThat(looks.get()).isEqualTo(3);
    }

    @Test
    void what_changes_all_the_time_is_not_looked_at_for_ever() throws Exception {
        changesDuringTheFirst(100, Problem.CONFLICT);
        assertThat(failed().reason()).isEqualTo(FailureReason.API_UNAVAILABLE);
        assertThat(failed().message()).isEqualTo("Secret x was changed meanwhile");
        assertThat(looks.get()).isEqualTo(6);
    }

    private void changesDuringTheFirst(int times, Problem race) throws InterruptedException {
        engine.handler = step -> {
            if (looks.incrementAndGet() <= times) {
                throw new ClusterException(race, "Secret x was changed meanwhile", null);
            }
            return new StepOutcome.Succeeded(null, List.of(), List.of(), "done");
        };
        run(new StepRequested(STEP, List.of(), StepParameters.NONE.withAppliedByOthers(true), "please"));
    }
}
