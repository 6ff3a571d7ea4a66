package io.calicofleet.planner.core.route;

import static io.calicofleet.event.StepKind.BACKUP;
import static io.calicofleet.event.StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS;
import static io.calicofleet.event.StepKind.PREPARE;
import static io.calicofleet.event.StepKind.PROTECT_HOST_ENDPOINTS;
import static io.calicofleet.event.StepKind.RELEASE_HOST_ENDPOINTS;
import static io.calicofleet.event.StepKind.REPLACE_CALICOCTL;
import static io.calicofleet.event.StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC;
import static io.calicofleet.event.StepKind.UPGRADE;
import static io.calicofleet.event.StepKind.UPGRADE_APPLICATION_LAYER_POLICY;
import static io.calicofleet.event.StepKind.UPGRADE_HELM_RELEASE;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HelmReleaseFact;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Migration;
import io.calicofleet.event.NetworkBaseline;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.Quantity;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RoutesTest {

    private static RoutePlan plan(CampaignSpec spec, boolean begun, Consumer<Fleet.Facts> differences) {
        var facts = new Fleet.Facts();
        differences.accept(facts);
        return plan(spec, begun, facts);
    }

    private static RoutePlan plan(CampaignSpec spec, boolean begun, Fleet.Facts facts) {
        Route route = ((RouteChoice.Upgraded) Routes.of(facts.method)).route();
        return route.plan(new UpgradeRequest(
                spec,
                facts.build(),
                begun ? Fleet.SOURCE : facts.version,
                Fleet.TARGET,
                begun,
                Fleet.CATALOGUE,
                Routes.opening(spec, reason -> false).getFirst().parameters()));
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

        assertThat(Routes.opening(other, reason -> false)).singleElement().satisfies(step -> {
            assertThat(step.kind())
                    .isEqualTo(
                            switch (procedure) {
                                case UPGRADE, PLAN -> StepKind.INSPECT;
                                case RESTORE -> StepKind.RESTORE;
                                case DRILL -> StepKind.DRILL;
                            });
            assertThat(step.gates()).hasSize(procedure.hasTarget() ? 0 : 1);
            assertThat(step.parameters().beside()).isEqualTo(procedure == Procedure.PLAN);
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
    void where_the_campaign_asks_for_it_the_traffic_is_measured_beside_the_upgrade_and_is_its_last_gate() {
        List<PlannedStep> steps = plan(Fleet.campaign("continuity", Map.of("maxGap", "PT3S")), false, facts -> {})
                .steps();
        List<PlannedStep> without = plan(Fleet.campaign(), false, facts -> {}).steps();

        ContinuitySpec usual = ContinuitySpec.DEFAULT;
        ContinuitySpec asked = new ContinuitySpec(
                usual.image(), Duration.ofSeconds(3), usual.maxLossPercent(), usual.baseline(), usual.required());
        assertThat(steps)
                .filteredOn(step -> step.kind() == UPGRADE)
                .singleElement()
                .satisfies(step -> {
                    assertThat(step.parameters().continuity()).isEqualTo(asked);
                    assertThat(step.gates().getLast().kind()).isEqualTo(GateKind.CONTINUITY);
                    assertThat(step.gates().getLast().continuity()).isEqualTo(asked);
                });
        assertThat(steps)
                .filteredOn(step -> step.kind() != UPGRADE)
                .isNotEmpty()
                .allSatisfy(step -> assertThat(step.parameters().continuity()).isNull());
        assertThat(without)
                .allSatisfy(step -> assertThat(step.gates()).noneMatch(gate -> gate.kind() == GateKind.CONTINUITY));
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

    @ParameterizedTest
    @CsvSource({
        "manifest-kdd, upgrade",
        "manifest-kdd-typha, upgrade",
        "manifest-policy-only, upgrade",
        "manifest-canal, upgrade",
        "manifest-etcd, upgrade",
        "manifest-canal-etcd, upgrade",
        "operator, upgrade-operator",
        "helm, upgrade-helm-release"
    })
    void every_install_method_is_upgraded_by_its_own_step_and_judged_by_what_can_be_seen_of_it(
            String method, String kind) {
        var baseline = new NetworkBaseline(Map.of(), List.of("10.0.0.0/16"), Map.of(), List.of(), true);
        RoutePlan plan = plan(Fleet.campaign(), false, facts -> {
            facts.method = InstallMethod.parse(method);
            facts.baseline = baseline;
        });
        boolean operator = !kind.equals("upgrade");

        PlannedStep upgrade = plan.steps().stream()
                .filter(step -> step.kind() == StepKind.parse(kind))
                .findFirst()
                .orElseThrow();
        assertThat(kinds(plan).stream().filter(StepKind::upgrades)).hasSize(1);
        List<GateKind> all = new java.util.ArrayList<>(
                List.of(GateKind.PODS, GateKind.VERSION, GateKind.NETWORK_UNCHANGED, GateKind.AGGREGATED_API));
        if (operator) {
            all.addFirst(GateKind.OPERATOR);
            assertThat(upgrade.gates().getFirst().operatorVersion()).isEqualTo("v1.25.13");
        }
        assertThat(upgrade.gates()).extracting(GateRequirement::kind).containsExactlyElementsOf(all);
        assertThat(upgrade.gates().get(all.indexOf(GateKind.NETWORK_UNCHANGED)).baseline())
                .isEqualTo(baseline);
    }

    @Test
    void the_aggregated_api_is_asked_for_only_where_it_was_there() {
        RoutePlan plan = plan(
                Fleet.campaign(),
                false,
                facts -> facts.baseline = new NetworkBaseline(Map.of(), List.of(), Map.of(), List.of(), false));

        assertThat(plan.steps().stream().flatMap(step -> step.gates().stream()).map(GateRequirement::kind))
                .contains(GateKind.NETWORK_UNCHANGED)
                .doesNotContain(GateKind.AGGREGATED_API);
    }

    @Test
    void prepares_where_the_catalogue_says_so() {
        CampaignSpec spec = Fleet.campaign("target", "v3.23.5", "helm", Map.of("chart", "/charts/x.tgz"));
        var facts = new Fleet.Facts().at(Fleet.TARGET);
        facts.method = InstallMethod.HELM;
        facts.helmRelease = new HelmReleaseFact("calico", "default", "tigera-operator", "v3.22.5", 1);
        RoutePlan plan = Routes.of(facts.method) instanceof RouteChoice.Upgraded upgraded
                ? upgraded.route()
                        .plan(new UpgradeRequest(
                                spec,
                                facts.build(),
                                Fleet.TARGET,
                                CalicoVersion.parse("v3.23.5"),
                                false,
                                Fleet.CATALOGUE,
                                StepParameters.NONE))
                : null;

        assertThat(kinds(plan)).containsExactly(BACKUP, PREPARE, UPGRADE_HELM_RELEASE);
        assertThat(plan.steps().get(1).parameters().chart()).isEqualTo("/charts/x.tgz");
        assertThat(plan.steps().get(2).parameters().chart()).isEqualTo("/charts/x.tgz");
        assertThat(kinds(facts2 -> facts2.method = InstallMethod.MANIFEST_CANAL_ETCD))
                .doesNotContain(PREPARE);
    }

    @Test
    void every_step_knows_the_images_it_was_decided_on_but_where_others_bring_them() {
        List<WorkloadImage> installed =
                List.of(new WorkloadImage("DaemonSet a/b", "calico-node", "calico/node:v3.13.4"));

        assertThat(plan(Fleet.campaign(), false, facts -> facts.installed = installed)
                        .steps())
                .allSatisfy(step -> assertThat(step.parameters().installed()).isEqualTo(installed));
        assertThat(plan(Fleet.campaign("apply", "external"), false, facts -> facts.installed = installed)
                        .steps())
                .allSatisfy(step -> assertThat(step.parameters().installed()).isEmpty());
    }

    @Test
    void a_chart_that_is_not_the_targets_is_upgraded_though_the_nodes_are() {
        assertThat(kinds(facts -> {
                    facts.at(Fleet.TARGET);
                    facts.method = InstallMethod.HELM;
                    facts.helmRelease = new HelmReleaseFact("calico", "default", "tigera-operator", "v3.22.1", 2);
                }))
                .contains(UPGRADE_HELM_RELEASE);
    }

    @Test
    void restarts_what_runs_an_older_dikastes_after_the_nodes() {
        RoutePlan plan = plan(
                Fleet.campaign("applicationLayerPolicy", Map.of("maxConcurrent", 3, "deadline", "PT2H")),
                false,
                facts -> facts.applicationLayerPolicy = true);

        assertThat(kinds(plan)).containsSubsequence(UPGRADE, UPGRADE_APPLICATION_LAYER_POLICY);
        PlannedStep restart = plan.steps().get(kinds(plan).indexOf(UPGRADE_APPLICATION_LAYER_POLICY));
        assertThat(restart.parameters().maxConcurrent()).isEqualTo(Quantity.of(3));
        assertThat(restart.gates())
                .containsExactly(GateRequirement.of(GateKind.APPLICATION_LAYER_POLICY, Duration.ofHours(2)));
        assertThat(kinds(facts -> {})).doesNotContain(UPGRADE_APPLICATION_LAYER_POLICY);
    }

    @Test
    void old_host_endpoints_are_replaced_after_their_review_and_before_the_policy_goes() {
        CampaignSpec spec = Fleet.campaign(
                "hostEndpoints", Map.of("migrateToAutomatic", true, "acceptPolicies", true, "deadline", "PT3H"));
        RoutePlan plan = plan(spec, false, facts -> {});

        assertThat(kinds(plan))
                .containsSubsequence(
                        REVIEW_HOST_ENDPOINT_TRAFFIC, MIGRATE_TO_AUTO_HOST_ENDPOINTS, RELEASE_HOST_ENDPOINTS);
        PlannedStep migrate = plan.steps().get(kinds(plan).indexOf(MIGRATE_TO_AUTO_HOST_ENDPOINTS));
        assertThat(migrate.parameters().acceptPolicies()).isTrue();
        assertThat(migrate.gates())
                .containsExactly(GateRequirement.of(GateKind.AUTO_HOST_ENDPOINTS, Duration.ofHours(3)));
        assertThat(kinds(plan(spec, false, facts -> facts.at(CalicoVersion.parse("v3.20.0")))))
                .containsExactly(BACKUP, UPGRADE, MIGRATE_TO_AUTO_HOST_ENDPOINTS);
        assertThat(kinds(plan(spec, false, facts -> facts.hostEndpoints = List.of())))
                .doesNotContain(MIGRATE_TO_AUTO_HOST_ENDPOINTS);
    }

    @Test
    void what_cannot_be_taken_back_goes_into_the_backup() {
        var facts = new Fleet.Facts().at(CalicoVersion.parse("v3.5.0"));

        assertThat(plan(Fleet.campaign(), false, facts)
                        .steps()
                        .getFirst()
                        .parameters()
                        .noWayBack())
                .singleElement()
                .asString()
                .contains("host-local");
        assertThat(plan(Fleet.campaign(), false, f -> {})
                        .steps()
                        .getFirst()
                        .parameters()
                        .noWayBack())
                .isEmpty();
    }

    @Test
    void a_move_off_etcd_is_a_backup_and_the_move_judged_as_an_upgrade_and_gone_on_with_half_way() {
        CampaignSpec spec = Fleet.campaign("migrate", "to-kubernetes-datastore");
        RoutePlan plan = plan(spec, false, facts -> {
            facts.at(Fleet.TARGET);
            facts.method = InstallMethod.MANIFEST_ETCD;
            facts.datastore = Datastore.ETCD;
            facts.baseline =
                    new NetworkBaseline(Map.of(), List.of("10.0.0.0/16"), Map.of(), List.of("DaemonSet a/b"), false);
        });
        RoutePlan half = plan(spec, false, facts -> {
            facts.at(Fleet.TARGET);
            facts.signals =
                    List.of("unfinished move to the Kubernetes datastore: the campaign c1 keeps the datastore locked");
        });
        RoutePlan there = plan(spec, false, facts -> facts.at(Fleet.TARGET));

        assertThat(kinds(plan)).containsExactly(StepKind.BACKUP, StepKind.MIGRATE_TO_KUBERNETES_DATASTORE);
        assertThat(kinds(half)).isEqualTo(kinds(plan));
        assertThat(kinds(there)).isEmpty();
        PlannedStep move = plan.steps().getLast();
        assertThat(move.gates())
                .extracting(GateRequirement::kind)
                .containsExactly(GateKind.PODS, GateKind.VERSION, GateKind.NETWORK_UNCHANGED);
        assertThat(move.parameters().migrate()).isEqualTo(Migration.TO_KUBERNETES_DATASTORE);
        assertThat(plan.notes()).anyMatch(note -> note.contains("New pods wait") && note.contains("no way back"));
    }

    @Test
    void a_migration_is_a_backup_and_the_takeover_and_the_workloads_of_before_are_not_missed() {
        CampaignSpec spec = Fleet.campaign("migrate", "to-operator");
        RoutePlan plan = plan(spec, false, facts -> {
            facts.at(Fleet.TARGET);
            facts.baseline =
                    new NetworkBaseline(Map.of(), List.of("10.0.0.0/16"), Map.of(), List.of("DaemonSet a/b"), false);
        });

        assertThat(kinds(plan)).containsExactly(StepKind.BACKUP, StepKind.MIGRATE_TO_OPERATOR);
        PlannedStep takeover = plan.steps().getLast();
        assertThat(takeover.gates())
                .extracting(GateRequirement::kind)
                .containsExactly(GateKind.OPERATOR, GateKind.PODS, GateKind.VERSION, GateKind.NETWORK_UNCHANGED);
        assertThat(takeover.gates().getLast().baseline())
                .isEqualTo(new NetworkBaseline(Map.of(), List.of("10.0.0.0/16"), Map.of(), List.of(), false));
        assertThat(takeover.parameters().migrate()).isEqualTo(Migration.TO_OPERATOR);
        assertThat(plan.notes()).anyMatch(note -> note.contains("no way back"));
    }
}
