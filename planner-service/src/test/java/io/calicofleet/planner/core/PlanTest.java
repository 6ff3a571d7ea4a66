package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.AppliedBy;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterPlan;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.StepToPlan;
import io.calicofleet.event.Stop;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.spec.CampaignDefaults;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** A plan, and an upgrade that keeps to one. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlanTest {

    private static final String DIGEST = "0123456789abcdef";
    private static final ClusterId C01 = ClusterId.of("c01");

    @Test
    void a_plan_claims_nothing_and_asks_for_the_steps_of_the_upgrade_to_be_worked_out() {
        // Given
        Driver driver = planning();
        // Then
        assertThat(driver.effects).noneMatch(Effect.CallClaim.class::isInstance);
        assertThat(driver.step("c01").kind()).isEqualTo(StepKind.INSPECT);
        // When
        driver.act("c01");
        // Then
        StepParameters asked = driver.asked.get(C01).parameters();
        assertThat(driver.step("c01").kind()).isEqualTo(StepKind.PLAN);
        assertThat(asked.beside()).isTrue();
        assertThat(asked.epoch()).isNull();
        assertThat(asked.planned()).extracting(StepToPlan::kind).startsWith(StepKind.BACKUP);
        assertThat(asked.planned()).extracting(StepToPlan::kind).containsExactlyElementsOf(stepsOfUpgrade());
        // When
        driver.report(planned(driver.step("c01")));
        // Then
        ClusterState cluster = driver.state.cluster(C01);
        assertThat(cluster.phase()).isEqualTo(ClusterPhase.SUCCEEDED);
        assertThat(Statuses.of(driver.state, cluster).plan().digest()).isEqualTo(DIGEST);
        assertThat(Statuses.of(driver.state, cluster).summary()).contains("12 objects would be written");
        assertThat(driver.effects).noneMatch(Effect.CallClaim.class::isInstance);
        assertThat(driver.state.header().phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    @Test
    void a_cluster_nobody_answers_for_ends_its_plan() {
        // Given
        Driver driver = planning();
        // When
        driver.tick(Duration.ofHours(2));
        // Then
        ClusterState cluster = driver.state.cluster(C01);
        assertThat(cluster.phase()).isEqualTo(ClusterPhase.FAILED);
        assertThat(cluster.findings().holdReason()).isEqualTo(HoldReason.NOT_SEEN);
        assertThat(driver.state.header().phase()).isEqualTo(CampaignPhase.FAILED);
    }

    @Test
    void a_plan_is_made_also_while_everything_is_stopped() {
        // Given
        Driver driver = planning();
        // When
        driver.feed(new PlannerInput.StopHeard(Times.at(driver.now), new Stop("alice", "an incident", driver.now)));
        driver.act("c01");
        // Then
        assertThat(driver.state.header().stop()).isNull();
        assertThat(driver.step("c01").kind()).isEqualTo(StepKind.PLAN);
    }

    @Test
    void what_would_be_held_or_refused_is_the_answer_and_waits_for_nobody() {
        // Given
        Driver driver = planning();
        driver.act("c01");
        FieldConflict conflict = new FieldConflict("DaemonSet a/b", "spec.x", "1", "2", "3");
        // When
        driver.report(new StepHeld(
                driver.step("c01"), HoldReason.CUSTOMISATION_CONFLICTS, List.of(conflict), List.of(), "held"));
        // Then
        ClusterState cluster = driver.state.cluster(C01);
        assertThat(cluster.phase()).isEqualTo(ClusterPhase.FAILED);
        assertThat(cluster.findings().holdReason()).isEqualTo(HoldReason.CUSTOMISATION_CONFLICTS);
        assertThat(cluster.findings().conflicts()).containsExactly(conflict);
        assertThat(driver.state.header().phase()).isEqualTo(CampaignPhase.FAILED);
    }

    @Test
    void an_upgrade_with_an_accepted_plan_asks_for_that_plan_first_and_goes_on_where_it_is_still_the_same() {
        // Given
        Driver driver = accepting();
        driver.act("c01");
        // Then
        assertThat(driver.step("c01").kind()).isEqualTo(StepKind.PLAN);
        StepParameters asked = driver.asked.get(C01).parameters();
        assertThat(asked.acceptedPlan()).isEqualTo(DIGEST);
        assertThat(asked.beside()).isFalse();
        assertThat(asked.epoch()).as("the cluster is claimed").isNotNull();
        // When
        driver.report(planned(driver.step("c01")));
        // Then
        assertThat(driver.step("c01").kind()).isEqualTo(StepKind.BACKUP);
    }

    @Test
    void where_others_bring_the_release_the_plan_tells_them_what_and_the_upgrade_waits_for_them() {
        // Given
        Driver driver = new Driver(1);
        driver.create(external());
        // When
        driver.act("c01");
        // Then
        assertThat(driver.step("c01").kind()).isEqualTo(StepKind.PLAN);
        StepParameters asked = driver.asked.get(C01).parameters();
        assertThat(asked.acceptedPlan()).isNull();
        assertThat(asked.planned())
                .filteredOn(step -> step.parameters().byOthers())
                .extracting(StepToPlan::kind)
                .containsExactly(StepKind.UPGRADE);
    }

    @Test
    void where_something_has_changed_since_a_person_accepts_the_plan_of_now_by_its_digest() {
        // Given
        Driver driver = accepting();
        driver.act("c01");
        driver.report(new StepHeld(
                driver.step("c01"), HoldReason.PLAN_CHANGED, List.of(), List.of("now it is fedcba9876543210"), "held"));
        assertThat(driver.state.cluster(C01).phase()).isEqualTo(ClusterPhase.HELD);
        // When
        driver.approve("c01", null, false, null, null);
        // Then
        assertThat(driver.state.cluster(C01).phase()).as("without a digest").isEqualTo(ClusterPhase.HELD);
        driver.approve(null, null, false, "fedcba9876543210", null);
        assertThat(driver.state.cluster(C01).phase()).as("of no cluster").isEqualTo(ClusterPhase.HELD);
        // When
        driver.approve("c01", null, false, "fedcba9876543210", null);
        // Then
        assertThat(driver.step("c01")).hasToString("calico-3-22/c01/plan/2");
        assertThat(driver.asked.get(C01).parameters().acceptedPlan()).isEqualTo("fedcba9876543210");
    }

    @Test
    void an_approval_by_the_digest_of_a_plan_that_is_not_the_one_of_now_is_refused() {
        // Given
        Driver driver = accepting();
        driver.act("c01");
        driver.report(new StepHeld(
                driver.step("c01"),
                HoldReason.PLAN_CHANGED,
                List.of(),
                List.of("changed"),
                plan("fedcba9876543210", null),
                "held"));
        // When
        driver.approve("c01", null, false, "1111111111111111", null);
        // Then
        assertThat(driver.refusal()).contains("its digest is fedcba9876543210 by now, not 1111111111111111");
        assertThat(driver.state.cluster(C01).phase()).isEqualTo(ClusterPhase.HELD);
        // When
        driver.approve("c01", null, false, "fedcba9876543210", null);
        // Then
        assertThat(driver.asked.get(C01).parameters().acceptedPlan()).isEqualTo("fedcba9876543210");
    }

    @Test
    void a_retry_after_our_own_first_writes_is_held_to_what_the_upgrade_would_write() {
        // Given
        Driver driver = accepting();
        driver.act("c01");
        driver.report(new StepSucceeded(
                driver.step("c01"), null, List.of(), List.of(), null, plan(DIGEST, "aaaa111122223333"), "planned"));
        driver.reach("c01", StepKind.PROTECT_HOST_ENDPOINTS);
        driver.failStep("c01", FailureReason.API_UNAVAILABLE);
        // When
        driver.retry("c01").act("c01");
        // Then
        assertThat(driver.step("c01").kind()).isEqualTo(StepKind.PLAN);
        assertThat(driver.asked.get(C01).parameters().acceptedPlan()).isEqualTo("aaaa111122223333");
    }

    @Test
    void a_retry_after_a_rollback_plans_again_and_one_of_an_upgrade_that_has_begun_does_not() {
        // Given
        Driver driver = accepting("onGateFailure", "rollback");
        driver.act("c01");
        driver.report(new StepSucceeded(
                driver.step("c01"), null, List.of(), List.of(), null, plan(DIGEST, "aaaa111122223333"), "planned"));
        driver.reach("c01", StepKind.UPGRADE).act("c01").failGate("c01").complete("c01");
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.FAILED);
        // When
        driver.retry("c01").act("c01");
        // Then
        assertThat(driver.step("c01").kind()).isEqualTo(StepKind.PLAN);
        // Given
        Driver other = accepting();
        other.act("c01");
        other.report(planned(other.step("c01")));
        other.reach("c01", StepKind.UPGRADE).act("c01").failGate("c01");
        // When
        other.retry("c01").act("c01");
        // Then
        assertThat(other.step("c01").kind()).isEqualTo(StepKind.BACKUP);
    }

    private static ClusterPlan plan(String digest, String ofUpgrade) {
        return new ClusterPlan(digest, List.of(), 3, List.of(), 3, Driver.START, ofUpgrade);
    }

    @Test
    void a_decision_on_a_plan_holds_for_its_steps_as_well() {
        // Given
        Driver driver = accepting();
        driver.act("c01");
        driver.report(new StepHeld(
                driver.step("c01"),
                HoldReason.CUSTOMISATION_CONFLICTS,
                List.of(new FieldConflict("DaemonSet a/b", "spec.x", "1", "2", "3")),
                List.of(),
                "held"));
        // When
        driver.approve("c01", OnConflict.TAKE_NEW, false, null, null);
        // Then
        assertThat(driver.asked.get(C01).parameters().planned())
                .allMatch(step -> step.parameters().onConflict() == OnConflict.TAKE_NEW);
        // When
        driver.report(planned(driver.step("c01")));
        driver.reach("c01", StepKind.UPGRADE);
        // Then
        assertThat(driver.asked.get(C01).parameters().onConflict()).isEqualTo(OnConflict.TAKE_NEW);
    }

    private static CampaignSpec external() {
        ObjectNode spec = EventJson.mapper().valueToTree(Fleet.campaign());
        ObjectNode settings = EventJson.mapper().valueToTree(UpgradeSpec.DEFAULT);
        settings.put("appliedBy", AppliedBy.EXTERNAL.encode());
        spec.set("upgrade", settings);
        return EventJson.mapper().convertValue(spec, CampaignSpec.class);
    }

    private static Driver planning() {
        Driver driver = new Driver(1);
        CampaignSpec spec = CampaignDefaults.plan(driver.name, Fleet.campaign());
        return driver.create(spec);
    }

    private static Driver accepting(Object... fields) {
        Driver driver = new Driver(1);
        CampaignSpec spec = Fleet.campaign(fields);
        driver.name = spec.name();
        return driver.command(new CampaignCreated(spec.name(), spec, Map.of("c01", DIGEST), null, "create"));
    }

    private static List<StepKind> stepsOfUpgrade() {
        Driver driver = Driver.started(1);
        driver.act("c01");
        return driver.requests.getLast().step().kind() == StepKind.BACKUP
                ? java.util.stream.Stream.concat(
                                java.util.stream.Stream.of(StepKind.BACKUP),
                                driver.state.cluster(C01).todo().stream().map(step -> step.kind()))
                        .toList()
                : List.of();
    }

    private static StepSucceeded planned(StepId step) {
        ClusterPlan plan = new ClusterPlan(DIGEST, List.of(), 12, List.of(), 3, Driver.START);
        return new StepSucceeded(
                step, null, List.of(), List.of(), null, plan, step.cluster() + ": 12 objects would be written");
    }
}
