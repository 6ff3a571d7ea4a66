package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepRecord;
import io.calicofleet.event.StepRequested;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Steps that reach their executor after the time until which they may be begun. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ExpiryTest {

    private final Driver driver = Driver.started(1).complete("c01");

    @Test
    void a_step_may_be_begun_for_a_quarter_of_an_hour() {
        assertThat(step().expires()).isEqualTo(driver.now.plus(DecisionBuilder.VALID));
    }

    @Test
    void one_that_came_too_late_is_asked_for_again_as_another_that_follows_it() {
        StepRequested late = step();
        driver.tick(Duration.ofHours(1)).expire("c01", driver.now);
        StepRequested again = step();
        assertThat(again.step().kind()).isEqualTo(late.step().kind());
        assertThat(again.step().ordinal()).isEqualTo(late.step().ordinal() + 1);
        assertThat(again.gates()).isEqualTo(late.gates());
        assertThat(late.parameters().precedes(again.parameters())).isTrue();
        assertThat(again.expires()).isEqualTo(driver.now.plus(DecisionBuilder.VALID));
        assertThat(driver.cluster("c01").history().reversed())
                .extracting(StepRecord::state)
                .startsWith("requested", "expired");
    }

    @Test
    void it_goes_on_to_the_end_and_nothing_has_failed() {
        driver.tick(Duration.ofHours(1)).expire("c01", driver.now).finish("c01");
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.SUCCEEDED);
        assertThat(driver.status().failures()).isZero();
    }

    @Test
    void where_the_clock_of_the_executor_is_ahead_the_time_is_counted_by_that() {
        Instant there = driver.now.plus(Duration.ofHours(3));
        driver.expire("c01", there);
        assertThat(step().expires()).isEqualTo(there.plus(DecisionBuilder.VALID));
    }

    @Test
    void a_clock_that_shows_what_no_clock_shows_is_for_a_person_to_set_right() {
        driver.expire("c01", Instant.MAX);
        failed();
    }

    @Test
    void a_report_without_the_time_is_a_failure_like_any_other() {
        driver.expire("c01", null);
        failed();
    }

    @Test
    void an_executor_that_always_comes_too_late_is_not_asked_for_ever() {
        for (int times = 1; times < 5; times++) {
            driver.expire("c01", driver.now);
            assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
        }
        driver.expire("c01", driver.now);
        failed();
    }

    @Test
    void an_aborted_campaign_asks_for_nothing_again() {
        driver.abort().expire("c01", driver.now);
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.ABORTED);
    }

    private StepRequested step() {
        return driver.requests.getLast();
    }

    private void failed() {
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
        assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.STEP_FAILED);
        assertThat(driver.cluster("c01").findings().message()).startsWith(FailureReason.EXPIRED.sentence());
    }
}
