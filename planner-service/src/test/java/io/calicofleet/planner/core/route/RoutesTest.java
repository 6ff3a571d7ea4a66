package io.calicofleet.planner.core.route;

import static io.calicofleet.event.StepKind.BACKUP;
import static io.calicofleet.event.StepKind.PROTECT_HOST_ENDPOINTS;
import static io.calicofleet.event.StepKind.RELEASE_HOST_ENDPOINTS;
import static io.calicofleet.event.StepKind.REPLACE_CALICOCTL;
import static io.calicofleet.event.StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC;
import static io.calicofleet.event.StepKind.UPGRADE;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.TrafficMode;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.planner.core.Fleet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RoutesTest {

    private static RoutePlan plan(CampaignSpec spec, boolean begun, Consumer<Fleet.Facts> differences) {
        var facts = new Fleet.Facts();
        differences.accept(facts);
        boolean closes = Fleet.CATALOGUE.closesHostEndpoints(facts.version, Fleet.TARGET);
        return new ManifestKddRoute()
                .plan(new UpgradeRequest(
                        spec, facts.build(), facts.version, Fleet.TARGET, closes || begun, false, null, begun));
    }

    private static List<StepKind> kinds(Consumer<Fleet.Facts> differences) {
        return kinds(plan(Fleet.campaign(), false, differences));
    }

    private static List<StepKind> kinds(RoutePlan plan) {
        return plan.steps().stream().map(PlannedStep::kind).toList();
    }

    @ParameterizedTest
    @EnumSource
    void every_install_method_has_a_route_or_a_written_refusal(InstallMethod method) {
        assertThat(Routes.of(method)).satisfies(choice -> {
            switch (choice) {
                case RouteChoice.Upgraded upgraded ->
                    assertThat(upgraded.route()).isNotNull();
                case RouteChoice.Refused refused ->
                    assertThat(refused.sentence()).matches("[A-Z].*\\. .*[A-Z].*\\.");
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void every_procedure_has_an_opening(Procedure procedure) {
        CampaignSpec spec = Fleet.drill(6);
        var other = new CampaignSpec(
                spec.name(),
                procedure,
                Fleet.TARGET,
                spec.clusters(),
                spec.waves(),
                spec.maxConcurrent(),
                spec.failureBudget(),
                spec.gates(),
                spec.onConflict(),
                6,
                spec.upgrade());

        assertThat(Routes.opening(other)).singleElement().satisfies(step -> {
            assertThat(step.kind())
                    .isEqualTo(
                            switch (procedure) {
                                case UPGRADE -> StepKind.INSPECT;
                                case RESTORE -> StepKind.RESTORE;
                                case DRILL -> StepKind.DRILL;
                            });
            assertThat(step.gates()).hasSize(procedure == Procedure.UPGRADE ? 0 : 1);
            assertThat(step.times()).isEqualTo(procedure == Procedure.DRILL ? 6 : 1);
        });
    }

    @Test
    void protects_and_reviews_where_the_way_closes_host_endpoints() {
        assertThat(kinds(facts -> {}))
                .containsExactly(
                        BACKUP, PROTECT_HOST_ENDPOINTS, UPGRADE, REVIEW_HOST_ENDPOINT_TRAFFIC, RELEASE_HOST_ENDPOINTS);
    }

    @Test
    void leaves_host_endpoints_alone_where_none_is_of_all_interfaces_or_all_are_automatic() {
        assertThat(kinds(facts -> facts.hostEndpoints = List.of())).containsExactly(BACKUP, UPGRADE);
        assertThat(kinds(facts -> facts.hostEndpoints = List.of(
                        new HostEndpointFact("eth0", "node1", "eth0", false, false),
                        new HostEndpointFact("auto", "node1", "*", true, false))))
                .containsExactly(BACKUP, UPGRADE);
    }

    @Test
    void leaves_host_endpoints_alone_where_the_source_enforces_them_already() {
        assertThat(kinds(facts -> facts.at(io.calicofleet.event.CalicoVersion.parse("v3.14.1"))))
                .containsExactly(BACKUP, UPGRADE);
    }

    @Test
    void reviews_what_an_earlier_attempt_protected() {
        Consumer<Fleet.Facts> protectedBefore = facts -> {
            facts.at(Fleet.TARGET);
            facts.temporaryPolicy = true;
            facts.hostEndpoints = List.of(Fleet.Facts.hostEndpoint(true));
        };

        assertThat(kinds(protectedBefore))
                .containsExactly(BACKUP, REVIEW_HOST_ENDPOINT_TRAFFIC, RELEASE_HOST_ENDPOINTS);
    }

    @Test
    void only_releases_where_no_host_endpoint_is_under_the_policy_any_more() {
        assertThat(kinds(facts -> {
                    facts.at(Fleet.TARGET);
                    facts.hostEndpoints = List.of(Fleet.Facts.hostEndpoint(true));
                }))
                .containsExactly(BACKUP, RELEASE_HOST_ENDPOINTS);
        assertThat(kinds(facts -> {
                    facts.at(Fleet.TARGET);
                    facts.temporaryPolicy = true;
                    facts.hostEndpoints = List.of();
                }))
                .containsExactly(BACKUP, RELEASE_HOST_ENDPOINTS);
    }

    @Test
    void goes_through_the_upgrade_again_once_it_was_begun() {
        assertThat(kinds(plan(Fleet.campaign(), true, facts -> facts.at(Fleet.TARGET))))
                .contains(UPGRADE);
        assertThat(plan(Fleet.campaign(), false, facts -> facts.at(Fleet.TARGET))
                        .steps())
                .isEmpty();
    }

    @Test
    void upgrades_where_cluster_information_lags_behind() {
        assertThat(kinds(facts -> facts.version = Fleet.TARGET)).contains(UPGRADE);
    }

    @Test
    void replaces_a_calicoctl_that_is_not_the_targets() {
        Consumer<Fleet.Facts> older = facts -> facts.calicoctl =
                List.of(new WorkloadImage("Pod kube-system/calicoctl", "calicoctl", "calico/ctl:v3.13.4"));
        Consumer<Fleet.Facts> current = facts -> facts.calicoctl =
                List.of(new WorkloadImage("Pod kube-system/calicoctl", "calicoctl", "calico/ctl:v3.22.5"));

        assertThat(kinds(older)).containsSubsequence(UPGRADE, REPLACE_CALICOCTL, REVIEW_HOST_ENDPOINT_TRAFFIC);
        assertThat(kinds(current)).doesNotContain(REPLACE_CALICOCTL);
    }

    @Test
    void without_a_review_the_policy_stays_and_a_note_says_so() {
        var off = Fleet.campaign("gates", Map.of("hostEndpointTraffic", Map.of("mode", "off")));
        RoutePlan plan = plan(off, false, facts -> {});

        assertThat(kinds(plan)).containsExactly(BACKUP, PROTECT_HOST_ENDPOINTS, UPGRADE);
        assertThat(plan.notes()).anyMatch(note -> note.contains("stays in place"));
    }

    @Test
    void each_step_has_its_gates_with_the_settings_of_the_campaign() {
        var spec = Fleet.campaign(
                "gates",
                Map.of(
                        "pods", Map.of("deadline", "PT20M", "expectedReady", "1/2"),
                        "version", Map.of("deadline", "PT6M"),
                        "hostEndpointTraffic", Map.of("mode", "advisory", "observe", "PT1H", "deadline", "PT2M")),
                "customisations",
                Map.of("onConflict", "keep-mine"));
        List<PlannedStep> steps = plan(spec, false, facts -> {}).steps();

        assertThat(steps.get(0).gates()).isEmpty();
        assertThat(steps.get(1).gates())
                .containsExactly(
                        GateRequirement.of(GateKind.HOST_ENDPOINT_PROTECTION, UpgradePlan.HOST_ENDPOINT_DEADLINE));
        assertThat(steps.get(2).gates())
                .containsExactly(
                        new GateRequirement(GateKind.PODS, Duration.ofMinutes(20), null, null, "1/2", null),
                        GateRequirement.of(GateKind.VERSION, Duration.ofMinutes(6)));
        assertThat(steps.get(3).gates())
                .containsExactly(new GateRequirement(
                        GateKind.HOST_ENDPOINT_TRAFFIC,
                        Duration.ofMinutes(2),
                        Duration.ofHours(1),
                        TrafficMode.ADVISORY,
                        null,
                        null));
        assertThat(steps.get(4).gates())
                .extracting(GateRequirement::kind)
                .containsExactly(GateKind.HOST_ENDPOINT_RELEASE);
        assertThat(steps).allSatisfy(step -> {
            assertThat(step.parameters().source()).isEqualTo(Fleet.SOURCE);
            assertThat(step.parameters().target()).isEqualTo(Fleet.TARGET);
            assertThat(step.parameters().installMethod()).isEqualTo(InstallMethod.MANIFEST_KDD);
            assertThat(step.parameters().onConflict()).isEqualTo(OnConflict.KEEP_MINE);
        });
    }
}
