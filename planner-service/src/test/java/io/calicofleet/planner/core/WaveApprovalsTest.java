package io.calicofleet.planner.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.Identity;
import io.calicofleet.event.WaveApproval;
import io.calicofleet.model.approval.ApprovalDigests;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.why.Explanations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Who approves a wave, when, and for how long that holds. The author of all campaigns here is alice. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WaveApprovalsTest {

    private static final Map<String, Object> TWO = Map.of("by", List.of("alice", "bob", "carol"), "quorum", 2);

    @Test
    void as_many_different_people_have_to_approve_as_the_quorum_says() {
        // Given
        Driver driver = created(TWO);
        assertThat(driver.phase()).isEqualTo(CampaignPhase.AWAITING_APPROVAL);
        assertThat(driver.status().reason()).isEqualTo("Wave all waits for 2 approvals; alice or bob or carol may.");
        // When
        approve(driver, "bob", "looks good");
        // Then
        assertThat(driver.inFlight()).isEmpty();
        assertThat(driver.status().reason())
                .isEqualTo("Wave all waits for 2 approvals, 1 of 2 is there, by bob; alice or carol may.");
        assertThat(driver.status().waves().getFirst().approvals())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("digest")
                .containsExactly(new WaveApproval("bob", "looks good", Driver.START));
        assertThat(driver.status().waves().getFirst().approved()).isFalse();
        approve(driver, "bob", "once more");
        assertThat(driver.refusal()).isEqualTo("bob has approved wave all already, 1 of 2 is there, by bob.");
        approve(driver, "carol", "me too");
        assertThat(driver.inFlight()).hasSize(2);
        assertThat(driver.status().waves().getFirst().approved()).isTrue();
    }

    @Test
    void only_those_who_may_approve_and_say_why_and_who_they_are() {
        Driver driver = created(TWO);
        approve(driver, "eve", "hello");
        assertThat(driver.refusal()).isEqualTo("Not eve approves wave all, but alice or bob or carol.");
        approve(driver, "bob", " ");
        assertThat(driver.refusal()).isEqualTo("An approval of wave all needs a reason.");
        approve(driver, null, "hello");
        assertThat(driver.refusal()).isEqualTo("An approval of wave all needs the name of who approves.");
        assertThat(driver.state.header().waves().getFirst().approvals()).isEmpty();
    }

    @Test
    void whoever_created_the_campaign_does_not_approve_it_where_it_says_so() {
        Driver driver = created(Map.of("notAuthor", true));
        assertThat(driver.status().author()).isEqualTo("alice");
        approve(driver, "alice", "mine");
        assertThat(driver.refusal()).isEqualTo("Somebody else approves wave all: alice created the campaign.");
        approve(driver, "bob", "fine");
        assertThat(driver.inFlight()).hasSize(2);
    }

    @Test
    void a_quorum_counts_people_whatever_they_are_called() {
        // Given
        Driver driver = created(Map.of("quorum", 2, "notAuthor", true), person("alice", "s-1"));
        // When
        approve(driver, "alice-admin", "mine", person("alice-admin", "s-1"), false);
        // Then
        assertThat(driver.refusal()).isEqualTo("Somebody else approves wave all: alice-admin created the campaign.");
        approve(driver, "bob", "fine", person("bob", "s-2"), false);
        approve(driver, "robert", "fine too", person("robert", "s-2"), false);
        assertThat(driver.refusal()).isEqualTo("robert has approved wave all already, 1 of 2 is there, by bob.");
        approve(driver, "carol", "fine", person("carol", "s-3"), false);
        assertThat(driver.inFlight()).hasSize(2);
    }

    @Test
    void broken_glass_counts_for_all_approvals_is_told_and_needs_a_reason() {
        // Given
        Driver driver = created(TWO);
        approve(driver, "alice", "", person("alice", "s-1"), true);
        assertThat(driver.refusal()).isEqualTo("An approval of wave all needs a reason.");
        // When
        approve(driver, "eve", "all others are away", person("eve", "s-9"), true);
        // Then
        assertThat(driver.inFlight()).hasSize(2);
        assertThat(driver.status().waves().getFirst().approvals())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("digest")
                .containsExactly(new WaveApproval(
                        "eve", "all others are away", Driver.START, person("eve", "s-9"), true, null, null));
        assertThat(driver.status().summary()).contains("The glass is broken: eve alone approved wave all");
    }

    @Test
    void an_approval_that_names_what_it_is_of_is_of_nothing_else() {
        Driver driver = created(Map.of("quorum", 2));
        String waits = ApprovalDigests.of(requireNonNull(driver.status().subject()));
        approveOnly(driver, "bob", "0".repeat(64));
        assertThat(driver.refusal()).isEqualTo(CommandClauses.OF_ANOTHER);
        assertThat(driver.state.header().waves().getFirst().approvals()).isEmpty();

        approveOnly(driver, "bob", waits);
        approveOnly(driver, "carol", waits);

        assertThat(driver.inFlight()).hasSize(2);
        approveOnly(driver, "dora", waits);
        assertThat(driver.refusal()).isEqualTo(CommandClauses.OF_ANOTHER);
    }

    @Test
    void an_approval_holds_for_as_long_as_it_is_valid_while_the_wave_has_not_started() {
        // Given: it is approved, and its time comes in three hours
        Driver driver = new Driver(2);
        driver.create(Fleet.campaign(
                "waves",
                List.of(Map.of("name", "all", "approval", Map.of("validFor", "PT2H"))),
                "schedule",
                Map.of("startAt", "2026-11-23T11:00:00Z")));
        approve(driver, "bob", "fine");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SCHEDULED);
        // When
        driver.tick(Duration.ofHours(2));
        // Then
        assertThat(driver.phase()).isEqualTo(CampaignPhase.AWAITING_APPROVAL);
        assertThat(driver.status().reason())
                .isEqualTo("An approval of wave all holds no longer. Wave all waits for an approval.");
        driver.tick(Duration.ofHours(1));
        assertThat(driver.inFlight()).isEmpty();
        approve(driver, "bob", "still fine");
        assertThat(driver.inFlight()).hasSize(2);
        driver.tick(Duration.ofHours(3));
        assertThat(driver.status().waves().getFirst().approved()).isTrue();
    }

    @Test
    void a_wave_is_approved_when_it_is_done_before_the_next_one_starts() {
        // Given
        Driver driver = new Driver(2);
        driver.create(Fleet.campaign(
                "waves",
                List.of(
                        Map.of("name", "canary", "clusters", Map.of("count", 1), "approval", Map.of("when", "after")),
                        Map.of("name", "rest"))));
        assertThat(driver.inFlight()).containsExactly("c01");
        approve(driver, "bob", "too early");
        assertThat(driver.refusal()).contains("Nothing in this campaign waits for an approval");
        // When
        driver.finish("c01");
        // Then
        assertThat(driver.phase()).isEqualTo(CampaignPhase.AWAITING_APPROVAL);
        assertThat(driver.status().reason()).isEqualTo("Wave canary is done and waits for an approval.");
        Reason reason = Explanations.of(Statuses.of(driver.state, "", Times.at(driver.now)), List.of(), driver.now)
                .reasons()
                .getFirst();
        assertThat(reason.ends()).isEqualTo("Somebody approves it; then wave rest starts, with one cluster.");
        approve(driver, "bob", "it runs well");
        assertThat(driver.inFlight()).containsExactly("c02");
    }

    @Test
    void an_approval_nobody_could_give_is_refused_with_the_campaign() {
        assertThat(problems(Map.of("by", List.of("alice"), "notAuthor", true), "alice"))
                .containsExactly("Wave all needs more approvals than there are names in 'by' beside alice.");
        assertThat(problems(Map.of("notAuthor", true), null))
                .containsExactly("Wave all is not approved by whoever creates the campaign: say who you are.");
        assertThat(problems(Map.of("notAuthor", true), "alice")).isEmpty();
        Driver driver = new Driver(2);
        driver.feed(new PlannerInput.CommandReceived(
                Times.at(driver.now),
                new CampaignCreated(driver.name, spec(Map.of("notAuthor", true)), ""),
                null,
                driver.fleet));
        assertThat(driver.refusal()).contains("say who you are");
    }

    private static List<String> problems(Map<String, Object> approval, String actor) {
        return CampaignCreation.problems(spec(approval), Fleet.of(2), actor, Driver.START).stream()
                .map(Problem::message)
                .toList();
    }

    private static Driver created(Map<String, Object> approval) {
        return new Driver(2).create(spec(approval));
    }

    private static Driver created(Map<String, Object> approval, Identity author) {
        Driver driver = new Driver(2);
        driver.feed(new PlannerInput.CommandReceived(
                Times.at(driver.now),
                new CampaignCreated(driver.name, spec(approval), Map.of(), author, ""),
                author.name(),
                driver.fleet));
        return driver;
    }

    private static Identity person(String name, String subject) {
        return new Identity(name, subject, "https://login.example.com", "oidc", List.of("approver"));
    }

    private static void approve(Driver driver, String actor, String reason, Identity identity, boolean breakGlass) {
        driver.feed(new PlannerInput.CommandReceived(
                Times.at(driver.now),
                new CampaignApproved(
                        driver.name, null, reason, null, false, null, null, List.of(), breakGlass, identity, ""),
                actor,
                driver.fleet));
    }

    private static CampaignSpec spec(Map<String, Object> approval) {
        return Fleet.campaign("waves", List.of(Map.of("name", "all", "approval", approval)));
    }

    private static void approve(Driver driver, String actor, String reason) {
        driver.feed(new PlannerInput.CommandReceived(
                Times.at(driver.now),
                new CampaignApproved(driver.name, null, reason, null, false, ""),
                actor,
                driver.fleet));
    }

    private static void approveOnly(Driver driver, String actor, String subject) {
        driver.feed(new PlannerInput.CommandReceived(
                Times.at(driver.now),
                new CampaignApproved(
                        driver.name, null, "fine", null, false, null, null, List.of(), false, null, subject, null, ""),
                actor,
                driver.fleet));
    }
}
