package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ApprovalSubject;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignRevised;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.Identity;
import io.calicofleet.event.NeededApproval;
import io.calicofleet.event.PasskeyAssertion;
import io.calicofleet.event.StepApprovals;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.WaveApproval;
import io.calicofleet.model.approval.ApprovalDigests;
import io.calicofleet.model.approval.Participants;
import io.calicofleet.planner.core.campaign.CampaignState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a step carries of who approved it, and of which cluster it is for. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ApprovedStepsTest {

    private static final PasskeyAssertion SIGNED = new PasskeyAssertion("key", "data", "client", "signature");

    private final Driver driver = new Driver(3);

    @Test
    void a_step_of_a_wave_that_needs_no_approval_carries_none() {
        driver.create(Fleet.campaign());
        assertThat(driver.request("c01").approvals()).isNull();
    }

    @Test
    void a_step_carries_who_approved_its_wave_with_the_digest_of_what_was_shown() {
        // Given
        driver.create(spec(Map.of("quorum", 2)));
        ApprovalSubject shown = driver.status().subject();
        assertThat(shown.what()).isEqualTo("before all");
        approve("bob", null, null);
        approve("carol", null, null);
        // When
        StepApprovals carried = driver.request("c02").approvals();
        // Then
        NeededApproval needed = carried.needed().getFirst();
        assertThat(needed.what()).isEqualTo("before all");
        assertThat(needed.given()).extracting(WaveApproval::by).containsExactly("bob", "carol");
        assertThat(needed.given())
                .extracting(WaveApproval::digest)
                .containsOnly(ApprovalDigests.of(shown))
                .containsOnly(ApprovalDigests.of(workedOut(driver.request("c02"), needed)));
        assertThat(driver.status().subject()).as("nothing waits any more").isNull();
    }

    @Test
    void what_was_approved_is_another_where_the_document_the_clusters_or_the_wave_are() {
        driver.create(spec(Map.of("quorum", 2)));
        Driver fewer = new Driver(2).create(spec(Map.of("quorum", 2)));
        Driver other = new Driver(3).create(spec(Map.of("quorum", 3)));
        Driver renamed = new Driver(3)
                .create(Fleet.campaign("waves", List.of(Map.of("name", "every", "approval", Map.of("quorum", 2)))));
        assertThat(List.of(driver, fewer, other, renamed))
                .extracting(one -> ApprovalDigests.of(one.status().subject()))
                .doesNotHaveDuplicates();
    }

    @Test
    void an_approval_of_something_else_is_none() {
        driver.create(spec(Map.of()));
        approve("bob", "0".repeat(64), null);
        assertThat(driver.refusal()).startsWith("What waits for an approval is another by now");
        approve("bob", ApprovalDigests.of(driver.status().subject()), null);
        assertThat(driver.inFlight()).hasSize(3);
    }

    @Test
    void a_wave_that_asks_for_passkeys_is_not_approved_without_one() {
        // Given
        driver.create(spec(Map.of("passkey", "required")));
        assertThat(driver.status().reason()).isEqualTo("Wave all waits for an approval with a passkey.");
        approve("bob", null, null);
        assertThat(driver.refusal())
                .isEqualTo("An approval of wave all is signed with a passkey: give it on the page.");
        // When
        approve("bob", ApprovalDigests.of(driver.status().subject()), SIGNED);
        // Then
        NeededApproval needed = driver.request("c01").approvals().needed().getFirst();
        assertThat(needed.given().getFirst().passkey()).isEqualTo(SIGNED);
        assertThat(needed.rule().asksPasskey()).isTrue();
    }

    @Test
    void after_a_revision_the_approval_of_that_is_carried_and_no_earlier_one() {
        // Given: the first wave runs
        driver.create(waves("1"));
        approve("bob", null, null);
        String before = driver.request("c01")
                .approvals()
                .needed()
                .getFirst()
                .given()
                .getFirst()
                .digest();
        // When
        driver.command(new CampaignRevised(driver.name, waves("2"), false, null, ""));
        String subject = ApprovalDigests.of(driver.status().revision().subject());
        driver.feed(new PlannerInput.CommandReceived(
                Times.at(driver.now),
                new CampaignApproved(
                        driver.name,
                        null,
                        "seen",
                        null,
                        false,
                        driver.status().revision().digest(),
                        null,
                        List.of(),
                        false,
                        null,
                        subject,
                        null,
                        ""),
                "carol",
                driver.fleet));
        driver.complete("c01");
        // Then
        StepRequested next = driver.request("c01");
        NeededApproval needed = next.approvals().needed().getFirst();
        assertThat(next.approvals().needed()).hasSize(1);
        assertThat(needed.what()).isEqualTo("revision");
        assertThat(needed.given()).extracting(WaveApproval::by).containsExactly("carol");
        assertThat(needed.given().getFirst().digest())
                .isEqualTo(subject)
                .isEqualTo(ApprovalDigests.of(workedOut(next, needed)))
                .isNotEqualTo(before);
    }

    @Test
    void a_step_is_for_the_real_cluster_that_was_granted() {
        Decision decision = driver.core.decide(
                asked("c02"),
                new PlannerInput.ClaimAnswered(
                        Times.at(driver.now), new ClaimGranted(driver.name, Driver.id("c02"), 1, 7, ""), null, "u-2"));
        // Then
        assertThat(decision.effects())
                .filteredOn(Effect.RequestStep.class::isInstance)
                .singleElement()
                .satisfies(effect -> assertThat(((Effect.RequestStep) effect)
                                .request()
                                .parameters()
                                .uid())
                        .isEqualTo("u-2"));
    }

    /** A campaign that has asked for that cluster and was not answered. */
    private static CampaignState asked(String cluster) {
        Driver waiting = new Driver(3);
        CampaignSpec spec = Fleet.campaign("clusters", Map.of("names", List.of(cluster)));
        return waiting.core
                .decide(
                        null,
                        new PlannerInput.CommandReceived(
                                Times.at(waiting.now),
                                new CampaignCreated(spec.name(), spec, ""),
                                "alice",
                                waiting.fleet))
                .state();
    }

    /** As an executor works it out. */
    private static ApprovalSubject workedOut(StepRequested step, NeededApproval needed) {
        StepApprovals carried = step.approvals();
        return new ApprovalSubject(
                needed.what(),
                step.step().campaign(),
                carried.createdAt(),
                carried.procedure(),
                carried.target(),
                carried.document(),
                Participants.root(carried.wave(), step.step().cluster(), carried.path())
                        .orElseThrow(),
                carried.change());
    }

    private static CampaignSpec spec(Map<String, Object> approval) {
        return Fleet.campaign("waves", List.of(Map.of("name", "all", "approval", approval)));
    }

    private static CampaignSpec waves(String concurrent) {
        return Fleet.campaign(
                "waves",
                List.of(
                        Map.of("name", "first", "clusters", Map.of("count", 1), "approval", true),
                        Map.of("name", "rest", "maxConcurrent", Integer.parseInt(concurrent))));
    }

    private void approve(String actor, @Nullable String subject, @Nullable PasskeyAssertion passkey) {
        Identity who = new Identity(actor, actor, null, "local-token", List.of());
        driver.feed(new PlannerInput.CommandReceived(
                Times.at(driver.now),
                new CampaignApproved(
                        driver.name,
                        null,
                        "seen",
                        null,
                        false,
                        null,
                        null,
                        List.of(),
                        false,
                        who,
                        subject,
                        passkey,
                        ""),
                actor,
                driver.fleet));
    }
}
