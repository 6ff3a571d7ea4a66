package io.calicofleet.planner.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ChangeFacts;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.NetworkBaseline;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepToPlan;
import io.calicofleet.planner.core.spec.CampaignDefaults;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A campaign that changes settings in place of going to a release. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChangeTest {

    private static final Map<String, Object> CHANGE =
            Map.of("felixConfiguration", Map.of("wireguardEnabled", true, "logSeverityScreen", "Warning"));

    @Test
    void is_inspected_backed_up_changed_and_judged_and_asks_for_no_release() {
        Driver driver = changing(new ChangeFacts(
                List.of("FelixConfiguration default logSeverityScreen: Info -> Warning"), List.of(), null));
        assertThat(driver.request("c01").parameters().change().toString())
                .isEqualTo("felixConfiguration: logSeverityScreen=Warning, wireguardEnabled=true");
        List<StepKind> kinds = new ArrayList<>();
        while (driver.phase("c01") == ClusterPhase.RUNNING) {
            kinds.add(driver.step("c01").kind());
            if (kinds.getLast() == StepKind.CHANGE) {
                StepParameters asked = driver.request("c01").parameters();
                assertThat(asked.target()).isNull();
                assertThat(asked.source()).isEqualTo(Fleet.SOURCE);
                assertThat(asked.change())
                        .isEqualTo(driver.state.header().spec().upgrade().change());
                assertThat(driver.request("c01").gates())
                        .extracting(GateRequirement::kind)
                        .containsExactly(GateKind.PODS, GateKind.NETWORK_UNCHANGED);
            }
            driver.complete("c01");
        }
        assertThat(kinds).containsExactly(StepKind.INSPECT, StepKind.BACKUP, StepKind.CHANGE);
        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.SUCCEEDED);
        ClusterStatus status = Statuses.of(driver.state, driver.cluster("c01"));
        assertThat(status.target()).isNull();
        assertThat(status.notes()).contains("FelixConfiguration default logSeverityScreen: Info -> Warning");
        assertThat(Statuses.of(driver.state, "", Times.at(driver.now)).summary())
                .endsWith("1 of 1 clusters changed.");
        assertThat(driver.state.header().spec().said())
                .isEqualTo("change felixConfiguration: logSeverityScreen=Warning, wireguardEnabled=true");
    }

    @Test
    void where_all_is_so_already_nothing_is_touched() {
        Driver driver = changing(new ChangeFacts(List.of(), List.of(), null)).act("c01");

        assertThat(driver.phase("c01")).isEqualTo(ClusterPhase.SUCCEEDED);
        assertThat(driver.cluster("c01").history()).hasSize(1);
        assertThat(driver.cluster("c01").findings().notes()).anyMatch(note -> note.endsWith("nothing was touched."));
    }

    @Test
    void once_it_was_begun_a_retry_goes_through_it_again_though_all_is_so_by_then() {
        Driver driver =
                changing(new ChangeFacts(List.of("a: b -> c"), List.of(), null)).reach("c01", StepKind.CHANGE);
        driver.act("c01").failGate("c01");
        driver.facts = facts(new ChangeFacts(List.of(), List.of(), null));
        driver.retry("c01").act("c01");

        assertThat(driver.step("c01").kind()).isEqualTo(StepKind.BACKUP);
        assertThat(driver.complete("c01").step("c01").kind()).isEqualTo(StepKind.CHANGE);
    }

    @Test
    void what_speaks_against_it_holds_the_cluster_before_anything_is_written() {
        Driver driver = changing(new ChangeFacts(List.of("a: b -> c"), List.of("No campaign changes a"), null))
                .act("c01");

        assertThat(driver.cluster("c01").findings().holdReason()).isEqualTo(HoldReason.PREFLIGHT_OBJECTIONS);
        assertThat(driver.cluster("c01").findings().objections()).containsExactly("No campaign changes a.");
    }

    @Test
    void an_executor_that_does_not_know_how_is_not_taken_for_one_that_found_nothing_to_do() {
        Driver driver = changing(null).act("c01");

        assertThat(driver.cluster("c01").findings().objections())
                .singleElement()
                .asString()
                .startsWith("The executor of this cluster does not know how");
    }

    @Test
    void nor_is_one_that_knows_felix_alone_where_pools_are_to_change() {
        Map<String, Object> pools = Map.of("ipPools", List.of(Map.of("names", List.of("a"), "fields", Map.of("b", 1))));
        for (String understood : Arrays.asList(null, "felixConfiguration: b=1", "ipPools a: b=1")) {
            Driver driver = Driver.started(1, "target", null, "change", pools);
            driver.facts = facts(new ChangeFacts(List.of("IPPool a b: absent -> 1"), List.of(), understood));
            driver.act("c01");

            boolean knows = "ipPools a: b=1".equals(understood);
            assertThat(driver.phase("c01")).isEqualTo(knows ? ClusterPhase.RUNNING : ClusterPhase.HELD);
        }
    }

    @Test
    void a_failed_gate_takes_it_back_where_the_campaign_says_so() {
        Driver driver = changing(new ChangeFacts(List.of("a: b -> c"), List.of(), null), "onGateFailure", "rollback")
                .reach("c01", StepKind.CHANGE);
        driver.act("c01").failGate("c01");

        assertThat(driver.step("c01").kind()).isEqualTo(StepKind.RESTORE);
    }

    @ParameterizedTest
    @EnumSource(
            value = InstallMethod.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DISTRIBUTION", "NONE"})
    void is_the_same_however_calico_is_installed(InstallMethod method) {
        Driver driver = changing(new ChangeFacts(List.of("a: b -> c"), List.of(), null));
        Fleet.Facts found = new Fleet.Facts();
        found.method = method;
        found.change = new ChangeFacts(List.of("a: b -> c"), List.of(), null);
        driver.facts = found.build();
        driver.act("c01");

        assertThat(driver.step("c01").kind()).isEqualTo(StepKind.BACKUP);
        assertThat(driver.cluster("c01").todo()).hasSize(1);
    }

    @Test
    void what_others_keep_or_a_cluster_that_is_not_well_holds_it_as_an_upgrade() {
        Driver driver = changing(new ChangeFacts(List.of("a: b -> c"), List.of(), null));
        Fleet.Facts found = new Fleet.Facts();
        found.change = new ChangeFacts(List.of("a: b -> c"), List.of(), null);
        found.datastoreReady = false;
        found.nodesNotReady = 1;
        found.method = InstallMethod.DISTRIBUTION;
        driver.facts = found.build();
        driver.act("c01");

        assertThat(driver.cluster("c01").findings().objections())
                .hasSize(3)
                .anyMatch(line -> line.contains("distribution"))
                .anyMatch(line -> line.contains("locked"))
                .anyMatch(line -> line.contains("not ready"));
    }

    @ParameterizedTest
    @EnumSource(
            value = InstallMethod.class,
            names = {"MANIFEST_ETCD", "OPERATOR"})
    void another_registry_rolls_the_nodes_and_an_operator_is_judged_too(InstallMethod method) {
        boolean byOperator = method == InstallMethod.OPERATOR;
        Map<String, Object> change = Map.of("registry", Map.of("registry", "reg.example"));
        List<Object> fields = new ArrayList<>(Arrays.asList("target", null, "change", change));
        if (!byOperator) {
            fields.addAll(List.of("canaryNodes", Map.of("count", 1)));
        }
        Driver driver = Driver.started(1, fields.toArray());
        Fleet.Facts found = new Fleet.Facts();
        found.method = method;
        found.change = new ChangeFacts(List.of("a: b -> c"), List.of(), "registry: reg.example");
        driver.facts = found.build();
        driver.reach("c01", StepKind.CHANGE);

        assertThat(driver.request("c01").gates().getFirst().kind())
                .isEqualTo(byOperator ? GateKind.OPERATOR : GateKind.PODS);
        assertThat(driver.request("c01").gates())
                .extracting(GateRequirement::kind)
                .contains(GateKind.PODS)
                .doesNotContain(GateKind.VERSION);
        assertThat(driver.request("c01").parameters().canaryNodes() == null).isEqualTo(byOperator);
    }

    @Test
    void canary_nodes_are_no_operators_whose_nodes_roll_by_another_registry() {
        Driver driver = Driver.started(
                1,
                "target",
                null,
                "change",
                Map.of("registry", Map.of("registry", "reg.example")),
                "canaryNodes",
                Map.of("count", 1));
        Fleet.Facts found = new Fleet.Facts();
        found.method = InstallMethod.OPERATOR;
        found.change = new ChangeFacts(List.of("a: b -> c"), List.of(), "registry: reg.example");
        driver.facts = found.build();
        driver.act("c01");

        assertThat(driver.cluster("c01").findings().objections())
                .singleElement()
                .asString()
                .startsWith("Canary nodes are not possible here");
    }

    @Test
    void its_plan_works_the_same_steps_out() {
        Driver driver = new Driver(1);
        driver.facts = facts(new ChangeFacts(List.of("a: b -> c"), List.of(), null));
        driver.create(CampaignDefaults.plan(CampaignName.of("plan"), Fleet.campaign("target", null, "change", CHANGE)))
                .act("c01");

        assertThat(driver.step("c01").kind()).isEqualTo(StepKind.PLAN);
        assertThat(driver.request("c01").parameters().planned())
                .extracting(StepToPlan::kind)
                .containsExactly(StepKind.BACKUP, StepKind.CHANGE);
    }

    private static Driver changing(ChangeFacts found, Object... fields) {
        Object[] all = Stream.concat(Stream.of("target", null, "change", CHANGE), Stream.of(fields))
                .toArray();
        Driver driver = Driver.started(1, all);
        driver.facts = facts(found);
        return driver;
    }

    private static ClusterFacts facts(ChangeFacts found) {
        Fleet.Facts facts = new Fleet.Facts();
        facts.change = found;
        facts.baseline = new NetworkBaseline(Map.of(), List.of("10.0.0.0/16"), Map.of(), List.of(), false);
        return facts.build();
    }
}
