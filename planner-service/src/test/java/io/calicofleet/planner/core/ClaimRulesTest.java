package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.ClusterTakenOver;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepKind;
import io.calicofleet.planner.core.claim.ClaimCore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClaimRulesTest {

    private final ClaimDesk desk = new ClaimDesk();

    @Test
    void a_cluster_another_campaign_has_waits_says_for_whom_and_starts_with_an_inspection_when_that_is_done() {
        Driver first = campaign("first", 2);
        Driver second = campaign("second", 2, "clusters", Map.of("names", List.of("c01")));

        second.tick(Duration.ofSeconds(1));
        assertThat(second.requests).isEmpty();
        assertThat(second.phase("c01")).isEqualTo(ClusterPhase.PENDING);
        ClusterStatus told = status(second);
        assertThat(told.waitsFor()).hasToString("first");
        assertThat(told.summary())
                .isEqualTo("c01 waits for campaign first on this cluster: skip it there, or take it over.");
        assertThat(second.phase()).isEqualTo(CampaignPhase.RUNNING);
        assertThat(second.status().reason()).contains("c01 (first)");

        first.finish("c01");

        assertThat(second.kinds("c01")).containsExactly(StepKind.INSPECT);
        second.tick(Duration.ofSeconds(1));
        assertThat(status(second).waitsFor()).isNull();
        assertThat(second.request("c01").parameters().epoch())
                .isGreaterThan(first.request("c01").parameters().epoch());
        assertThat(first.phase("c02")).isEqualTo(ClusterPhase.RUNNING);
    }

    @Test
    void every_step_carries_the_epoch_of_its_grant() {
        Driver driver = campaign("first", 1).finish("c01");

        assertThat(driver.requests)
                .hasSizeGreaterThan(4)
                .allSatisfy(request -> assertThat(request.parameters().epoch())
                        .isEqualTo(driver.requests.getFirst().parameters().epoch()));
        assertThat(driver.requests.stream().map(request -> request.parameters().place()))
                .as("their places under it")
                .containsExactlyElementsOf(LongStream.rangeClosed(1, driver.requests.size())
                        .boxed()
                        .toList());
    }

    @Test
    void a_cluster_that_waits_gives_its_place_to_the_next() {
        campaign("first", 3, "clusters", Map.of("names", List.of("c01", "c02")));

        Driver second = campaign("second", 3, "maxConcurrent", 1);

        assertThat(second.inFlight()).containsExactly("c03");
    }

    @Test
    void a_grant_that_comes_when_no_place_is_free_is_released_and_asked_for_again() {
        Driver first = campaign("first", 1);
        Driver second = campaign("second", 2, "maxConcurrent", 1);
        assertThat(second.inFlight()).containsExactly("c02");

        first.finish("c01");
        assertThat(second.phase("c01")).isEqualTo(ClusterPhase.PENDING);
        assertThat(desk.claims.get(Driver.id("c01")).holder()).isNull();

        second.finish("c02");
        assertThat(second.inFlight()).containsExactly("c01");
    }

    @Test
    void a_paused_campaign_gives_back_what_it_is_granted_and_takes_it_when_it_goes_on() {
        Driver first = campaign("first", 1);
        Driver second = campaign("second", 1).pause();

        first.finish("c01");
        assertThat(second.requests).isEmpty();
        assertThat(desk.claims.get(Driver.id("c01")).holder()).isNull();

        second.resume();
        assertThat(second.kinds("c01")).containsExactly(StepKind.INSPECT);
    }

    @Test
    void a_held_cluster_stays_with_its_campaign_through_its_retry() {
        Driver first = campaign("first", 1);
        first.facts = unhealthy();
        first.complete("c01");
        long epoch = first.request("c01").parameters().epoch();
        assertThat(first.phase("c01")).isEqualTo(ClusterPhase.HELD);
        Driver second = campaign("second", 1);

        first.retry("c01");

        assertThat(first.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
        assertThat(first.request("c01").parameters().epoch()).isEqualTo(epoch);
        assertThat(second.requests).isEmpty();
    }

    @Test
    void a_failed_cluster_is_given_to_who_waits_and_its_retry_waits_in_line() {
        Driver first = campaign("first", 1);
        Driver second = campaign("second", 1);

        first.failStep("c01", FailureReason.BUG);
        assertThat(second.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
        first.retry("c01").tick(Duration.ofSeconds(1));

        assertThat(first.phase("c01")).isEqualTo(ClusterPhase.PENDING);
        assertThat(status(first).waitsFor()).hasToString("second");
        second.finish("c01");
        assertThat(first.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
    }

    @Test
    void skip_and_abort_release_what_is_held_and_leave_the_line() {
        Driver first = campaign("first", 1);
        first.facts = unhealthy();
        first.complete("c01");
        Driver second = campaign("second", 1);
        Driver third = campaign("third", 1);

        second.abort();
        assertThat(second.phase()).isEqualTo(CampaignPhase.ABORTED);
        first.skip("c01");

        assertThat(third.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
        assertThat(desk.claims.get(Driver.id("c01")).line()).isEmpty();
    }

    @Test
    void a_person_takes_a_cluster_over_and_the_campaign_that_had_it_leaves_it_out() {
        Driver first = campaign("first", 2);
        Driver second = campaign("second", 1);

        second.command(new ClusterTakenOver(second.name, Driver.id("c01"), "it has to go back", "ada took c01"));

        assertThat(second.kinds("c01")).containsExactly(StepKind.INSPECT);
        assertThat(first.phase("c01")).isEqualTo(ClusterPhase.SKIPPED);
        assertThat(first.cluster("c01").findings().message())
                .isEqualTo("A person gave it to campaign second: it has to go back");
        assertThat(first.phase("c02")).isEqualTo(ClusterPhase.RUNNING);
        assertThat(first.act("c01").last.effects()).isEmpty();
    }

    @Test
    void a_takeover_is_refused_where_there_is_nothing_to_take_or_the_cluster_could_not_start() {
        Driver first = campaign("first", 1);
        Driver second = campaign("second", 1);

        assertThat(first.command(new ClusterTakenOver(first.name, Driver.id("c01"), "", ""))
                        .refusal())
                .contains("does not wait for another campaign");
        second.pause();
        assertThat(second.command(new ClusterTakenOver(second.name, Driver.id("c01"), "", ""))
                        .refusal())
                .contains("paused");
        assertThat(first.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
    }

    @Test
    void a_cluster_for_which_too_many_wait_fails_with_the_reason_and_may_be_retried() {
        Driver first = campaign("k", 1);
        for (int i = 0; i < ClaimCore.LONGEST_LINE; i++) {
            campaign("k" + i, 1);
        }
        Driver late = campaign("late", 1);

        assertThat(late.phase("c01")).isEqualTo(ClusterPhase.FAILED);
        assertThat(late.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.CLAIM_REFUSED);
        first.finish("c01");
        late.retry("c01").tick(Duration.ofSeconds(1));
        assertThat(status(late).waitsFor()).hasToString("k0");
    }

    @Test
    void a_grant_to_a_campaign_that_does_not_exist_is_released() {
        Driver nobody = new Driver(1);

        Decision decision = nobody.core.decide(
                null,
                new PlannerInput.ClaimAnswered(
                        Times.at(Driver.START), new ClaimGranted(nobody.name, Driver.id("c01"), 1, 7, "")));

        assertThat(decision.state()).isNull();
        assertThat(decision.effects())
                .singleElement()
                .isInstanceOfSatisfying(
                        Effect.CallClaim.class,
                        claim -> assertThat(claim.call().attempt()).isEqualTo(1));
    }

    private Driver campaign(String name, int clusters, Object... fields) {
        Object[] all = new Object[fields.length + 2];
        System.arraycopy(fields, 0, all, 2, fields.length);
        all[0] = "name";
        all[1] = name;
        return new Driver(clusters, desk).create(Fleet.campaign(all));
    }

    private static ClusterFacts unhealthy() {
        Fleet.Facts facts = new Fleet.Facts();
        facts.nodesNotReady = 1;
        return facts.build();
    }

    private static ClusterStatus status(Driver driver) {
        return driver.effects.reversed().stream()
                .filter(Effect.PublishClusterStatus.class::isInstance)
                .map(effect -> ((Effect.PublishClusterStatus) effect).status())
                .filter(status -> status.cluster().value().equals("c01"))
                .findFirst()
                .orElseThrow();
    }
}
