package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.Explanation.NextCommand;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.Stop;
import io.calicofleet.planner.core.why.Explanations;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Pauses that end by themselves, and the stop of everything. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StopRulesTest {

    private static final Stop STOP = new Stop("bob", "a bad release", Driver.START.minusSeconds(60));

    @Test
    void a_stop_lets_finish_what_is_under_way_and_starts_nothing_until_it_is_ended() {
        // Given
        Driver driver = Driver.started(3, "maxConcurrent", 1);
        // When
        stop(driver, STOP);
        driver.finish("c01");
        // Then
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.SUCCEEDED);
        assertThat(driver.inFlight()).isEmpty();
        assertThat(driver.phase()).isEqualTo(CampaignPhase.STOPPED);
        assertThat(driver.status().reason())
                .isEqualTo("Everything is stopped by bob since 2026-11-23T07:59:00Z: a bad release.");
        assertThat(driver.status().stop()).isEqualTo(STOP);
        stop(driver, null);
        assertThat(driver.inFlight()).containsExactly("c02");
        assertThat(driver.status().stop()).isNull();
    }

    @Test
    void a_campaign_that_is_created_while_everything_is_stopped_starts_nothing() {
        Driver driver = new Driver(2);
        driver.feed(new PlannerInput.CommandReceived(
                Times.at(driver.now),
                new CampaignCreated(driver.name, Fleet.campaign(), ""),
                "alice",
                driver.fleet,
                null,
                STOP));
        assertThat(driver.requests).isEmpty();
        assertThat(driver.phase()).isEqualTo(CampaignPhase.STOPPED);
    }

    @Test
    void a_retry_waits_for_the_end_of_the_stop_too() {
        Driver driver = Driver.started(1);
        driver.failStep("c01", FailureReason.API_UNAVAILABLE);
        stop(driver, STOP);
        driver.retry("c01");
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.PENDING);
        assertThat(driver.phase()).isEqualTo(CampaignPhase.STOPPED);
        driver.resume();
        assertThat(driver.refusal()).contains("resume --all");
        stop(driver, null);
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
    }

    @Test
    void a_campaign_that_is_paused_when_everything_is_stopped_stays_so_when_that_ends() {
        Driver driver = Driver.started(2, "maxConcurrent", 1);
        driver.pause();
        stop(driver, STOP);
        assertThat(driver.phase()).isEqualTo(CampaignPhase.PAUSED);
        stop(driver, null);
        driver.finish("c01");
        assertThat(driver.inFlight()).isEmpty();
        driver.resume();
        assertThat(driver.inFlight()).containsExactly("c02");
    }

    @Test
    void an_explanation_names_the_stop_and_what_ends_it() {
        Driver driver = Driver.started(2, "maxConcurrent", 1);
        stop(driver, STOP);
        Explanation explanation = Explanations.of(
                Statuses.of(driver.state, "", Times.at(driver.now)),
                Statuses.of(driver.state, driver.cluster("c02")),
                driver.now);
        assertThat(explanation.stop()).isEqualTo(STOP);
        Reason reason = explanation.reasons().getFirst();
        assertThat(reason.rule()).isEqualTo("stopped");
        assertThat(reason.since()).isEqualTo(STOP.at());
        assertThat(reason.endedBy()).isEqualTo(EndedBy.PEOPLE);
        assertThat(reason.commands()).containsExactly(new NextCommand("to go on", "resume --all --reason \"...\""));
    }

    @Test
    void a_pause_with_an_end_ends_by_itself_and_says_so() {
        // Given
        Driver driver = Driver.started(2, "maxConcurrent", 1);
        driver.command(new CampaignPaused(driver.name, "lunch", Driver.START.plus(Duration.ofHours(1)), ""));
        assertThat(driver.status().pausedUntil()).isEqualTo("2026-11-23T09:00:00Z");
        assertThat(driver.status().reason())
                .isEqualTo("Paused by alice: lunch. The pause ends by itself at 2026-11-23T09:00:00Z.");
        driver.finish("c01");
        // When
        driver.tick(Duration.ofMinutes(59));
        assertThat(driver.inFlight()).isEmpty();
        driver.tick(Duration.ofMinutes(1));
        // Then
        assertThat(driver.inFlight()).containsExactly("c02");
        assertThat(driver.status().reason())
                .isEqualTo("The pause ended by itself at 2026-11-23T09:00:00Z, as it was to.");
        assertThat(driver.status().pausedUntil()).isNull();
    }

    @Test
    void a_pause_can_be_given_another_end_and_none_that_has_passed() {
        Driver driver = Driver.started(1);
        driver.pause();
        driver.command(new CampaignPaused(driver.name, "", Driver.START, ""));
        assertThat(driver.refusal()).isEqualTo("The pause would end at 2026-11-23T08:00:00Z, which has passed.");
        driver.command(new CampaignPaused(driver.name, "", Driver.START.plusSeconds(60), ""));
        assertThat(driver.refusal()).isEmpty();
        driver.command(new CampaignPaused(driver.name, "", Driver.START.plusSeconds(60), ""));
        assertThat(driver.refusal()).isEqualTo("The campaign is paused already.");
        driver.pause();
        assertThat(driver.tick(Duration.ofHours(1)).phase()).isEqualTo(CampaignPhase.PAUSED);
    }

    private static void stop(Driver driver, Stop stop) {
        driver.feed(new PlannerInput.StopHeard(Times.at(driver.now), stop));
    }
}
