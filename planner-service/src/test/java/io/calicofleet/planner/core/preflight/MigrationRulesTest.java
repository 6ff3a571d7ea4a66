package io.calicofleet.planner.core.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Migration;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.planner.core.Fleet;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MigrationRulesTest {

    private static final Preflight PREFLIGHT = new Preflight(Fleet.CATALOGUE);
    private static final UpgradeSpec TO_OPERATOR = UpgradeSettings.with("migrate", Migration.TO_OPERATOR);
    private static final UpgradeSpec OFF_ETCD = UpgradeSettings.with("migrate", Migration.TO_KUBERNETES_DATASTORE);
    private static final CalicoVersion RUNS = CalicoVersion.parse("v3.22.5");
    private static final CalicoVersion NEWER = CalicoVersion.parse("v3.28.5");

    private static List<String> objections(Fleet.Facts facts, CalicoVersion target, UpgradeSpec settings) {
        return PREFLIGHT
                .judge(facts.build(), facts.version, target, settings, null, false)
                .objections();
    }

    private static Fleet.Facts installed(InstallMethod method) {
        var facts = new Fleet.Facts();
        facts.method = method;
        facts.version = RUNS;
        return facts;
    }

    @Test
    void a_migration_is_to_the_release_that_runs_and_no_other() {
        assertThat(objections(installed(InstallMethod.MANIFEST_KDD), RUNS, TO_OPERATOR))
                .isEmpty();
        assertThat(objections(installed(InstallMethod.MANIFEST_KDD), NEWER, TO_OPERATOR))
                .anyMatch(said -> said.contains("changes no release")
                        && said.contains("v3.22.5")
                        && said.contains("by a campaign without migrate first"));
        assertThat(objections(installed(InstallMethod.MANIFEST_KDD), NEWER, UpgradeSpec.DEFAULT))
                .noneMatch(said -> said.contains("changes no release"));
    }

    @ParameterizedTest
    @EnumSource(names = {"MANIFEST_ETCD", "MANIFEST_CANAL_ETCD", "MANIFEST_CANAL", "MANIFEST_KDD_NATIVE"})
    void an_install_the_operator_cannot_take_over_is_refused_and_told_what_to_do(InstallMethod method) {
        assertThat(objections(installed(method), RUNS, TO_OPERATOR))
                .anyMatch(said -> said.contains("operator") && (said.contains("first") || said.contains("Skip")));
        assertThat(objections(installed(method), RUNS, UpgradeSpec.DEFAULT))
                .noneMatch(said -> said.contains("operator"));
    }

    @Test
    void a_move_off_etcd_is_to_the_release_that_runs_and_canal_is_refused_by_name() {
        Fleet.Facts etcd = installed(InstallMethod.MANIFEST_ETCD);
        assertThat(objections(etcd, RUNS, OFF_ETCD)).isEmpty();
        assertThat(objections(etcd, NEWER, OFF_ETCD))
                .anyMatch(said ->
                        said.contains("to the Kubernetes datastore changes no release") && said.contains("v3.22.5"));
        assertThat(objections(installed(InstallMethod.MANIFEST_CANAL_ETCD), RUNS, OFF_ETCD))
                .anyMatch(said -> said.contains("canal on etcd")
                        && said.contains("podCIDR")
                        && said.contains("Skip this cluster: a campaign without migrate upgrades it on etcd"));
    }

    @Test
    void canal_on_etcd_is_not_sent_from_one_migration_to_another_that_refuses_it() {
        assertThat(objections(installed(InstallMethod.MANIFEST_CANAL_ETCD), RUNS, TO_OPERATOR))
                .anyMatch(said -> said.contains("neither flannel nor etcd"))
                .noneMatch(said -> said.contains("Move them there first"));
    }

    @Test
    void a_move_off_etcd_of_a_release_it_is_not_known_of_is_refused_and_told_where_to_go() {
        Fleet.Facts etcd = installed(InstallMethod.MANIFEST_ETCD);
        etcd.version = CalicoVersion.parse("v3.16.10");
        assertThat(objections(etcd, etcd.version, OFF_ETCD))
                .anyMatch(said -> said.contains("v3.16.10") && said.contains("from v3.17.0 to v3.29"));
        etcd.version = CalicoVersion.parse("v3.17.6");
        assertThat(objections(etcd, etcd.version, OFF_ETCD)).noneMatch(said -> said.contains("not known well enough"));
    }

    @Test
    void a_datastore_that_is_locked_stops_all_but_the_campaign_that_goes_on_with_its_move() {
        Fleet.Facts facts = installed(InstallMethod.MANIFEST_ETCD);
        facts.datastoreReady = false;
        assertThat(objections(facts, RUNS, OFF_ETCD)).anyMatch(said -> said.contains("datastore is locked"));
        facts.signals =
                List.of("unfinished move to the Kubernetes datastore: the campaign c1 keeps the datastore locked");
        assertThat(objections(facts, RUNS, OFF_ETCD)).noneMatch(said -> said.contains("datastore is locked"));
        assertThat(objections(facts, RUNS, UpgradeSpec.DEFAULT)).anyMatch(said -> said.contains("datastore is locked"));
    }

    @Test
    void one_whose_resources_are_in_kubernetes_already_is_upgraded_as_any_other() {
        assertThat(objections(installed(InstallMethod.MANIFEST_KDD), NEWER, OFF_ETCD))
                .isEqualTo(objections(installed(InstallMethod.MANIFEST_KDD), NEWER, UpgradeSpec.DEFAULT));
    }

    @Test
    void one_an_operator_keeps_already_is_upgraded_as_any_other() {
        assertThat(objections(installed(InstallMethod.OPERATOR), NEWER, TO_OPERATOR))
                .isEqualTo(objections(installed(InstallMethod.OPERATOR), NEWER, UpgradeSpec.DEFAULT));
    }

    @Test
    void a_migration_that_is_not_finished_is_gone_on_with_by_a_campaign_that_migrates_and_refused_by_others() {
        Fleet.Facts facts = installed(InstallMethod.OPERATOR);
        facts.signals = List.of("unfinished migration to the operator: 2 nodes carry the label x");
        assertThat(objections(facts, RUNS, TO_OPERATOR)).noneMatch(said -> said.contains("not finished"));
        assertThat(objections(facts, RUNS, UpgradeSpec.DEFAULT)).anyMatch(said -> said.contains("not finished"));
    }
}
