package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignRevised;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.CanaryNodes;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.MembersStatus;
import io.calicofleet.event.StepKind;
import io.calicofleet.planner.core.campaign.Revision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** A campaign that runs becomes another one by a revision, and is told of clusters that come and go. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RevisionRulesTest {

    private static final List<Map<String, Object>> TWO_WAVES =
            List.of(Map.of("name", "canary", "clusters", Map.of("names", List.of("c01"))), Map.of("name", "rest"));

    @Test
    void what_is_proposed_is_shown_with_its_digest_and_changes_nothing_until_it_is_approved_by_that() {
        Driver driver = Driver.started(4, "maxConcurrent", 1);
        // When
        propose(driver, "maxConcurrent", 3);
        // Then
        assertThat(driver.inFlight()).hasSize(1);
        assertThat(proposed(driver).changes()).containsExactly("maxConcurrent: 1 -> 3");
        assertThat(driver.status().revision().digest())
                .isEqualTo(proposed(driver).digest());
        assertThat(driver.status().revision().asks()).isEqualTo("The revision waits for an approval.");
        // When
        approve(driver, "0123456789abcdef", "bob");
        // Then
        assertThat(driver.refusal())
                .isEqualTo("Nothing that waits has the digest 0123456789abcdef: the revision that is proposed has "
                        + proposed(driver).digest() + ".");
        assertThat(driver.inFlight()).hasSize(1);
        // When
        approve(driver, proposed(driver).digest(), "bob");
        // Then
        assertThat(driver.inFlight()).hasSize(3);
        assertThat(driver.status().revision()).isNull();
        assertThat(driver.status().spec().maxConcurrent().value()).isEqualTo(3);
    }

    @Test
    void a_cluster_in_a_step_goes_on_by_what_it_began_with_and_the_next_one_by_the_revision() {
        Driver driver = Driver.started(2, "maxConcurrent", 1, "gates", Map.of("version", Map.of("deadline", "PT5M")))
                .reach("c01", StepKind.BACKUP);
        // When
        propose(driver, "maxConcurrent", 1, "gates", Map.of("version", Map.of("deadline", "PT9M")));
        approve(driver, proposed(driver).digest(), "bob");
        // Then
        assertThat(versionGate(driver.reach("c01", StepKind.UPGRADE), "c01")).isEqualTo(Duration.ofMinutes(5));
        assertThat(versionGate(driver.finish("c01").reach("c02", StepKind.UPGRADE), "c02"))
                .isEqualTo(Duration.ofMinutes(9));
    }

    @Test
    void canary_nodes_can_be_proposed_and_are_those_of_clusters_that_begin_later() {
        Driver driver = Driver.started(2, "maxConcurrent", 1).reach("c01", StepKind.BACKUP);
        // When
        propose(driver, "maxConcurrent", 1, "canaryNodes", Map.of("count", 1));
        approve(driver, proposed(driver).digest(), "bob");
        // Then
        assertThat(driver.reach("c01", StepKind.UPGRADE)
                        .request("c01")
                        .parameters()
                        .canaryNodes())
                .isNull();
        assertThat(driver.finish("c01")
                        .reach("c02", StepKind.UPGRADE)
                        .request("c02")
                        .parameters()
                        .canaryNodes())
                .isEqualTo(new CanaryNodes(List.of(), Map.of(), 1, CanaryNodes.DEADLINE));
    }

    @Test
    void what_a_campaign_is_does_not_change_and_each_reason_is_said() {
        Driver driver = Driver.started(3, "waves", TWO_WAVES);
        // When
        propose(
                driver,
                "target",
                "v3.23.3",
                "apply",
                "external",
                "clusters",
                Map.of("names", List.of("c01", "c02")),
                "waves",
                List.of(Map.of("name", "first", "clusters", Map.of("names", List.of("c01"))), Map.of("name", "rest")));
        // Then
        assertThat(driver.refusal())
                .contains("'target' stays v3.22.5: some clusters are at the target already")
                .contains("'apply' stays nothing: all clusters of a campaign get the release in one way.")
                .contains("Wave canary has begun, so it stays wave 1 of the campaign.")
                .contains("Cluster c03 would drop out. Nobody does silently: skip it first.");
        assertThat(driver.state.header().revision()).isNull();
    }

    @Test
    void waves_that_have_not_begun_can_be_others_and_of_one_that_has_only_its_limits() {
        Driver driver = Driver.started(6, "waves", TWO_WAVES);
        // When
        propose(
                driver,
                "waves",
                List.of(
                        Map.of("name", "canary", "clusters", Map.of("names", List.of("c01")), "maxConcurrent", 1),
                        Map.of("name", "some", "clusters", Map.of("count", 2)),
                        Map.of("name", "others")));
        // Then
        assertThat(proposed(driver).changes())
                .contains(
                        "waves[canary].maxConcurrent: nothing -> 1",
                        "cluster c02: goes with wave some instead of rest",
                        "cluster c06: goes with wave others instead of rest");
        // When
        approve(driver, proposed(driver).digest(), "bob");
        driver.finish("c01");
        // Then
        assertThat(driver.inFlight()).containsExactly("c02", "c03");
        assertThat(driver.status().waves())
                .extracting(wave -> wave.name() + " " + wave.clusters())
                .containsExactly("canary 1", "some 2", "others 3");
        // When
        propose(
                driver,
                "waves",
                List.of(
                        Map.of("name", "canary", "clusters", Map.of("names", List.of("c01")), "approval", true),
                        Map.of("name", "some", "clusters", Map.of("count", 3)),
                        Map.of("name", "others")));
        // Then
        assertThat(driver.refusal())
                .contains("Wave canary has begun: only its limits")
                .contains("not 'waves[some].clusters");
    }

    @Test
    void it_takes_what_the_strictest_approval_of_a_wave_takes() {
        Map<String, Object> approval = Map.of("by", List.of("bob", "carol"), "quorum", 2, "notAuthor", true);
        Driver driver = new Driver(2);
        driver.create(Fleet.campaign(
                "waves",
                List.of(
                        Map.of("name", "canary", "clusters", Map.of("names", List.of("c01"))),
                        Map.of("name", "rest", "approval", approval))));
        propose(
                driver,
                "maxConcurrent",
                1,
                "waves",
                List.of(
                        Map.of("name", "canary", "clusters", Map.of("names", List.of("c01"))),
                        Map.of("name", "rest", "approval", approval)));
        String digest = proposed(driver).digest();
        assertThat(driver.status().revision().asks())
                .isEqualTo("The revision waits for 2 approvals; bob or carol may.");
        // When
        approve(driver, digest, "alice");
        // Then
        assertThat(driver.refusal()).isEqualTo("Not alice approves the revision, but bob or carol.");
        // When
        approve(driver, digest, "bob");
        // Then
        assertThat(driver.status().spec().maxConcurrent().value()).isEqualTo(100);
        assertThat(driver.status().revision().approvals()).hasSize(1);
        // When
        approve(driver, digest, "carol");
        // Then
        assertThat(driver.status().spec().maxConcurrent().value()).isEqualTo(1);
    }

    @Test
    void what_was_shown_and_is_another_by_now_is_not_put_in_force_but_shown_anew() {
        Driver driver = Driver.started(3, "maxConcurrent", 1);
        ClusterId c04 = join(driver);
        // When
        driver.command(new CampaignRevised(driver.name, Fleet.campaign("maxConcurrent", 2), true, null, ""));
        String shown = proposed(driver).digest();
        assertThat(proposed(driver).changes()).contains("cluster c04: takes part, with wave all");
        driver.fleet = driver.fleet.stream()
                .filter(candidate -> !candidate.cluster().equals(c04))
                .toList();
        approve(driver, shown, "bob");
        // Then
        assertThat(driver.refusal()).contains("would change something else by now than what was approved");
        assertThat(proposed(driver).digest()).isNotEqualTo(shown);
        assertThat(proposed(driver).changes()).containsExactly("maxConcurrent: 1 -> 2");
    }

    @Test
    void an_approval_of_another_revision_lets_no_wave_start() {
        Driver driver = Driver.started(
                3,
                "waves",
                List.of(
                        Map.of("name", "canary", "clusters", Map.of("names", List.of("c01"))),
                        Map.of("name", "rest", "approval", true)));
        driver.finish("c01");
        assertThat(driver.phase()).isEqualTo(CampaignPhase.AWAITING_APPROVAL);
        // When
        approve(driver, "0123456789abcdef", "bob");
        // Then
        assertThat(driver.phase()).isEqualTo(CampaignPhase.AWAITING_APPROVAL);
        assertThat(driver.refusal()).contains("Nothing that waits has the digest 0123456789abcdef");
    }

    @Test
    void what_cannot_be_put_in_force_any_more_is_taken_back_when_the_wave_begins() {
        Driver driver = Driver.started(3, "waves", TWO_WAVES);
        propose(
                driver,
                "waves",
                List.of(
                        Map.of("name", "canary", "clusters", Map.of("names", List.of("c01"))),
                        Map.of("name", "some", "clusters", Map.of("count", 1)),
                        Map.of("name", "rest")));
        String shown = proposed(driver).digest();
        // When
        driver.finish("c01");
        // Then
        assertThat(driver.state.header().revision()).isNull();
        assertThat(driver.status().revision()).isNull();
        assertThat(driver.effects)
                .anySatisfy(effect -> assertThat(effect.toString())
                        .contains("The revision " + shown + " is taken back.")
                        .contains("Wave rest has begun, so it stays wave 2 of the campaign."));
    }

    @Test
    void what_is_proposed_ends_with_the_campaign() {
        Driver driver = Driver.started(1, "maxConcurrent", 1);
        propose(driver, "maxConcurrent", 2);
        // When
        driver.finish("c01");
        // Then
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SUCCEEDED);
        assertThat(driver.status().revision()).isNull();
    }

    @Test
    void the_document_in_force_takes_back_what_is_proposed_and_what_changes_nothing_is_refused() {
        Driver driver = Driver.started(2, "maxConcurrent", 1);
        propose(driver, "maxConcurrent", 2);
        // When
        propose(driver, "maxConcurrent", 1);
        // Then
        assertThat(driver.state.header().revision()).isNull();
        assertThat(driver.status().reason()).contains("is taken back");
        // When
        propose(driver, "maxConcurrent", 1);
        // Then
        assertThat(driver.refusal()).contains("there is nothing to revise");
    }

    @Test
    void a_cluster_that_fits_since_is_told_once_and_taken_in_only_by_a_revision() {
        Driver driver = Driver.started(2, "maxConcurrent", 1);
        ClusterId c04 = join(driver);
        // When
        hear(driver);
        // Then
        assertThat(driver.status().members()).isEqualTo(new MembersStatus(List.of(c04), 0, List.of(), 0));
        assertThat(driver.status().reason())
                .startsWith("Fits the campaign by now, and takes no part; a revision can take it in: c04.");
        assertThat(driver.state.cluster(c04)).isNull();
        int told = driver.effects.size();
        hear(driver);
        assertThat(driver.effects).hasSize(told);
        // When
        driver.command(new CampaignRevised(driver.name, Fleet.campaign("maxConcurrent", 1), true, null, ""));
        approve(driver, proposed(driver).digest(), "bob");
        driver.finish("c01").finish("c02");
        // Then
        assertThat(driver.inFlight()).containsExactly("c04");
        assertThat(driver.status().members()).isNull();
        assertThat(driver.status().clusters()).isEqualTo(3);
    }

    @Test
    void a_cluster_that_leaves_is_told_and_goes_on_to_take_part_until_it_is_skipped() {
        Driver driver = new Driver(4);
        driver.create(Fleet.campaign("clusters", Map.of("matchLabels", Map.of("env", "prod")), "maxConcurrent", 1));
        driver.fleet = driver.fleet.stream()
                .map(candidate -> candidate.cluster().value().equals("c04")
                        ? new ClusterCandidate(candidate.cluster(), Map.of("env", "test"), "")
                        : candidate)
                .toList();
        // When
        hear(driver);
        // Then
        assertThat(driver.status().members().left()).containsExactly(ClusterId.of("c04"));
        assertThat(driver.status().reason()).contains("it takes part until it is skipped: c04.");
        driver.finish("c02");
        assertThat(driver.inFlight()).containsExactly("c04");
        driver.finish("c04");
        hear(driver);
        assertThat(driver.phase()).isEqualTo(CampaignPhase.SUCCEEDED);
    }

    private static ClusterId join(Driver driver) {
        ClusterId joined = ClusterId.of("c04");
        List<ClusterCandidate> fleet = new ArrayList<>(driver.fleet);
        fleet.add(new ClusterCandidate(joined, Map.of(), ""));
        driver.fleet = fleet;
        return joined;
    }

    private static void hear(Driver driver) {
        MembersStatus members = PlannerCore.members(driver.state, driver.fleet);
        if (!Objects.equals(members, driver.state.header().members())) {
            driver.feed(new PlannerInput.MembersHeard(Times.at(driver.now), members));
        }
    }

    private static void propose(Driver driver, Object... fields) {
        CampaignSpec spec =
                Fleet.campaign(Stream.concat(kept(driver), Stream.of(fields)).toArray());
        driver.command(new CampaignRevised(driver.name, spec, false, null, ""));
    }

    private static Stream<Object> kept(Driver driver) {
        return driver.state.header().spec().waves().size() == 2 ? Stream.of("waves", TWO_WAVES) : Stream.of();
    }

    private static void approve(Driver driver, String digest, String actor) {
        driver.feed(new PlannerInput.CommandReceived(
                Times.at(driver.now),
                new CampaignApproved(driver.name, null, "seen", null, false, digest, null, List.of(), ""),
                actor,
                driver.fleet));
    }

    private static Revision proposed(Driver driver) {
        return Objects.requireNonNull(driver.state.header().revision());
    }

    private static Duration versionGate(Driver driver, String cluster) {
        return driver.request(cluster).gates().stream()
                .filter(gate -> gate.kind() == GateKind.VERSION)
                .map(GateRequirement::deadline)
                .findFirst()
                .orElseThrow();
    }
}
