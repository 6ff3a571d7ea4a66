package io.calicofleet.planner.core.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.AppliedBy;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CanaryNodes;
import io.calicofleet.event.InstallFacts;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OwnerFact;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.event.WorkloadFact;
import io.calicofleet.planner.core.Fleet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What only a campaign that accepts it by name may be upgraded with: others who keep the objects, pods that roll by hand. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AcceptedByNameTest {

    private static final Preflight PREFLIGHT = new Preflight(Fleet.CATALOGUE);

    @Test
    void refuses_an_install_that_somebody_else_keeps_and_says_who_what_and_what_to_do() {
        PreflightResult result = judge("v3.22.5", facts -> facts.owners = List.of(ARGO));

        assertThat(result.objections())
                .containsExactly("Argo CD keeps objects of this install: DaemonSet kube-system/calico-node and 3 more."
                        + " Seen: annotation a; field manager argocd-controller. It puts its own version back."
                        + " Change the version in Git. Then say owners: {accept: [argo-cd]} in the campaign.");
    }

    @Test
    void an_owner_the_campaign_accepts_is_a_note_and_another_one_still_refuses() {
        var facts = new Fleet.Facts();
        facts.owners = List.of(ARGO, owner("k0s", true));
        PreflightResult result = PREFLIGHT.judge(
                facts.build(), facts.version, CalicoVersion.parse("v3.22.5"), accepting("argo-cd", "aks"), null, false);

        assertThat(result.notes()).anyMatch(note -> note.startsWith("Argo CD keeps") && note.contains("accepts that"));
        assertThat(result.objections()).singleElement().asString().contains("accept: [k0s]");
    }

    @Test
    void an_owner_nobody_can_accept_refuses_whatever_the_campaign_says_and_is_said_once() {
        var facts = new Fleet.Facts();
        facts.method = InstallMethod.DISTRIBUTION;
        facts.owners = List.of(owner("aks", false));
        PreflightResult result = PREFLIGHT.judge(
                facts.build(), facts.version, CalicoVersion.parse("v3.22.5"), accepting("aks"), null, false);

        assertThat(result.objections())
                .singleElement()
                .asString()
                .startsWith("aks keeps")
                .doesNotContain("accept:");
    }

    @Test
    void whoever_keeps_the_objects_may_where_others_bring_the_release() {
        var facts = new Fleet.Facts();
        facts.owners = List.of(ARGO, owner("aks", false));
        PreflightResult result = PREFLIGHT.judge(
                facts.build(),
                facts.version,
                CalicoVersion.parse("v3.22.5"),
                UpgradeSettings.with("appliedBy", AppliedBy.EXTERNAL),
                null,
                false);

        assertThat(result.objections()).isEmpty();
        assertThat(result.notes())
                .filteredOn(note -> note.contains("leaves the release to others"))
                .hasSize(2);
    }

    private static final OwnerFact ARGO = new OwnerFact(
            "argo-cd",
            "Argo CD",
            List.of("annotation a", "field manager argocd-controller"),
            List.of("DaemonSet kube-system/calico-node"),
            3,
            "puts its own version back",
            "Change the version in Git.",
            true);

    private static OwnerFact owner(String name, boolean acceptable) {
        return new OwnerFact(name, name, List.of("x"), List.of("DaemonSet a/b"), 0, "acts", "Do.", acceptable);
    }

    private static UpgradeSpec accepting(String... owners) {
        return UpgradeSettings.with("acceptedOwners", List.of(owners));
    }

    private static UpgradeSpec acceptingOnDelete() {
        return UpgradeSettings.with("acceptedRollouts", List.of(UpgradeSpec.ON_DELETE));
    }

    private static InstallFacts onDelete() {
        String obstacle = "its updateStrategy is OnDelete";
        return new InstallFacts(
                "kube-system",
                List.of(new WorkloadFact(
                        "DaemonSet kube-system/calico-node",
                        List.of(),
                        List.of("it is being deleted", obstacle),
                        List.of(),
                        obstacle)),
                List.of());
    }

    @Test
    void canary_nodes_are_refused_where_an_operator_rolls_them() {
        UpgradeSpec canaries =
                UpgradeSettings.with("canaryNodes", new CanaryNodes(List.of(), Map.of(), 1, CanaryNodes.DEADLINE));
        CalicoVersion target = CalicoVersion.parse("v3.22.5");
        for (InstallMethod method : InstallMethod.values()) {
            var facts = new Fleet.Facts();
            facts.method = method;
            boolean operator = method == InstallMethod.OPERATOR || method == InstallMethod.HELM;

            assertThat(
                            PREFLIGHT
                                    .judge(facts.build(), facts.version, target, canaries, null, false)
                                    .objections()
                                    .stream()
                                    .anyMatch(text ->
                                            text.startsWith("Canary nodes are not possible here: the operator")))
                    .as(method.toString())
                    .isEqualTo(operator);
        }
    }

    @Test
    void on_delete_is_refused_with_how_to_accept_it_and_accepted_by_name_alone() {
        var facts = new Fleet.Facts();
        facts.install = onDelete();
        CalicoVersion target = CalicoVersion.parse("v3.22.5");
        PreflightResult refused =
                PREFLIGHT.judge(facts.build(), facts.version, target, UpgradeSpec.DEFAULT, null, false);
        PreflightResult accepted =
                PREFLIGHT.judge(facts.build(), facts.version, target, acceptingOnDelete(), null, false);

        assertThat(refused.objections())
                .hasSize(2)
                .anyMatch(text -> text.contains("OnDelete") && text.contains("rollouts: {accept: [on-delete]}"));
        assertThat(accepted.objections()).singleElement().asString().contains("it is being deleted");
        assertThat(accepted.notes())
                .anyMatch(note -> note.startsWith("DaemonSet kube-system/calico-node rolls by hand")
                        && note.contains("names the nodes"));
    }

    private static PreflightResult judge(String target, Consumer<Fleet.Facts> differences) {
        var facts = new Fleet.Facts();
        differences.accept(facts);
        return PREFLIGHT.judge(
                facts.build(), facts.version, CalicoVersion.parse(target), UpgradeSpec.DEFAULT, null, false);
    }
}
