package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * What a planner does at most with what somebody says who has the key of a verifier, or that of an executor. That nobody says what is not theirs to say is
 * held at the edge, before the planner hears it.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StolenKeysTest {

    @Test
    void by_a_verifiers_key_every_gate_passes_and_no_step_is_done() {
        // Given
        Driver driver = Driver.started(2);
        driver.reach("c01", StepKind.UPGRADE);
        StepId upgrade = driver.step("c01");
        // When
        for (StepKind kind : StepKind.values()) {
            driver.judge(new StepJudged(
                    new StepId(driver.name, Driver.id("c01"), kind, 1), Outcome.PASSED, List.of(), null, "forged"));
        }
        // Then
        assertThat(driver.step("c01"))
                .as("only its executor says that it is done")
                .isEqualTo(upgrade);
        driver.act("c01");
        assertThat(driver.step("c01"))
                .as("the gate was passed by nobody who looked")
                .isNotEqualTo(upgrade);
    }

    @Test
    void by_a_verifiers_key_a_campaign_that_goes_back_by_itself_goes_back() {
        Driver driver = Driver.started(2, "onGateFailure", "rollback");
        driver.reach("c01", StepKind.UPGRADE);
        driver.act("c01");
        driver.failGate("c01");
        assertThat(driver.step("c01").kind()).isEqualTo(StepKind.RESTORE);
        Driver holds = Driver.started(2);
        holds.reach("c01", StepKind.UPGRADE);
        holds.act("c01");
        holds.failGate("c01");
        assertThat(holds.phase("c01")).as("one that does not, fails").isEqualTo(ClusterPhase.FAILED);
    }

    @Test
    void by_neither_key_a_wave_is_approved() {
        // Given
        Driver driver = new Driver(2);
        driver.create(Fleet.campaign("waves", List.of(Map.of("name", "all", "approval", true))));
        // When
        for (StepKind kind : StepKind.values()) {
            StepId step = new StepId(driver.name, Driver.id("c01"), kind, 1);
            driver.judge(new StepJudged(step, Outcome.PASSED, List.of(), null, "forged"));
            driver.report(new StepSucceeded(step, driver.facts, List.of(), List.of(), "forged"));
        }
        // Then
        assertThat(driver.phase()).isEqualTo(CampaignPhase.AWAITING_APPROVAL);
        assertThat(driver.requests).isEmpty();
    }

    @Test
    void by_an_executors_key_its_own_clusters_are_lied_about_and_no_other_moves() {
        // Given: the key is one for c01
        Driver driver = Driver.started(2, "maxConcurrent", 2);
        List<StepRequested> others = ofOther(driver);
        // When
        driver.complete("c01");
        driver.reach("c01", StepKind.UPGRADE);
        driver.report(new StepFailed(driver.step("c01"), FailureReason.BUG, "forged", List.of(), "forged"));
        // Then
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
        assertThat(ofOther(driver)).as("what is asked of c02 is what was asked").isEqualTo(others);
        assertThat(driver.phase("c02")).isEqualTo(ClusterPhase.RUNNING);
    }

    private static List<StepRequested> ofOther(Driver driver) {
        return driver.requests.stream()
                .filter(request -> request.step().cluster().equals(Driver.id("c02")))
                .toList();
    }
}
