package io.calicofleet.planner.core.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChangeEffect;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.InstallFacts;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.LockoutFact;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PolicyFault;
import io.calicofleet.event.PolicyFaultKind;
import io.calicofleet.event.ReleaseChangeFact;
import io.calicofleet.event.ReleaseFacts;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.event.WorkloadFact;
import io.calicofleet.planner.core.Fleet;
import io.calicofleet.planner.core.route.RouteChoice;
import io.calicofleet.planner.core.route.Routes;
import java.util.Arrays;
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
class PreflightTest {

    private static final Preflight PREFLIGHT = new Preflight(Fleet.CATALOGUE);

    private static PreflightResult judge(String target, Consumer<Fleet.Facts> differences) {
        var facts = new Fleet.Facts();
        differences.accept(facts);
        return PREFLIGHT.judge(
                facts.build(), facts.version, CalicoVersion.parse(target), UpgradeSpec.DEFAULT, null, false);
    }

    private static Consumer<Fleet.Facts> at(String version, String kubernetes) {
        return facts -> {
            facts.at(CalicoVersion.parse(version));
            facts.kubernetes = kubernetes;
        };
    }

    @Test
    void has_nothing_against_a_healthy_cluster_and_tells_what_changes() {
        PreflightResult result = judge("v3.22.5", facts -> {});

        assertThat(result.objections()).isEmpty();
        assertThat(result.notes())
                .anyMatch(note -> note.startsWith("From v3.14 on every policy"))
                .anyMatch(note -> note.contains("iptables"))
                .anyMatch(note -> note.contains("keep unknown fields"))
                .anyMatch(note -> note.contains("calicoctl refuses"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "v3.22.4; v3.22.5       ; v3.22.4/f.yaml (/releases) is not of v3.22.4: its images name v3.22.5.",
                "v3.22.4; v3.22.3       ; v3.22.4/f.yaml (/releases) is not of v3.22.4: its images name v3.22.3.",
                "v3.22.4; v3.21.6       ; v3.22.4/f.yaml (/releases) is not of v3.22.4: its images name v3.21.6.",
                "v3.22.6; v3.22.7       ; v3.22.6/f.yaml (/releases) is not of v3.22.6: its images name v3.22.7.",
                "v3.22.6; v3.22.4 v3.22.6; v3.22.6/f.yaml (/releases) is not of v3.22.6: its images name v3.22.4 and v3.22.6.",
            })
    void a_file_of_another_version_than_the_target_is_refused_by_name(String target, String images, String said) {
        PreflightResult result = judge(target, facts -> facts.releases = file(target, images, null));

        assertThat(result.objections())
                .anyMatch(objection -> objection.startsWith(said) && objection.contains("Put the file there"));
    }

    @ParameterizedTest
    @CsvSource({"v3.24.6, v3.24.5", "v3.22.6, v3.22.5", "v3.22.5, v3.22.5"})
    void a_release_known_to_carry_older_images_and_one_nobody_published_are_taken_and_told(
            String target, String images) {
        PreflightResult result = judge(target, facts -> facts.releases = file(target, images, null));

        assertThat(result.objections()).noneMatch(objection -> objection.contains("f.yaml"));
        assertThat(result.notes().stream().filter(note -> note.startsWith("The images of")))
                .hasSize(target.equals(images) ? 0 : 1);
    }

    @ParameterizedTest
    @CsvSource({
        "v3.22.5, v1.25.13, true",
        "v3.22.5, v1.25.11, false",
        "v3.23.4, v1.27.16, false",
        "v3.23.4, v1.27.12, true",
        "v3.32.1, v1.42.4, true",
        "v3.32.1, v1.42.0, false"
    })
    void an_operator_of_another_release_is_refused_by_its_own_number(String target, String operator, boolean right) {
        PreflightResult result = judge(target, facts -> facts.releases = file(target, "", operator));

        assertThat(result.objections().stream().filter(objection -> objection.contains("it installs the operator")))
                .hasSize(right ? 0 : 1);
    }

    @Test
    void a_file_whose_images_name_no_version_is_refused() {
        PreflightResult result = judge(
                "v3.22.5",
                facts -> facts.releases = new ReleaseFacts(
                        "v3.22.5/f.yaml",
                        "/releases",
                        List.of(),
                        List.of("calico/node:master"),
                        null,
                        null,
                        List.of()));

        assertThat(result.objections()).anyMatch(objection -> objection.contains("calico/node:master"));
    }

    @Test
    void what_is_not_proven_to_be_installed_is_asked_and_not_assumed() {
        Consumer<Fleet.Facts> unproven = facts -> facts.releases = new ReleaseFacts(
                "v3.22.5/f.yaml", "/releases", List.of(Fleet.TARGET), List.of(), null, null, List.of("no file"));
        var facts = new Fleet.Facts();
        unproven.accept(facts);

        assertThat(judge("v3.22.5", unproven).withoutBase()).containsExactly("no file");
        PreflightResult decided = PREFLIGHT.judge(
                facts.build(), Fleet.SOURCE, Fleet.TARGET, UpgradeSpec.DEFAULT, OnConflict.TAKE_NEW, false);
        assertThat(decided.withoutBase()).isEmpty();
        assertThat(decided.notes()).anyMatch(note -> note.contains("the decision is take-new: no file"));
    }

    private static ReleaseFacts file(String target, String images, String operator) {
        return new ReleaseFacts(
                target + "/f.yaml",
                "/releases",
                Arrays.stream(images == null ? new String[0] : images.split(" ", -1))
                        .filter(text -> !text.isEmpty())
                        .map(CalicoVersion::parse)
                        .toList(),
                List.of(),
                operator,
                target + "/f.yaml",
                List.of());
    }

    @Test
    void what_cannot_be_matched_and_what_would_not_roll_is_an_objection_and_an_idle_pool_a_note() {
        PreflightResult result = judge(
                "v3.22.5",
                facts -> facts.install = new InstallFacts(
                        "networking",
                        List.of(
                                new WorkloadFact(
                                        "DaemonSet networking/calico-node",
                                        List.of(),
                                        List.of("its updateStrategy is OnDelete: set it to RollingUpdate"),
                                        List.of(),
                                        null),
                                new WorkloadFact(
                                        "DaemonSet networking/calico-node-gpu",
                                        List.of(),
                                        List.of(),
                                        List.of("no node is to run it"),
                                        null)),
                        List.of("DaemonSet old/calico-node runs calico-node, too")));

        assertThat(result.objections())
                .containsExactly(
                        "DaemonSet old/calico-node runs calico-node, too.",
                        "DaemonSet networking/calico-node would not roll out: its updateStrategy is OnDelete: set it to"
                                + " RollingUpdate, then retry.");
        assertThat(result.notes()).contains("DaemonSet networking/calico-node-gpu: no node is to run it.");
    }

    @Test
    void a_component_that_is_degraded_is_refused_in_the_words_of_the_operator_and_a_note_once_begun() {
        var facts = new Fleet.Facts();
        facts.install = new InstallFacts(
                "calico-system", List.of(), List.of(), List.of("calico: pull secret tigera-pull-secret not found"));
        CalicoVersion target = CalicoVersion.parse("v3.22.5");
        PreflightResult fresh = PREFLIGHT.judge(facts.build(), facts.version, target, UpgradeSpec.DEFAULT, null, false);
        PreflightResult begun = PREFLIGHT.judge(facts.build(), facts.version, target, UpgradeSpec.DEFAULT, null, true);

        String said =
                "The operator says that a component is degraded, calico: pull secret tigera-pull-secret not found.";
        assertThat(fresh.objections())
                .singleElement()
                .asString()
                .startsWith(said)
                .contains("kubectl get tigerastatus");
        assertThat(begun.objections()).isEmpty();
        assertThat(begun.notes()).contains(said);
    }

    @Test
    void says_all_objections_at_once() {
        PreflightResult result = judge("v3.22.5", facts -> {
            facts.method = InstallMethod.DISTRIBUTION;
            facts.signals = List.of("addonmanager label", "operator migration label on node1");
            facts.kubernetes = "v1.26.1";
            facts.datastoreReady = false;
            facts.unservedKinds = List.of("policy/v1beta1 PodDisruptionBudget");
            facts.missingPermissions = List.of("patch daemonsets");
            facts.nodesNotReady = 2;
        });

        assertThat(result.objections())
                .hasSize(7)
                .anyMatch(text -> text.contains("distribution") && text.contains("addonmanager label"))
                .anyMatch(text -> text.contains("migration from manifests to the operator"))
                .anyMatch(text -> text.contains("policy/v1beta1, which Kubernetes v1.25"))
                .anyMatch(text -> text.contains("datastore is locked"))
                .anyMatch(text -> text.contains("does not serve policy/v1beta1"))
                .anyMatch(text -> text.contains("may not patch daemonsets"))
                .anyMatch(text -> text.contains("2 of 3 nodes are not ready"));
    }

    @ParameterizedTest
    @EnumSource
    void objects_to_every_install_method_without_a_route(InstallMethod method) {
        PreflightResult result = judge("v3.22.5", facts -> facts.method = method);

        assertThat(result.objections().isEmpty()).isEqualTo(Routes.of(method) instanceof RouteChoice.Upgraded);
    }

    @ParameterizedTest
    @CsvSource({
        "v3.13.4, v1.21.14, v3.22.5, ''",
        "v3.22.5, v1.21.14, v3.22.5, ''",
        "v3.22.5, v1.27.1, v3.28.5, ''",
        "v3.22.5, v1.21.14, v3.21.6, newer than the target",
        "v3.13.4, v1.27.1, v3.28.5, from v3.15.0 and later only",
        "v3.13.4, v1.21.1, v3.34.0, no release line the catalogue knows",
        "v2.6.12, v1.21.1, v3.22.5, no release line the catalogue knows",
        "v3.13.4, v1.15.2, v3.22.5, apiextensions.k8s.io/v1",
        "v3.13.4, v1.22.0, v3.14.2, apiextensions.k8s.io/v1beta1",
        "v3.13.4, v1.25.0, v3.22.5, policy/v1beta1",
        "v3.13.4, v1.20.0, v3.23.5, policy/v1",
        "v3.22.5, v1.24.9, v3.28.5, PodSecurityPolicy",
        "v3.13.4, something, v3.22.5, could not be read",
        "v3.13.4, v0.0.0-master, v3.22.5, could not be read",
        "v3.13.4, v1.21.14, v3.22.5-0.dev, pre-release"
    })
    void knows_which_versions_go_together(String source, String kubernetes, String target, String objection) {
        PreflightResult result = judge(target, at(source, kubernetes));

        if (objection.isEmpty()) {
            assertThat(result.objections()).isEmpty();
        } else {
            assertThat(result.objections()).anyMatch(text -> text.contains(objection));
        }
    }

    @Test
    void names_a_release_to_go_through_first() {
        assertThat(judge("v3.28.5", at("v3.13.4", "v1.27.1")).objections())
                .anyMatch(text -> text.contains("Upgrade to a release between them first: v3.27."));
    }

    @Test
    void kubernetes_that_is_merely_untested_is_an_objection_unless_the_campaign_allows_it() {
        var facts = new Fleet.Facts();
        facts.kubernetes = "v1.20.3";
        UpgradeSpec settings =
                Fleet.campaign("kubernetes", Map.of("untested", "allow")).upgradeOrDefault();

        assertThat(judge("v3.22.5", at("v3.13.4", "v1.20.3")).objections())
                .singleElement()
                .asString()
                .endsWith(
                        "is tested with Kubernetes 1.21 to 1.23; this cluster has 1.20. To go on, choose a target that is"
                                + " tested with it (v3.18 to v3.21), or bring Kubernetes there first, or say kubernetes:"
                                + " {untested: allow} in the campaign.");
        PreflightResult allowed = PREFLIGHT.judge(facts.build(), Fleet.SOURCE, Fleet.TARGET, settings, null, false);
        assertThat(allowed.objections()).isEmpty();
        assertThat(allowed.notes()).anyMatch(note -> note.contains("tested with Kubernetes 1.21 to 1.23"));
    }

    @Test
    void nobody_is_sent_to_a_release_or_a_kubernetes_that_there_is_none_of() {
        assertThat(judge("v3.28.5", at("v3.27.0", "v1.99.0")).objections())
                .singleElement()
                .asString()
                .endsWith("this cluster has 1.99. To go on, say kubernetes: {untested: allow} in the campaign.");
    }

    @Test
    void hard_limits_of_kubernetes_stay_objections_whatever_the_campaign_allows() {
        var facts = new Fleet.Facts();
        facts.kubernetes = "v1.25.0";
        UpgradeSpec settings =
                Fleet.campaign("kubernetes", Map.of("untested", "allow")).upgradeOrDefault();

        assertThat(PREFLIGHT
                        .judge(facts.build(), Fleet.SOURCE, Fleet.TARGET, settings, null, false)
                        .objections())
                .singleElement()
                .asString()
                .contains("policy/v1beta1");
    }

    @Test
    void every_lockout_is_an_objection_of_its_own() {
        PreflightResult result = judge(
                "v3.22.5",
                facts -> facts.lockouts = List.of(
                        new LockoutFact(
                                "kubelet tcp/10250", "node1", "node1-all", "the API server", "rule 2 of deny-all"),
                        new LockoutFact(
                                "BGP tcp/179", "node2", "node2-all", "the other nodes", "the end of all policies"),
                        new LockoutFact(
                                "SSH tcp/22",
                                "node3",
                                "",
                                "anyone",
                                "Felix, which takes the interface, by interfacePrefix")));

        assertThat(result.objections())
                .hasSize(3)
                .contains(
                        "After the upgrade anyone can no longer reach SSH tcp/22 on node node3: Felix, which takes the"
                                + " interface, by interfacePrefix, cuts it. Take the interfaces of the node out of that setting,"
                                + " then retry.")
                .anyMatch(text -> text.contains("kubelet tcp/10250 on node node1: rule 2 of deny-all"))
                .anyMatch(text -> text.contains("BGP tcp/179 on node node2"));
    }

    @Test
    void what_brings_Felix_down_is_refused_and_what_it_leaves_out_is_told() {
        PreflightResult result = judge(
                "v3.22.5",
                facts -> facts.policyFaults = List.of(
                        new PolicyFault(PolicyFaultKind.POISON, "GlobalNetworkPolicy ping", "ingress rule 1 is odd"),
                        new PolicyFault(
                                PolicyFaultKind.UNREADABLE_SELECTOR,
                                "GlobalNetworkPolicy odd",
                                "its selector is has (x)"),
                        new PolicyFault(PolicyFaultKind.DROPPED, "Profile p", "egress rule 1 has port 0")));

        assertThat(result.objections())
                .hasSize(2)
                .anyMatch(text -> text.startsWith("Felix of the target cannot program GlobalNetworkPolicy ping"))
                .anyMatch(text -> text.contains("GlobalNetworkPolicy odd") && text.contains("has (x)"));
        assertThat(result.notes()).anyMatch(text -> text.startsWith("Felix leaves Profile p out"));
    }

    @Test
    void what_the_target_changes_here_is_judged_in_the_words_of_the_inspection() {
        Consumer<Fleet.Facts> changes = facts -> facts.releaseChanges = List.of(
                new ReleaseChangeFact(ChangeEffect.BLOCKS, "Felix would lose spec.a. Take it out, then retry."),
                new ReleaseChangeFact(ChangeEffect.WARNS, "spec.b is y instead of x."),
                new ReleaseChangeFact(ChangeEffect.TELLS, "images: from: a -> b"));

        assertThat(judge("v3.22.5", changes).objections())
                .containsExactly("Felix would lose spec.a. Take it out, then retry.");
        assertThat(judge("v3.22.5", changes).notes())
                .contains("spec.b is y instead of x.")
                .noneMatch(note -> note.contains("a -> b"));
        var facts = new Fleet.Facts();
        changes.accept(facts);
        PreflightResult begun = PREFLIGHT.judge(
                facts.build(), facts.version, CalicoVersion.parse("v3.22.5"), UpgradeSpec.DEFAULT, null, true);
        assertThat(begun.objections()).isEmpty();
        assertThat(begun.notes()).contains("Felix would lose spec.a. Take it out, then retry.");
    }

    @Test
    void application_layer_policy_is_refused_where_no_release_enforces_it() {
        Consumer<Fleet.Facts> alp = facts -> {
            facts.at(CalicoVersion.parse("v3.28.5"));
            facts.kubernetes = "v1.32.0";
            facts.applicationLayerPolicy = true;
        };
        assertThat(judge("v3.30.7", alp).objections()).hasSize(1).allMatch(text -> text.contains("v3.30 and v3.31"));
        assertThat(judge("v3.31.0", alp).objections()).hasSize(1);
        assertThat(judge("v3.29.7", alp).objections()).isEmpty();
        assertThat(judge("v3.32.1", alp.andThen(facts -> facts.kubernetes = "v1.34.0"))
                        .objections())
                .isEmpty();
    }

    @Test
    void an_operator_that_has_made_no_calico_node_is_to_bring_it_up_first() {
        assertThat(judge("v3.22.5", facts -> {
                            facts.version = null;
                            facts.method = InstallMethod.OPERATOR;
                        })
                        .objections())
                .singleElement()
                .asString()
                .startsWith("The operator has made no calico-node yet")
                .contains("kubectl get tigerastatus");
    }

    @Test
    void an_unknown_version_is_an_objection() {
        assertThat(judge("v3.22.5", facts -> facts.version = null).objections())
                .anyMatch(text -> text.contains("No version of Calico could be read"));
    }

    @Test
    void cluster_information_newer_than_the_target_is_an_objection() {
        assertThat(judge("v3.22.5", facts -> facts.clusterInformation = CalicoVersion.parse("v3.23.0"))
                        .objections())
                .anyMatch(text -> text.contains("has v3.23.0, which is newer"));
    }

    @Test
    void conflicts_are_told_and_are_no_objection() {
        PreflightResult result = judge(
                "v3.22.5",
                facts -> facts.conflicts =
                        List.of(new FieldConflict("ConfigMap kube-system/calico-config", "data.veth_mtu", "", "", "")));

        assertThat(result.objections()).isEmpty();
        assertThat(result.notes()).anyMatch(note -> note.contains("data.veth_mtu"));
    }

    @Test
    void nodes_that_are_not_ready_are_a_note_once_the_upgrade_has_begun() {
        var facts = new Fleet.Facts();
        facts.nodesNotReady = 1;

        PreflightResult result =
                PREFLIGHT.judge(facts.build(), Fleet.SOURCE, Fleet.TARGET, UpgradeSpec.DEFAULT, null, true);
        assertThat(result.objections()).isEmpty();
        assertThat(result.notes()).anyMatch(note -> note.contains("1 of 3 nodes"));
    }

    @Test
    void advises_to_leave_etcd() {
        assertThat(judge("v3.22.5", facts -> facts.datastore = Datastore.ETCD).notes())
                .anyMatch(note -> note.contains("migrate: to-kubernetes-datastore"));
    }
}
