package io.calicofleet.planner.core;

import static io.calicofleet.event.StepKind.RELEASE_HOST_ENDPOINTS;
import static io.calicofleet.event.StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.event.FlowSummary;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.PolicyCheck;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.TrafficReview;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** A review of traffic from its verdict to the release: what a person sees, approves, and what takes it back. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReviewRulesTest {

    private static final String SUGGESTED = "kind: GlobalNetworkPolicy";
    private static final String EDITED = "kind: GlobalNetworkPolicy # edited";

    /** The review is judged; the guard is asked. */
    private static Driver judged() {
        Driver driver = Driver.started(
                1,
                "gates",
                java.util.Map.of("hostEndpointTraffic", java.util.Map.of("mode", "required", "observe", "PT30M")));
        driver.reach("c01", REVIEW_HOST_ENDPOINT_TRAFFIC);
        return driver.act("c01").judge(driver.verdict("c01", Outcome.NEEDS_APPROVAL));
    }

    private static Driver held() {
        return answered(judged(), new PolicyCheck(List.of(), List.of()));
    }

    private static Driver answered(Driver driver, PolicyCheck guard) {
        return driver.report(new StepSucceeded(driver.step("c01"), null, List.of(), List.of(), guard, null, "looked"));
    }

    private static StepJudged seenSince(Driver driver, String policy, String... added) {
        TrafficReview review = new TrafficReview(
                        List.of(),
                        List.of(new FlowSummary(FlowDirection.INGRESS, "tcp", 8080, null, List.of(), List.of(), 1, "")),
                        policy,
                        List.of())
                .withAdded(List.of(added));
        return new StepJudged(driver.step("c01"), Outcome.NEEDS_APPROVAL, List.of(), review, "judged");
    }

    private static TrafficReview review(Driver driver) {
        return driver.cluster("c01").findings().review();
    }

    @Test
    void the_guard_is_asked_about_the_suggested_policy_before_a_person_is() {
        Driver driver = judged();
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
        assertThat(driver.step("c01").toString()).isEqualTo("calico-3-22/c01/review-host-endpoint-traffic/2");
        assertThat(driver.request("c01").gates()).isEmpty();
        assertThat(driver.request("c01").parameters().suggestedPolicy()).isEqualTo(SUGGESTED);
        assertThat(driver.approve("c01").refusal()).as("nobody has seen it yet").contains("does not wait");

        answered(driver, new PolicyCheck(List.of("kubelet tcp/10250 would be cut"), List.of("one note")));
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
        assertThat(review(driver).guard().refusals()).containsExactly("kubelet tcp/10250 would be cut");
        assertThat(driver.cluster("c01").findings().message()).contains("kubelet tcp/10250 would be cut");
        assertThat(review(driver).digest()).hasSize(16);
    }

    @Test
    void what_the_guard_refuses_is_not_approved_but_an_edited_policy_is_and_none_is() {
        PolicyCheck refuses = new PolicyCheck(List.of("kubelet tcp/10250 would be cut"), List.of());

        Driver driver = answered(judged(), refuses).approve("c01", null, true);
        assertThat(driver.refusal()).contains("kubelet tcp/10250 would be cut");
        driver.approve("c01", null, true, driver.digest("c01"), EDITED);
        assertThat(driver.request("c01").parameters().suggestedPolicy()).isEqualTo(EDITED);

        Driver without = answered(judged(), refuses).approve("c01");
        assertThat(without.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
    }

    @Test
    void a_guard_that_cannot_look_is_told_and_a_person_decides() {
        Driver driver = judged().failStep("c01", FailureReason.API_UNAVAILABLE);

        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
        assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.TRAFFIC_REVIEW);
        assertThat(review(driver).guard().notes().getFirst()).contains("did not look", "it went wrong");
    }

    @Test
    void an_advisory_review_is_approved_after_all_where_nothing_else_opens_the_host_endpoints() {
        Driver driver =
                Driver.started(1).reach("c01", REVIEW_HOST_ENDPOINT_TRAFFIC).act("c01");
        TrafficReview advisory = new TrafficReview(List.of(), List.of(), SUGGESTED, List.of());
        driver.judge(new StepJudged(driver.step("c01"), Outcome.PASSED, List.of(), advisory, "advisory"));
        assertThat(driver.step("c01").kind()).isEqualTo(RELEASE_HOST_ENDPOINTS);

        driver.failStep("c01", FailureReason.HOST_ENDPOINT_WOULD_BE_CLOSED);

        assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.TRAFFIC_REVIEW);
        assertThat(review(driver).digest()).as("an approval names it").hasSize(16);
        driver.approve("c01", null, true);
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
        assertThat(driver.request("c01").parameters().suggestedPolicy()).isEqualTo(SUGGESTED);
    }

    @Test
    void an_approval_names_the_review_it_is_about() {
        Driver driver = held();

        assertThat(driver.approve("c01", null, true, null, null).refusal()).contains("names the review");
        assertThat(driver.approve("c01", null, true, "0123456789abcdef", null).refusal())
                .contains("not the one that was looked at");
        driver.command(new CampaignApproved(driver.name, null, "all", null, false, "all"));
        assertThat(driver.refusal()).contains("c01 goes on waiting");
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
        driver.command(new CampaignApproved(
                driver.name, null, "all", null, false, driver.digest("c01"), null, List.of(), "all"));
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
    }

    @Test
    void the_approved_policy_is_put_in_front_of_the_temporary_one_and_the_traffic_confirmed_before_the_release() {
        Driver driver = held().approve("c01", null, true);
        assertThat(driver.step("c01").kind()).isEqualTo(RELEASE_HOST_ENDPOINTS);
        assertThat(driver.request("c01").parameters().keepTemporaryPolicy()).isTrue();
        assertThat(driver.request("c01").parameters().applySuggestedPolicy()).isTrue();
        assertThat(driver.request("c01").parameters().suggestedPolicy()).isEqualTo(SUGGESTED);
        assertThat(driver.request("c01").gates()).singleElement().satisfies(gate -> {
            assertThat(gate.kind()).isEqualTo(GateKind.HOST_ENDPOINT_TRAFFIC);
            assertThat(gate.approvedPolicies()).containsExactly(SUGGESTED);
            assertThat(gate.observe()).isEqualTo(Duration.ofMinutes(1));
        });

        driver.complete("c01");
        assertThat(driver.step("c01").toString()).isEqualTo("calico-3-22/c01/release-host-endpoints/2");
        assertThat(driver.request("c01").parameters().keepTemporaryPolicy()).isFalse();
        assertThat(driver.request("c01").parameters().notAfter()).isEqualTo(driver.now.plus(Duration.ofMinutes(15)));
        assertThat(driver.request("c01").gates()).singleElement().satisfies(gate -> {
            assertThat(gate.kind()).isEqualTo(GateKind.HOST_ENDPOINT_RELEASE);
            assertThat(gate.approvedPolicies()).containsExactly(SUGGESTED);
        });
        assertThat(driver.finish("c01").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void without_a_policy_the_traffic_is_confirmed_by_a_step_that_writes_nothing() {
        Driver driver = held().approve("c01");

        assertThat(driver.step("c01").toString()).isEqualTo("calico-3-22/c01/review-host-endpoint-traffic/3");
        assertThat(driver.request("c01").gates().getFirst().approvedPolicies()).containsExactly(SUGGESTED);
        driver.complete("c01");
        assertThat(driver.step("c01").kind()).isEqualTo(RELEASE_HOST_ENDPOINTS);
        assertThat(driver.request("c01").parameters().applySuggestedPolicy()).isFalse();
        assertThat(driver.request("c01").parameters().notAfter()).isNotNull();
    }

    @Test
    void traffic_that_was_not_approved_holds_the_cluster_again_and_is_named() {
        Driver driver = held();
        String seen = driver.digest("c01");
        driver.approve("c01", null, true).act("c01");
        driver.judge(seenSince(driver, "another policy", "ingress tcp 8080 from 192.0.2.7"));
        assertThat(driver.step("c01").toString()).as("taken back").endsWith("release-host-endpoints/2");
        assertThat(driver.request("c01").parameters().keepTemporaryPolicy()).isTrue();
        assertThat(driver.request("c01").parameters().applySuggestedPolicy()).isFalse();
        assertThat(driver.request("c01").gates()).isEmpty();
        driver.act("c01");
        assertThat(driver.step("c01").toString()).as("the guard").endsWith("review-host-endpoint-traffic/3");
        assertThat(driver.request("c01").parameters().suggestedPolicy()).isEqualTo("another policy");
        answered(driver, new PolicyCheck(List.of(), List.of()));

        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
        assertThat(driver.cluster("c01").findings().message()).contains("ingress tcp 8080 from 192.0.2.7");
        assertThat(driver.approve("c01", null, true, seen, null).refusal())
                .contains("new in it: ingress tcp 8080 from 192.0.2.7");

        driver.approve("c01", null, true);
        assertThat(driver.request("c01").gates().getFirst().approvedPolicies()).containsExactly("another policy");
        driver.complete("c01");
        assertThat(driver.request("c01").parameters().suggestedPolicy()).isEqualTo("another policy");
        assertThat(driver.finish("c01").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void a_policy_that_cannot_be_taken_back_is_told_with_the_review() {
        Driver driver = held().approve("c01", null, true).act("c01");
        driver.judge(seenSince(driver, "another policy", "ingress tcp 8080 from 192.0.2.7"));
        driver.failStep("c01", FailureReason.API_UNAVAILABLE);

        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);
        assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.TRAFFIC_REVIEW);
        assertThat(review(driver).guard().notes().getFirst()).contains("could not be taken back", "in force");
        assertThat(driver.approve("c01").finish("c01").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void a_review_without_a_suggestion_is_confirmed_by_what_was_seen_since_and_nothing_is_taken_back() {
        Driver driver = Driver.started(
                1,
                "gates",
                java.util.Map.of("hostEndpointTraffic", java.util.Map.of("mode", "required", "observe", "PT30M")));
        driver.reach("c01", REVIEW_HOST_ENDPOINT_TRAFFIC);
        TrafficReview none = new TrafficReview(List.of(), List.of(), "", List.of()).withKinds(7);
        driver.act("c01").judge(new StepJudged(driver.step("c01"), Outcome.NEEDS_APPROVAL, List.of(), none, "judged"));
        assertThat(driver.phase("c01")).as("no policy to ask the guard about").isEqualTo(ClusterPhase.HELD);

        driver.approve("c01");
        assertThat(driver.step("c01").toString()).endsWith("review-host-endpoint-traffic/2");
        assertThat(driver.request("c01").gates().getFirst().approvedKinds()).isEqualTo(7);
        driver.act("c01");
        driver.judge(new StepJudged(
                driver.step("c01"),
                Outcome.NEEDS_APPROVAL,
                List.of(),
                none.withKinds(8).withAdded(List.of("ingress tcp 8080 from 192.0.2.7")),
                "judged"));
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.HELD);

        driver.approve("c01");
        assertThat(driver.request("c01").gates().getFirst().approvedKinds()).isEqualTo(8);
        driver.complete("c01");
        assertThat(driver.step("c01").kind()).isEqualTo(RELEASE_HOST_ENDPOINTS);
        assertThat(driver.request("c01").gates().getFirst().approvedKinds()).isEqualTo(8);
        assertThat(driver.request("c01").parameters().notAfter()).isEqualTo(driver.now.plus(Duration.ofMinutes(15)));
        driver.report(new StepHeld(
                driver.step("c01"), HoldReason.TRAFFIC_REVIEW, List.of(), List.of(), "c01: confirmed too long ago"));
        assertThat(driver.request("c01").gates().getFirst().approvedKinds()).isEqualTo(8);
        driver.complete("c01");
        assertThat(driver.finish("c01").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void an_edited_policy_is_confirmed_against_itself_and_what_was_shown() {
        Driver driver = held();
        driver.approve("c01", null, true, driver.digest("c01"), EDITED);

        assertThat(driver.request("c01").gates().getFirst().approvedPolicies()).containsExactly(EDITED, SUGGESTED);
        driver.complete("c01");
        assertThat(driver.request("c01").parameters().suggestedPolicy()).isEqualTo(EDITED);
        assertThat(held().approve("c01", null, false, held().digest("c01"), EDITED)
                        .refusal())
                .contains("not to be applied");
    }

    @Test
    void a_release_that_is_refused_for_its_policy_goes_back_to_its_review_with_the_reasons() {
        for (FailureReason reason : List.of(
                FailureReason.HOST_ENDPOINT_WOULD_BE_CLOSED,
                FailureReason.WOULD_LOCK_OUT,
                FailureReason.INVALID_OBJECT)) {
            Driver driver = held().approve("c01", null, true).failStep("c01", reason);
            assertThat(driver.phase("c01")).as(reason.toString()).isEqualTo(ClusterPhase.HELD);
            assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.TRAFFIC_REVIEW);
            assertThat(driver.cluster("c01").findings().objections()).containsExactly("line");

            driver.approve("c01", null, true, driver.digest("c01"), EDITED);
            assertThat(driver.request("c01").parameters().keepTemporaryPolicy()).isTrue();
            assertThat(driver.request("c01").parameters().suggestedPolicy()).isEqualTo(EDITED);
            assertThat(driver.finish("c01").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
        }
    }

    @Test
    void a_release_that_comes_too_late_is_confirmed_anew_without_asking_a_person() {
        Driver driver = held().approve("c01", null, true).complete("c01");
        driver.report(new StepHeld(
                driver.step("c01"), HoldReason.TRAFFIC_REVIEW, List.of(), List.of(), "c01: confirmed too long ago"));

        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.RUNNING);
        assertThat(driver.request("c01").parameters().keepTemporaryPolicy()).isTrue();
        assertThat(driver.request("c01").gates().getFirst().approvedPolicies()).containsExactly(SUGGESTED);
        driver.complete("c01");
        assertThat(driver.request("c01").parameters().notAfter()).isEqualTo(driver.now.plus(Duration.ofMinutes(15)));
        assertThat(driver.finish("c01").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }
}
